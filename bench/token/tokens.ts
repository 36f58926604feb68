import { databaseUrl, dropDatabase, findPostgres, withClient } from '@wayleave/dev/database';
import { inWords, spreadOf, table } from '../statistics.js';
import { startTarget, type Target } from './target.js';

const rounds = 5;
const sliceMs = 1_000;
/** Short of this the compiler is still at work. */
const warmUpMs = 2_000;
/** Connections to each server, each with one request at a time. */
const lanes = 64;

/** A server and what its figures are compared with. */
interface Subject {
  readonly name: string;
  readonly title: string;
  readonly beside: string;
  readonly durable: boolean;
}

const subjects: readonly Subject[] = [
  { name: 'stand-in-embedded', title: 'stand-in, embedded database in memory', beside: 'oidc-provider', durable: false },
  { name: 'oidc-provider', title: 'oidc-provider 9, a map', beside: 'oidc-provider', durable: false },
  { name: 'oauth2-server', title: '@node-oauth/oauth2-server 5, a map', beside: 'oidc-provider', durable: false },
  { name: 'raw', title: 'node:http and a map', beside: 'oidc-provider', durable: false },
  { name: 'stand-in-durable', title: 'stand-in, PostgreSQL', beside: 'commit', durable: true },
  { name: 'commit', title: 'node:http and one PostgreSQL commit a request', beside: 'commit', durable: true },
];

/** Rates of one subject, a round each. */
interface Rates {
  readonly exchanges: number[];
  readonly refreshes: number[];
}

/**
 * Code exchanges and refreshes a second of the stand-in, beside two libraries and beside the least that could be done at
 * all: in memory a map, durable one commit a request. They take turns, so that a busy moment hits all of them.
 */
export async function benchTokens(): Promise<void> {
  const postgres = await findPostgres(process.env);
  const measured = subjects.filter(({ durable }) => postgres !== null || !durable);
  const rates = new Map(measured.map(({ name }): [string, Rates] => [name, { exchanges: [], refreshes: [] }]));
  const targets: { name: string; target: Target; drop(): Promise<void> }[] = [];
  try {
    for (const { name, durable } of measured) targets.push({ name, ...await start(name, durable ? postgres : null) });
    for (let round = 0; round <= rounds; round += 1) {
      for (const { name, target } of targets) {
        const lastsMs = round === 0 ? warmUpMs : sliceMs;
        const [exchanges, refreshes] = [await target.exchanges(lastsMs), await target.refreshes(lastsMs)];
        if (round === 0) continue;
        rates.get(name)?.exchanges.push(exchanges);
        rates.get(name)?.refreshes.push(refreshes);
      }
    }
  } finally {
    for (const { target, drop } of targets) {
      await target.stop();
      await drop();
    }
  }
  process.stdout.write(`\n${table(
    [`${lanes} connections`, 'code exchanges a second', 'refreshes a second', 'exchanges, times', 'refreshes, times', 'beside'],
    measured.map((subject) => row(subject, rates)),
  )}`);
  if (postgres === null) process.stdout.write('PostgreSQL: NOT RUN\n');
}

function row({ name, title, beside }: Subject, rates: ReadonlyMap<string, Rates>): string[] {
  const [own, other] = [rates.get(name), rates.get(beside)];
  if (!own || !other) throw new Error(`${name} was not measured`);
  const times = (kind: keyof Rates) => inWords(spreadOf(own[kind].map((rate, round) => rate / (other[kind][round] ?? rate))), 2);
  return [title, inWords(spreadOf(own.exchanges), 0), inWords(spreadOf(own.refreshes), 0), times('exchanges'), times('refreshes'), beside];
}

async function start(name: string, postgres: string | null): Promise<{ target: Target; drop(): Promise<void> }> {
  if (postgres === null) return { target: await startTarget(name, '', lanes), drop: async () => undefined };
  const database = `wayleave_bench_${process.pid}_${name.replaceAll('-', '_')}`;
  await withClient(postgres, (client) => client.query(`create database "${database}"`));
  return { target: await startTarget(name, databaseUrl(postgres, database), lanes), drop: () => dropDatabase(postgres, database) };
}
