import { RecordingUps } from '@wayleave/dev/recording-ups';
import { openBareVault, optInBare } from '@wayleave/dev/vault-process';
import { authorize, createTransport, refreshRequest, trackRequest } from '@wayleave/ups-api';
import { companyId, defaultVaultSettings, type Vault } from '@wayleave/vault';
import { benchDatabase, type BenchDatabase } from './bench-database.js';
import { storePlainly, usePlainly } from './plain-way.js';
import { statements, waitedMs } from './statements.js';
import { inWords, ratePerSecond, spreadOf, table, tableRow } from './statistics.js';

const grants = 10_000;
const connections = 10;
const rounds = 5;
const refreshRoundMs = 400;
/** As long as it is from one renewal of all leases to the next: each round has one. */
const useRoundMs = defaultVaultSettings.leaseMs / 3;
const callers = [1, 32, 64];

/** What a use costs, beside a bare call by the same client and beside the plain way, all in turn in one run. */
export async function benchVault(): Promise<void> {
  await using bench = await benchDatabase(connections);
  if (!bench) return;
  await using ups = await RecordingUps.start();
  // Nothing here is UPS's: the pace that spares it would be all that refreshes are measured by.
  const vault = await openBareVault(bench.database, ups.url, { callsPerMinute: 1e9 });
  try {
    const companies = Array.from({ length: grants }, (_, index) => `co_${index}`);
    await optInAll(vault, companies);
    await storePlainly(bench.database, companies);
    await benchUses(bench, ups, vault, companies);
    await benchRefreshes(vault, ups, companies);
  } finally {
    await vault.close();
  }
}

async function optInAll(vault: Vault, companies: readonly string[]): Promise<void> {
  const started = performance.now();
  const left = [...companies];
  const lane = async () => {
    for (let company = left.pop(); company !== undefined; company = left.pop()) await optInBare(vault, company);
  };
  await Promise.all(Array.from({ length: 2 * connections }, lane));
  process.stdout.write(`${companies.length} grants opted in, ${((companies.length * 1000) / (performance.now() - started)).toFixed(0)} a second\n`);
}

/** Uses the grants in turn until each has its lease, and says how fast they were taken. */
async function takeAll(vault: Vault, use: () => Promise<unknown>, count: number): Promise<void> {
  const started = performance.now();
  const lane = async () => {
    while (vault.leasesHeld() < count) await use();
  };
  await Promise.all(Array.from({ length: 64 }, lane));
  process.stdout.write(`${count} leases taken, ${((count * 1000) / (performance.now() - started)).toFixed(0)} a second\n`);
}

async function benchUses({ database }: BenchDatabase, ups: RecordingUps, vault: Vault, companies: readonly string[]): Promise<void> {
  const transport = createTransport({ baseUrl: ups.url, timeoutMs: defaultVaultSettings.callTimeoutMs, maxBytes: defaultVaultSettings.maxAnswerBytes });
  const request = trackRequest({ inquiryNumber: '1Z12345E0205271688', transId: 'bench', transactionSrc: 'bench' });
  const bare = () => transport.send(authorize(request, 'access-bare'));
  process.stdout.write(`\n${table(['grants', 'callers', 'bare calls/s', 'uses/s', 'plain/s', 'use over bare, µs', 'plain over bare, µs', 'use : plain', 'statements per use'], [])}`);
  for (const spread of ['hot', 'uniform']) {
    let turn = 0;
    const pick = spread === 'hot' ? () => 'co_0' : () => companies[(turn += 1) % companies.length] ?? '';
    const use = () => vault.use({ company: companyId(pick()), application: 'idm' }, 'bench', ({ call }) => call(request));
    const plain = () => usePlainly(database, transport, pick(), request);
    if (spread === 'uniform') await takeAll(vault, use, companies.length);
    for (const count of callers) {
      const lanes = (once: () => Promise<unknown>) => Array.from({ length: count }, () => once);
      const rates: { bare: number; use: number; plain: number }[] = [];
      let sent = 0;
      let uses = 0;
      for (let round = -1; round < rounds; round += 1) {
        const bareRate = await ratePerSecond(lanes(bare), useRoundMs);
        const before = statements;
        let made = 0;
        const useRate = await ratePerSecond(lanes(async () => {
          await use();
          made += 1;
        }), useRoundMs);
        const after = statements;
        const plainRate = await ratePerSecond(lanes(plain), useRoundMs);
        if (round < 0) continue;
        sent += after - before;
        uses += made;
        rates.push({ bare: bareRate, use: useRate, plain: plainRate });
      }
      process.stdout.write(tableRow([
        spread, String(count), inWords(spreadOf(rates.map(({ bare }) => bare)), 0), inWords(spreadOf(rates.map(({ use }) => use)), 0),
        inWords(spreadOf(rates.map(({ plain }) => plain)), 0), inWords(spreadOf(rates.map(({ bare, use }) => 1e6 / use - 1e6 / bare)), 0),
        inWords(spreadOf(rates.map(({ bare, plain }) => 1e6 / plain - 1e6 / bare)), 0),
        inWords(spreadOf(rates.map(({ plain, use }) => use / plain))), (sent / uses).toFixed(5),
      ]));
    }
  }
  await benchUpkeep(vault);
  transport.close();
}

