import { databaseKinds, testDatabase } from '@wayleave/dev/database';
import { sql } from 'kysely';
import { cpSync, existsSync } from 'node:fs';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { DataFolderInUse, isUniqueViolation, migrate, MigrationMismatch, DatabaseSilent, openDatabase } from '../database/index.js';
import { lockDataFolder } from '../database/pglite-lock.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wayleave-'));
});
afterEach(() => rm(folder, { recursive: true }));

describe.each(databaseKinds())('a database on %s', (kind) => {
  it('applies each migration once, and nothing of one that fails', async () => {
    await using database = await testDatabase(kind);
    const sets = [{ schema: 'sample', directory: pathToFileURL(`${folder}/`) }];
    await writeFile(join(folder, '0001_note.sql'), 'create table sample.note (body text unique); insert into sample.note values (\'one\');');
    await Promise.all([migrate(database, sets), migrate(database, sets)]);
    await writeFile(join(folder, '0002_more.sql'), 'insert into sample.note values (\'two\'); select 1/0;');
    await expect(migrate(database, sets)).rejects.toThrow(/division by zero/);
    const { rows } = await sql`select body from sample.note`.execute(database.kysely());
    expect(rows).toEqual([{ body: 'one' }]);
  });

  it('refuses a migration that changed after it was applied, and a database that is newer', async () => {
    await using database = await testDatabase(kind);
    const sets = [{ schema: 'sample', directory: pathToFileURL(`${folder}/`) }];
    await writeFile(join(folder, '0001_note.sql'), 'create table sample.note (body text);');
    await migrate(database, sets);
    await writeFile(join(folder, '0001_note.sql'), 'create table sample.note (body int);');
    await expect(migrate(database, sets)).rejects.toThrow(MigrationMismatch);
    await rm(join(folder, '0001_note.sql'));
    await expect(migrate(database, sets)).rejects.toThrow(/newer/);
  });

  it('tells a unique violation from other errors', async () => {
    await using database = await testDatabase(kind);
    const db = database.kysely();
    await sql`create table one (id int constraint only_one primary key)`.execute(db);
    await sql`insert into one values (1)`.execute(db);
    const error = await sql`insert into one values (1)`.execute(db).catch((thrown: unknown) => thrown);
    expect(isUniqueViolation(error)).toBe(true);
    expect(isUniqueViolation(error, 'only_one')).toBe(true);
    expect(isUniqueViolation(error, 'another')).toBe(false);
    expect(isUniqueViolation(await sql`select 1/0`.execute(db).catch((thrown: unknown) => thrown))).toBe(false);
  });

  it('delivers what is notified after it is committed, and never what was rolled back', async () => {
    await using database = await testDatabase(kind);
    const heard: string[] = [];
    const stop = await database.listen('test_channel', (payload) => heard.push(payload));
    await database.kysely().transaction().execute((trx) => sql`select pg_notify('test_channel', 'lost')`.execute(trx).then(() => {
      throw new Error('rolled back');
    })).catch(() => undefined);
    await sql`select pg_notify('test_channel', 'kept')`.execute(database.kysely());
    await vi.waitFor(() => expect(heard).toEqual(['kept']));
    await stop();
  });
});

describe.runIf(databaseKinds().includes('postgres'))('a pool on PostgreSQL', () => {
  it('goes on when a connection dies in the middle of a transaction that stood still for too long', async () => {
    await using test = await testDatabase('postgres');
    const database = await openDatabase({ url: test.url ?? '', max: 1, idleInTransactionMs: 100 });
    const standing = database.kysely<unknown>().transaction().execute(async (trx) => {
      const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(trx);
      const isAlive = sql<{ count: number }>`select count(*)::int4 as count from pg_stat_activity where pid = ${rows[0]?.pid}`;
      await vi.waitFor(async () => expect((await isAlive.execute(test.kysely())).rows).toEqual([{ count: 0 }]));
      return sql`select 1`.execute(trx);
    });
    await expect(standing).rejects.toThrow();
    await database.ping();
    await database.close();
  });
});

describe.runIf(databaseKinds().includes('postgres'))('a statement that the database does not answer', () => {
  it('fails after the time that was given, and its connection is used no more', async () => {
    await using test = await testDatabase('postgres');
    const database = await openDatabase({ url: test.url ?? '', max: 1, answerWithinMs: 300 });
    const backend = async () => (await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(database.kysely<unknown>())).rows[0]?.pid;
    const before = await backend();
    await expect(sql`select pg_sleep(30)`.execute(database.kysely())).rejects.toThrow(DatabaseSilent);
    const after = await backend();
    expect(after).not.toBe(before);
    const inTransaction = database.kysely<unknown>().transaction().execute((trx) => sql`select pg_sleep(30)`.execute(trx));
    await expect(inTransaction).rejects.toThrow(DatabaseSilent);
    expect(await backend()).not.toBe(after);
    await database.close();
  });
});

