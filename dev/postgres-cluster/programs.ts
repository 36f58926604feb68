import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const needed = ['initdb', 'postgres', 'pg_basebackup', 'pg_dump', 'pg_restore'];
const debian = '/usr/lib/postgresql';

/** The folder of PostgreSQL's own programs on this machine, the newest where there are several; null where a cluster cannot be run. */
export function findPostgresPrograms(): string | null {
  if (process.getuid?.() === 0 && serverUser() === null) return null;
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : [];
  const folders = [...versions.map((version) => join(debian, version, 'bin')), output('pg_config', '--bindir'), ...(process.env['PATH'] ?? '').split(delimiter)];
  return folders.find((folder) => folder && needed.every((program) => existsSync(join(folder, program)))) ?? null;
}

/** Who runs a server that root starts: PostgreSQL refuses root. Null where its packages made no user. */
export function serverUser(): { uid: number; gid: number } | null {
  const [uid, gid] = [output('id', '-u', 'postgres'), output('id', '-g', 'postgres')];
  return uid && gid ? { uid: Number(uid), gid: Number(gid) } : null;
}

function output(program: string, ...words: string[]): string | null {
  try {
    return execFileSync(program, words, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return null;
  }
}