/** What it takes to keep leases that nothing uses: it is the same however many uses share it, and all columns of the table bear it. */
async function benchUpkeep(vault: Vault): Promise<void> {
  const lastsMs = 2 * defaultVaultSettings.leaseMs;
  const before = { cpu: process.cpuUsage(), statements, waitedMs };
  await new Promise((resolve) => {
    setTimeout(resolve, lastsMs);
  });
  const { user, system } = process.cpuUsage(before.cpu);
  const perSecond = (value: number) => ((value * 1000) / lastsMs).toFixed(1);
  process.stdout.write(`\n${vault.leasesHeld()} leases held and not used, a second: ${perSecond((user + system) / 1000)} ms of processor time, `
    + `${perSecond(statements - before.statements)} statements, ${perSecond(waitedMs - before.waitedMs)} ms until they were answered\n`);
}

/** Refreshes a second, beside the bare POST on a connection of its own that each of them needs. */
async function benchRefreshes(vault: Vault, ups: RecordingUps, companies: readonly string[]): Promise<void> {
  const transport = createTransport({ baseUrl: ups.url, timeoutMs: defaultVaultSettings.callTimeoutMs, maxBytes: defaultVaultSettings.maxAnswerBytes });
  const post = () => transport.send(refreshRequest({ clientId: 'bench', clientSecret: 'bench', refreshToken: 'refresh-bench' }), { fresh: true });
  const rows: string[][] = [];
  let turn = 0;
  for (const count of [1, connections]) {
    const refresh = async () => {
      turn += 1;
      const { kind } = await vault.refresh(companyId(companies[turn % companies.length] ?? ''), 'idm');
      if (kind !== 'refreshed') throw new Error(`a refresh came to ${kind}`);
    };
    const lanes = (once: () => Promise<unknown>) => Array.from({ length: count }, () => once);
    const rates: { post: number; refresh: number }[] = [];
    const before = { statements, turn };
    for (let round = 0; round < rounds; round += 1) {
      rates.push({ post: await ratePerSecond(lanes(post), refreshRoundMs), refresh: await ratePerSecond(lanes(refresh), 2 * refreshRoundMs) });
    }
    const each = (statements - before.statements) / (turn - before.turn);
    rows.push([
      String(count), inWords(spreadOf(rates.map(({ post }) => post)), 0), inWords(spreadOf(rates.map(({ refresh }) => refresh)), 0), each.toFixed(1),
    ]);
  }
  transport.close();
  process.stdout.write(`\n${table(['at a time', 'bare POSTs/s', 'refreshes/s', 'statements per refresh'], rows)}`);
}
