import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, chownSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { withClient } from '../database/index.js';
import { serverUser } from './programs.js';

export { findPostgresPrograms } from './programs.js';

/** Small and quick: what these servers hold need not survive a power cut. */
const settings = ['listen_addresses=', 'fsync=off', 'shared_buffers=4MB', 'max_connections=30', 'archive_mode=on'].map((setting) => ['-c', setting]).flat();

/** Where the clusters of one test lie, and who runs them. */
export class PostgresMachine implements AsyncDisposable {
  readonly #folder = mkdtempSync(join(tmpdir(), 'wayleave-postgres-'));
  readonly #programs: string;
  readonly #user = process.getuid?.() === 0 ? serverUser() : null;
  readonly #clusters: PostgresCluster[] = [];

  /** `programs` as `findPostgresPrograms` gives it. */
  constructor(programs: string) {
    this.#programs = programs;
    this.#own(this.#folder);
  }

  /** A new cluster that runs. */
  async create(name: string): Promise<PostgresCluster> {
    const cluster = this.#cluster(name);
    await this.run('initdb', '--pgdata', cluster.data, '--username', 'postgres', '--auth', 'trust', '--no-sync', '--no-instructions', '--no-locale', '--encoding', 'UTF8');
    await cluster.start();
    return cluster;
  }

  /** A cluster out of a base backup of one that runs, which is not started. */
  async backUp(of: PostgresCluster, name: string): Promise<PostgresCluster> {
    const cluster = this.#cluster(name);
    await this.run('pg_basebackup', '--pgdata', cluster.data, '--dbname', of.url('postgres'), '--checkpoint', 'fast', '--no-sync');
    return cluster;
  }

  /** Runs one of PostgreSQL's programs, or the system's, to its end. Throws with what it said when it fails. */
  async run(program: string, ...words: string[]): Promise<void> {
    const child = this.spawn(program, words);
    let said = '';
    child.stderr?.on('data', (data) => (said += String(data)));
    const [code] = (await once(child, 'close')) as [number | null];
    if (code !== 0) throw new Error(`${program} ended with ${code}:\n${said}`);
  }

  /** Starts one of PostgreSQL's programs, or the system's, as somebody who is not root. */
  spawn(program: string, words: readonly string[]): ChildProcess {
    const own = join(this.#programs, program);
    return spawn(existsSync(own) ? own : program, words, { ...this.#user, cwd: this.#folder, stdio: ['ignore', 'ignore', 'pipe'] });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#clusters.map((cluster) => cluster.stop('SIGQUIT')));
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #cluster(name: string): PostgresCluster {
    const home = join(this.#folder, name);
    for (const folder of [home, join(home, 'archive')]) this.#own(mkdirSync(folder, { recursive: true }) ?? folder);
    const cluster = new PostgresCluster(this, home);
    this.#clusters.push(cluster);
    return cluster;
  }

  #own(path: string): void {
    if (this.#user) chownSync(path, this.#user.uid, this.#user.gid);
  }
}

/** One data folder and the server that runs on it, reached through a socket in its own folder unless told otherwise. */
export class PostgresCluster {
  readonly data: string;
  /** Where it puts its log away. */
  readonly archive: string;
  readonly #machine: PostgresMachine;
  readonly #log: string;
  #socket: string;
  #server: ChildProcess | undefined;

  constructor(machine: PostgresMachine, home: string) {
    this.#machine = machine;
    this.data = join(home, 'data');
    this.archive = join(home, 'archive');
    this.#log = join(home, 'log');
    this.#socket = home;
  }

  /** The address of one of its databases. */
  url(database: string): string {
    return `postgres://postgres@localhost/${database}?host=${encodeURIComponent(this.#socket)}`;
  }

  /** Starts the server and waits until it answers; with `as`, at the address of another that was stopped. */
  async start(as?: PostgresCluster): Promise<void> {
    if (as) this.#socket = as.#socket;
    const archiving = `archive_command=cp %p ${this.archive}/%f`;
    this.#server = this.#machine.spawn('postgres', ['-D', this.data, '-k', this.#socket, ...settings, '-c', archiving]);
    this.#server.stderr?.on('data', (said) => appendFileSync(this.#log, String(said)));
    while (!(await this.#answers())) {
      if (this.#server.exitCode !== null) throw new Error(`PostgreSQL did not start:\n${readFileSync(this.#log, 'utf8')}`);
      await delay(20);
    }
  }

  /** Stops the server if it runs: SIGINT as when it is shut down, SIGQUIT as in a crash. */
  async stop(signal: 'SIGINT' | 'SIGQUIT'): Promise<void> {
    const server = this.#server;
    if (!server || server.exitCode !== null) return;
    const ended = once(server, 'close');
    server.kill(signal);
    await ended;
  }

  /** Makes it follow `primary` from its next start on. */
  follow(primary: PostgresCluster): void {
    this.#configure(`primary_conninfo = 'host=${primary.#socket} user=postgres'`);
    this.#mark('standby.signal');
  }

  /** Makes it replay at its next start what `of` has archived, up to a restore point, and go on from there. */
  recover(of: PostgresCluster, restorePoint: string): void {
    this.#configure(`restore_command = 'cp ${of.archive}/%f %p'\nrecovery_target_name = '${restorePoint}'\nrecovery_target_action = 'promote'`);
    this.#mark('recovery.signal');
  }

  /** Takes the data of another, which does not run, in place of its own. */
  async takeDataOf(other: PostgresCluster): Promise<void> {
    await this.#machine.run('rm', '-r', this.data);
    await this.#machine.run('cp', '-a', other.data, this.data);
  }

  /** Runs one statement and gives its rows. */
  async query<Row extends object>(statement: string, database = 'postgres'): Promise<Row[]> {
    return withClient(this.url(database), async (client) => (await client.query<Row>(statement)).rows);
  }

  #configure(text: string): void {
    appendFileSync(join(this.data, 'postgresql.conf'), `${text}\n`);
  }

  #mark(name: string): void {
    writeFileSync(join(this.data, name), '');
  }

  async #answers(): Promise<boolean> {
    try {
      await this.query('select 1');
      return true;
    } catch {
      return false;
    }
  }
}
