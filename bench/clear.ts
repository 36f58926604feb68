import { ClearTrial } from '@wayleave/dev/clear-trial';
import { benchDatabase } from './bench-database.js';
import { percentile, table, tableRow } from './statistics.js';

const usesPerSecond = 500;
/** All of them are used all the time, but for the one in each lane that has just been cleared. */
const grants = 16;
const connections = 10;
/** By each instance on average, before a grant is cleared: so that all are at work on it. */
const callsByEach = 5;

/** Instances, how many Clears they have to bear, and how many of these at the same time. */
interface Run {
  readonly instances: number;
  readonly clears: number;
  readonly lanes: number;
}

const runs: readonly Run[] = [
  { instances: 1, clears: 60, lanes: 2 }, { instances: 2, clears: 60, lanes: 2 }, { instances: 4, clears: 60, lanes: 2 },
  { instances: 8, clears: 1_000, lanes: 1 }, { instances: 8, clears: 1_000, lanes: 2 },
];

/** How long Clear takes while this many processes use the grant, and whether anything comes after its answer. */
export async function benchClear(): Promise<void> {
  process.stdout.write(`\n${table(['instances', 'uses/s, all', 'Clears', 'at a time', 'p50, ms', 'p99, ms', 'longest, ms', 'calls cut off', 'arrived or stored after the answer'], [])}`);
  for (const run of runs) {
    const row = await clearUnderLoad(run);
    if (!row) return;
    process.stdout.write(tableRow(row));
  }
}

async function clearUnderLoad({ instances, clears, lanes }: Run): Promise<string[] | null> {
  await using bench = await benchDatabase(connections);
  if (!bench) return null;
  const companies = Array.from({ length: grants }, (_, index) => `co_${index}`);
  const databaseUrls = Array.from({ length: instances }, () => bench.url);
  await using trial = await ClearTrial.start({ databaseUrls, database: bench.database, companies, usesPerSecond });
  const took: number[] = [];
  let cutOff = 0;
  let left = clears;
  for (const company of companies) await trial.optIn(company, callsByEach * instances);
  const waiting = [...companies];
  const began = performance.now();
  const before = (await trial.loaded()).answered;
  await Promise.all(Array.from({ length: lanes }, async () => {
    for (let company = waiting.shift(); company !== undefined && left > 0; company = waiting.shift()) {
      left -= 1;
      const { outcome, tookMs } = await trial.clear(company);
      if (outcome.kind !== 'cleared') throw new Error(`a Clear came to ${outcome.kind}`);
      took.push(tookMs);
      cutOff += outcome.callsCutOff;
      await trial.optIn(company, callsByEach * instances);
      waiting.push(company);
    }
  }));
  const { answered, failed } = await trial.loaded();
  const rate = ((answered - before) * 1000) / (performance.now() - began);
  // Whoever still used one of the cleared grants has time to show it.
  await trial.optIn('co_0', usesPerSecond);
  const breaches = await trial.breaches();
  for (const breach of breaches) process.stdout.write(`${breach}\n`);
  if (Object.keys(failed).length > 0) process.stdout.write(`${instances} instances, uses that failed: ${JSON.stringify(failed)}\n`);
  return [
    String(instances), rate.toFixed(0), String(took.length), String(lanes), percentile(took, 50).toFixed(0), percentile(took, 99).toFixed(0), Math.max(...took).toFixed(0),
    String(cutOff), String(breaches.length),
  ];
}
