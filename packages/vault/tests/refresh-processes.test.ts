import { databaseKinds, type TestDatabase } from '@wayleave/dev/database';
import { DatabaseGate } from '@wayleave/dev/database-gate';
import { openBareVault, optInBare, VaultProcess } from '@wayleave/dev/vault-process';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { companyId, type Vault, type VaultSettings } from '../index.js';
import { RefreshLedger } from './refresh-ledger.js';
import { ScriptedUps } from './scripted-ups.js';
import { until, vaultDatabase } from './test-vault.js';

/**
 * With `npm run soak`: what UPS may really take, and the settings that are made for it. Else UPS takes a thirtieth of that, and
 * a refresh has seconds more: an answer that a busy machine brings late is a lost one, and would be asked for once more.
 */
const isLong = process.env['WAYLEAVE_SOAK'] === 'long';
const scale = isLong ? 30 : 1;
const settings: Partial<VaultSettings> = isLong ? {} : {
  leaseMs: 1_500, callTimeoutMs: 3_000, refreshTimeoutMs: 5_000, redemptionMs: 6_000, backOffMs: 200, backOffMaxMs: 1_000,
};
const latencyMs = isLong ? { from: 50, to: 45_000 } : { from: 2, to: 1_500 };
const kills = isLong ? 20 : 6;
const longestWaitMs = isLong ? 450_000 : 60_000;
const timeout = isLong ? 1_800_000 : 180_000;

const spend = '"vault"."issued_token"';

/** Where a process is killed, and what that leaves: how often UPS is sent the refresh token in all, and the grant's state. */
const places = [
  { name: 'it has looked, but not written its intent', hold: ['from "vault"."redemption"'], posts: 1, state: 'authorized' },
  { name: 'its intent is written, but not committed', hold: ['insert into "vault"."redemption"'], posts: 1, state: 'authorized' },
  { name: 'its intent is committed, but nothing sent', hold: ['insert into "vault"."redemption"', 'commit'], posts: 1, state: 'authorized' },
  { name: 'UPS has its POST, but has not looked at it', ups: 'waits', posts: 2, state: 'authorized' },
  { name: 'UPS has spent the token, but not answered', ups: 'spends', posts: 2, state: 'needs-opt-in' },
  { name: 'it has the answer, but has not stored it', hold: [`update ${spend}`], posts: 2, state: 'needs-opt-in' },
  { name: 'it has stored the answer, but does not know', hold: [`update ${spend}`, 'commit'], posts: 1, state: 'authorized' },
] as const;

describe.runIf(databaseKinds().includes('postgres'))('refreshes in four processes', () => {
  let database: TestDatabase;
  let ups: ScriptedUps;
  let ledger: RefreshLedger;
  let vault: Vault;
  let survivors: VaultProcess[];
  beforeAll(async () => {
    database = await vaultDatabase('postgres');
    ups = await ScriptedUps.start();
    ledger = new RefreshLedger(ups, latencyMs);
    vault = await openBareVault(database, ups.url, settings);
  });
  afterAll(async () => {
    await vault.close();
    await ups[Symbol.asyncDispose]();
    await database.close();
  });
  beforeEach(async () => {
    survivors = await Promise.all(Array.from({ length: 3 }, () => VaultProcess.start(database.url ?? '', ups.url, settings)));
  });
  afterEach(async () => {
    await Promise.all(survivors.map((process) => process.kill()));
  });

  const grant = (company: string) => vault.grant(companyId(company), 'idm');
  const optIn = async (company: string) => {
    await optInBare(vault, company);
    return `refresh-canary-${ups.issued().length}`;
  };

  it('send no token twice, and lose no grant to that, wherever the fourth is killed', { timeout }, async () => {
    ups.expiresIn = String(7 * scale);
    await using gate = await DatabaseGate.start(database.url ?? '');
    const first = new Map<string, string>();
    for (const [index, place] of places.entries()) {
      const company = `co_${index}`;
      await using victim = await VaultProcess.start(gate.url, ups.url, settings);
      const token = await optIn(company);
      first.set(company, token);
      const reached = 'hold' in place ? gate.holdAnswer(...place.hold) : ledger.next(token, place.ups);
      const refresh = expect(victim.do('refresh', companyId(company))).rejects.toThrow('gone');
      await reached;
      await victim.kill();
      await refresh;
      if (index === 0) for (const survivor of survivors) await survivor.do('maintain', 100);
    }
    for (const [index, place] of places.entries()) {
      const company = `co_${index}`;
      const token = first.get(company) ?? '';
      await until(async () => ledger.postsOf(token) === place.posts && !ledger.isOpen(token) && (await grant(company)).trouble === null, longestWaitMs);
      const { state, endReason } = await grant(company);
      expect([place.name, state, endReason]).toEqual([place.name, place.state, place.state === 'authorized' ? null : 'answer-lost']);
      if (place.state === 'authorized') expect(await survivors[0]?.do('use', company)).toBe(200);
    }
    expect(ledger.breaches()).toEqual([]);
  });

  it('wait for an answer that takes as long as UPS may take, and adopt it', { timeout }, async () => {
    ups.expiresIn = '14399';
    const token = await optIn('slow');
    ledger.delay(token, latencyMs.to);
    const outcomes = await Promise.all(survivors.map((process) => process.do('refresh', 'slow')));
    expect(outcomes.map(({ kind }) => kind)).toContain('refreshed');
    expect(await grant('slow')).toMatchObject({ state: 'authorized', trouble: null });
    expect(ledger.postsOf(token)).toBe(1);
  });

  it('send none twice while one after the other is killed at random, and everyone needs tokens', { timeout }, async () => {
    ups.expiresIn = String(3 * scale);
    const companies = Array.from({ length: 8 }, (_, index) => `storm_${index}`);
    for (const company of companies) await optIn(company);
    const begin = async (process: VaultProcess) => {
      await process.do('maintain', 50);
      await process.do('load', companies, 40, 1_000_000);
      return process;
    };
    const start = async () => begin(await VaultProcess.start(database.url ?? '', ups.url, settings));
    survivors = [...await Promise.all(survivors.map(begin)), await start()];
    for (let kill = 0; kill < kills; kill += 1) {
      const sent = ledger.posts;
      await until(() => ledger.posts > sent, longestWaitMs);
      const [victim] = survivors.splice(0, 1);
      await victim?.kill();
      survivors.push(await start());
    }
    const settled = async () => {
      const states = await Promise.all(companies.map(grant));
      return states.every(({ state, trouble }) => state === 'needs-opt-in' || trouble === null);
    };
    await until(settled, longestWaitMs);
    expect(ledger.breaches()).toEqual([]);
    for (const company of companies) {
      const { state, endReason } = await grant(company);
      if (state !== 'authorized') expect([company, state, endReason]).toEqual([company, 'needs-opt-in', 'answer-lost']);
    }
    expect(ledger.posts).toBeGreaterThan(companies.length);
  });
});
