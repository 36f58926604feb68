import { ClearTrial } from '@wayleave/dev/clear-trial';
import { databaseKinds, type TestDatabase } from '@wayleave/dev/database';
import { DatabaseGate } from '@wayleave/dev/database-gate';
import { ActFailed, optInBare } from '@wayleave/dev/vault-process';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { companyId } from '../index.js';
import { until, vaultDatabase } from './test-vault.js';

const leaseMs = 3_000;
/** Who stands still for a third of a lease may lose what it was storing: here nobody does, however busy the machine. */
const longLeaseMs = 30_000;
const wireAllowanceMs = 100;
/** What a busy machine may add. */
const patienceMs = 4_000;
const usesPerSecond = 100;
const callsBefore = 30;

const companies = ['a', 'b', 'c', 'd'];

/** Whoever still used what was cleared has time to show it. */
async function expectNoBreaches(trial: ClearTrial): Promise<void> {
  await trial.optIn('d', 2 * callsBefore);
  expect(await trial.breaches()).toEqual([]);
  await trial.clear('d');
}

describe.runIf(databaseKinds().includes('postgres'))('Clear among processes', () => {
  let database: TestDatabase;
  let trial: ClearTrial;
  beforeAll(async () => {
    database = await vaultDatabase('postgres');
    const databaseUrls = Array<string>(4).fill(database.url ?? '');
    trial = await ClearTrial.start({ databaseUrls, database, companies, usesPerSecond, settings: { leaseMs: longLeaseMs, wireAllowanceMs } });
  });
  afterAll(async () => {
    await trial[Symbol.asyncDispose]();
    await database.close();
  });
  afterEach(() => expectNoBreaches(trial));

  it('lets nothing arrive and nothing be stored after its answer, from any of four', async () => {
    let left = 12;
    await Promise.all(['a', 'b', 'c'].map(async (company) => {
      while (left > 0) {
        left -= 1;
        await trial.optIn(company, callsBefore);
        expect((await trial.clear(company)).outcome.kind).toBe('cleared');
      }
    }));
    expect((await trial.loaded()).failed).toEqual({});
  });
});

describe.runIf(databaseKinds().includes('postgres'))('Clear among processes of which one does not answer', () => {
  let database: TestDatabase;
  let gate: DatabaseGate;
  let trial: ClearTrial;
  beforeAll(async () => {
    database = await vaultDatabase('postgres');
    const url = database.url ?? '';
    gate = await DatabaseGate.start(url);
    trial = await ClearTrial.start({ databaseUrls: [url, url, url, gate.url], database, companies, usesPerSecond, settings: { leaseMs, wireAllowanceMs } });
  });
  afterAll(async () => {
    await trial[Symbol.asyncDispose]();
    await gate[Symbol.asyncDispose]();
    await database.close();
  });
  afterEach(() => expectNoBreaches(trial));

  const first = () => trial.instances[0]!;

  it('is delayed by one lease by a process that is stopped, which sends nothing when it goes on', async () => {
    await trial.optIn('a', callsBefore);
    first().signal('SIGSTOP');
    const { outcome, tookMs } = await trial.clear('a');
    first().signal('SIGCONT');
    expect(outcome.kind).toBe('cleared');
    expect(tookMs).toBeLessThan(leaseMs + wireAllowanceMs + patienceMs);
    await first().do('loaded');
  });

  it('is delayed by one lease by a process that is cut off from the database', async () => {
    await trial.optIn('a', callsBefore);
    gate.freeze();
    const { outcome, tookMs } = await trial.clear('a');
    gate.thaw();
    expect(outcome.kind).toBe('cleared');
    expect(tookMs).toBeLessThan(leaseMs + wireAllowanceMs + patienceMs);
  });

  it('is delayed by a few seconds more by a process that is cut off while it holds the lock of the grant', async () => {
    const held = gate.holdAnswer('insert into vault.lease');
    await trial.optIn('a', callsBefore);
    await held;
    const { outcome } = await trial.clear('a');
    gate.thaw();
    expect(outcome.kind).toBe('cleared');
  });

  it('needs no notification', async () => {
    await trial.optIn('a', callsBefore);
    await sql`select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and query like 'listen %'`.execute(database.kysely());
    const { outcome } = await trial.clear('a');
    expect(outcome.kind).toBe('cleared');
  });

  it('that another process finished while its own was stopped is still what its own answers, though somebody opted in since', async () => {
    const [, owner, other] = trial.instances;
    await trial.optIn('b', callsBefore);
    await other!.do('maintain', 200);
    const grant = () => trial.vault.grant(companyId('b'), 'idm');
    const { generation } = await grant();
    first().signal('SIGSTOP');
    const asked = owner!.do('clear', 'b', generation);
    await until(async () => (await grant()).state === 'clearing');
    owner!.signal('SIGSTOP');
    await until(async () => (await grant()).state === 'cleared');
    await trial.noteCleared('b');
    await optInBare(trial.vault, 'b', 'b.renewed');
    for (const stopped of [owner!, first()]) stopped.signal('SIGCONT');
    expect(await asked).toMatchObject({ kind: 'cleared', callsCutOff: expect.any(Number), renewed: { state: 'authorized', generation: generation + 2 } });
  });

  it('is finished by another process when its own was killed, and is delayed by one lease by that', async () => {
    const [, owner, other] = trial.instances;
    await trial.optIn('a', callsBefore);
    await other!.do('maintain', 200);
    first().signal('SIGSTOP');
    const asked = expect(trial.clear('a', owner)).rejects.toThrow(ActFailed);
    const state = async () => (await trial.vault.grant(companyId('a'), 'idm')).state;
    await until(async () => (await state()) === 'clearing');
    await owner!.kill();
    await asked;
    await until(async () => (await state()) === 'cleared');
    await trial.noteCleared('a');
    first().signal('SIGCONT');
  });
});