describe.runIf(databaseKinds().includes('postgres'))('a statement that waits for a lock on PostgreSQL', () => {
  it('waits no longer than its answer is waited for: its connection is not one more that nobody reads from', async () => {
    await using test = await testDatabase('postgres');
    await sql`create table held (id int4)`.execute(test.kysely());
    const database = await openDatabase({ url: test.url ?? '', max: 1, answerWithinMs: 300 });
    await test.kysely<unknown>().transaction().execute(async (trx) => {
      await sql`lock table held`.execute(trx);
      for (let tick = 0; tick < 3; tick += 1) await expect(sql`insert into held values (1)`.execute(database.kysely())).rejects.toThrow();
      const waiting = sql<{ count: number }>`select count(*)::int4 as count from pg_locks where not granted and relation = 'held'::regclass`;
      await vi.waitFor(async () => expect((await waiting.execute(trx)).rows).toEqual([{ count: 0 }]));
    });
    await database.close();
  });

  it('waits as long as it takes where the answer is waited for without an end', async () => {
    await using test = await testDatabase('postgres');
    const database = await openDatabase({ url: test.url ?? '', max: 1, answerWithinMs: null });
    expect((await sql`show lock_timeout`.execute(database.kysely())).rows).toEqual([{ lock_timeout: '0' }]);
    await database.close();
  });
});

describe.runIf(databaseKinds().includes('postgres'))('listening on PostgreSQL', () => {
  it('survives the death of its connection', async () => {
    await using database = await testDatabase('postgres');
    const heard: string[] = [];
    await database.listen('test_channel', (payload) => heard.push(payload));
    await sql`select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`.execute(database.kysely());
    await vi.waitFor(async () => {
      await sql`select pg_notify('test_channel', 'again')`.execute(database.kysely());
      expect(heard).toContain('again');
    }, { timeout: 30_000 });
  });

  it('begins also while its connection is broken, and is over when the database is closed meanwhile', async () => {
    await using database = await testDatabase('postgres');
    const others = sql`from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`;
    const breakIt = async () => {
      await sql`select pg_terminate_backend(pid) ${others}`.execute(database.kysely());
      await vi.waitFor(async () => expect((await sql`select pid ${others}`.execute(database.kysely())).rows).toEqual([]));
    };
    const heard: string[] = [];
    await database.listen('first_channel', (payload) => heard.push(payload));
    for (const channel of ['second_channel', 'third_channel']) {
      await breakIt();
      await database.listen(channel, (payload) => heard.push(payload));
    }
    for (const channel of ['first_channel', 'second_channel', 'third_channel']) await sql`select pg_notify(${channel}, ${channel})`.execute(database.kysely());
    await vi.waitFor(() => expect(heard).toEqual(['first_channel', 'second_channel', 'third_channel']));
    const second = await openDatabase({ url: database.url ?? '', max: 1 });
    await second.listen('first_channel', () => undefined);
    await breakIt();
    const listening = second.listen('second_channel', () => undefined).catch((error: unknown) => error);
    await second.close();
    expect(await listening).toBeInstanceOf(Error);
  });
});

describe('a data folder', () => {
  it('is refused to a second opener, closed to other users, keeps its rows, and is told from a copy', async () => {
    const first = await openDatabase({ dataDirectory: folder });
    await expect(openDatabase({ dataDirectory: folder })).rejects.toThrow(DataFolderInUse);
    await sql`create table kept (id int)`.execute(first.kysely());
    await first.close();
    expect((await stat(join(folder, 'pglite'))).mode & 0o077).toBe(0);
    expect(existsSync(join(folder, 'lock'))).toBe(false);
    const second = await openDatabase({ dataDirectory: folder });
    await sql`select * from kept`.execute(second.kysely());
    expect(second.filesId).toBe(first.filesId);
    await second.close();
    cpSync(join(folder, 'pglite'), join(folder, 'copy', 'pglite'), { recursive: true });
    const copied = await openDatabase({ dataDirectory: join(folder, 'copy') });
    expect(copied.filesId).not.toBe(first.filesId);
    await copied.close();
  });

  it.each([['a process that is gone', '999999999 1'], ['a process whose id another one has now', `${process.pid} 1`], ['a start cut short', '']])(
    'is taken over from %s', async (_name, lock) => {
      await writeFile(join(folder, 'lock'), lock);
      const unlock = lockDataFolder(folder);
      expect(() => lockDataFolder(folder)).toThrow(DataFolderInUse);
      unlock();
      expect(existsSync(join(folder, 'lock'))).toBe(false);
    });
});
