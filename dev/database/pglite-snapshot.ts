import { PGlite } from '@electric-sql/pglite';
import { openDatabase, type Database } from '@wayleave/platform/database';
import { packageRoot } from '@wayleave/platform/package-root';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Those that this process has read. */
const images = new Map<string, Promise<Blob>>();
const cache = fileURLToPath(new URL('../.cache/pglite/', packageRoot(import.meta.url)));

/** The databases that others would be copied from are a third of an image, and nobody copies them. */
const lean = [
  "update pg_database set datistemplate = false where datname in ('template0', 'template1')", 'drop database template0', 'drop database template1', 'checkpoint',
];

/**
 * The image of an embedded database that `fill` was run on, kept under `.cache/` by `key`. Loading it takes a small part of
 * the time and memory of making the database anew.
 */
export function pgliteSnapshot(key: string, fill: (database: Database) => Promise<void>): Promise<Blob> {
  const image = images.get(key) ?? readSnapshot(join(cache, `${key}.tar`), fill);
  images.set(key, image);
  image.catch(() => images.delete(key));
  return image;
}

async function readSnapshot(file: string, fill: (database: Database) => Promise<void>): Promise<Blob> {
  if (!existsSync(file)) await makeSnapshot(file, fill);
  return new Blob([await readFile(file)]);
}

async function makeSnapshot(file: string, fill: (database: Database) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'wayleave-snapshot-'));
  try {
    const database = await openDatabase({ dataDirectory: folder });
    try {
      await fill(database);
    } finally {
      await database.close();
    }
    const pglite = await PGlite.create(join(folder, 'pglite'));
    for (const statement of lean) await pglite.exec(statement);
    const image = await pglite.dumpDataDir('none');
    await pglite.close();
    await mkdir(cache, { recursive: true });
    const unfinished = `${file}.${process.pid}`;
    await writeFile(unfinished, Buffer.from(await image.arrayBuffer()));
    await rename(unfinished, file);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
