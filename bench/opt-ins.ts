import { databaseUrl, dropDatabase, findPostgres, withClient } from '@wayleave/dev/database';
import { createPasswordHasher } from '@wayleave/platform/password';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { optInLanes, startDemo } from './demo.js';
import { inWords, ratePerSecond, spreadOf, table } from './statistics.js';

const rounds = 5;
const rawMs = 2_000;
const optInsMs = 6_000;
/** As many opt-ins side by side as password checks. */
const lanesAtOnce = 4;

/**
 * Opt-ins a second, end to end over HTTP, beside what the machine could do at the very best: every opt-in needs one
 * password to be checked, which is made to be slow. Both are measured in turn, so that a busy moment hits both.
 */
export async function benchOptIns(): Promise<void> {
  const postgres = await findPostgres(process.env);
  const kinds = [{ kind: 'embedded', server: null }, ...(postgres === null ? [] : [{ kind: 'PostgreSQL', server: postgres }])];
  for (const { kind, server } of kinds) await benchOn(kind, server);
  if (postgres === null) process.stdout.write('PostgreSQL: NOT RUN\n');
}

async function benchOn(kind: string, server: string | null): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'wayleave-bench-'));
  const name = `wayleave_bench_${process.pid}`;
  if (server !== null) await withClient(server, (client) => client.query(`create database "${name}"`));
  const url = server === null ? null : databaseUrl(server, name);
  try {
    const first = await startDemo(folder, url);
    await first.stop();
    const second = await startDemo(folder, url);
    const idle = await second.memory();
    try {
      const { raw, optIns } = await measure(second);
      const busy = await second.memory();
      const ratios = spreadOf(optIns.map((rate, round) => (100 * rate) / (raw[round] ?? rate)));
      process.stdout.write(`\n${table(
        ['measure', `${kind} database`],
        [
          ['first start, s', (first.startedInMs / 1000).toFixed(1)],
          ['second start, s', (second.startedInMs / 1000).toFixed(1)],
          ['opt-ins a second, end to end', inWords(spreadOf(optIns))],
          ['password checks a second, alone', inWords(spreadOf(raw), 0)],
          ['share of that limit, %', inWords(ratios, 0)],
          ['memory after the start, MB', idle.now.toFixed(0)],
          ['memory under load, MB (highest)', `${busy.now.toFixed(0)} (${busy.peak.toFixed(0)})`],
        ],
      )}`);
    } finally {
      await second.stop();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
    if (server !== null) await dropDatabase(server, name);
  }
}

async function measure(demo: Awaited<ReturnType<typeof startDemo>>): Promise<{ raw: number[]; optIns: number[] }> {
  const lanes = await optInLanes(demo, lanesAtOnce);
  const passwords = createPasswordHasher();
  const hash = await passwords.hash('dake-mopu-bojo-nejo');
  const checks = Array.from({ length: lanesAtOnce }, () => () => passwords.verify('dake-mopu-bojo-nejo', hash));
  for (const lane of lanes) await lane();
  const raw: number[] = [];
  const optIns: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    raw.push(await ratePerSecond(checks, rawMs));
    optIns.push(await ratePerSecond(lanes, optInsMs));
  }
  return { raw, optIns };
}
