import { databaseUrl, dropDatabase, findPostgres, withClient } from '@wayleave/dev/database';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { inWords, ratePerSecond, spreadOf, table } from '../statistics.js';
import { prepareCalls, type Call } from './calls.js';
import { Connection } from './connection.js';
import { stormyHour } from './hour.js';
import type { StoredAnswer } from './raw-server.js';
import { startStandIn, type StandIn } from './stand-in.js';

const worldSize = 1_000_000;
const rounds = 5;
const rawMs = 3_000;
const standInMs = 7_000;
const lanesAtOnce = 32;

/**
 * Mixed calls a second of the stand-in with a world of a million parcels, beside a bare node:http server that answers the
 * same bytes, in turn on the same machine; then an hour of its own weather, compressed. Every answer's status is checked,
 * and the ledger must have every call at the end.
 */
export async function benchSandbox(): Promise<void> {
  const server = await findPostgres(process.env);
  if (server === null) {
    process.stdout.write('PostgreSQL: NOT RUN\n');
    return;
  }
  const name = `wayleave_bench_${process.pid}`;
  await withClient(server, (client) => client.query(`create database "${name}"`));
  const url = databaseUrl(server, name);
  try {
    const standIn = await startStandIn(url, worldSize);
    try {
      await report(standIn, url);
    } finally {
      await standIn.stop();
    }
  } finally {
    await dropDatabase(server, name);
  }
}

async function report(standIn: StandIn, url: string): Promise<void> {
  const idle = await standIn.memory();
  const receiver = await startReceiver();
  const { calls, listedInMs, listed, poll } = await prepareCalls(standIn, receiver.url);
  const [first, again] = [await whilePolling(standIn, poll, calls), await whilePolling(standIn, poll, calls)];
  const stored = await storeAnswers(standIn, calls);
  const raw = await startRaw(stored);
  const rates: { raw: number[]; standIn: number[] } = { raw: [], standIn: [] };
  await ratePerSecond(lanesOn(standIn.port, calls), 2_000);
  const perCall: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    rates.raw.push(await ratePerSecond(lanesOn(raw.port, calls), rawMs));
    const [usedBefore, arrivedBefore] = [await standIn.processorMs(), await arrivals(url)];
    rates.standIn.push(await ratePerSecond(lanesOn(standIn.port, calls), standInMs));
    perCall.push(1_000 * (await standIn.processorMs() - usedBefore) / (await arrivals(url) - arrivedBefore));
  }
  raw.stop();
  const loaded = await standIn.memory();
  const before = await arrivals(url);
  const hour = await stormyHour(standIn, calls);
  const after = await arrivals(url);
  const stormy = await standIn.memory();
  receiver.stop();
  const bytes = stored.reduce((sum, { body }) => sum + Buffer.byteLength(body, 'base64'), 0) / stored.length;
  process.stdout.write(`\n${table(['measure', `${worldSize.toLocaleString('en')} parcels, PostgreSQL`], [
    ['start until ready, s', (standIn.startedInMs / 1_000).toFixed(1)],
    [`list ${listed.toLocaleString('en')} parcels, s`, (listedInMs / 1_000).toFixed(1)],
    ['the first poll of Quantum View over half of them, and the next, s', `${(first.polledInMs / 1_000).toFixed(1)}, ${(again.polledInMs / 1_000).toFixed(2)}`],
    ['Track calls meanwhile, one after the other; longest wait, ms', `${first.others}, ${first.longestMs.toFixed(0)}`],
    ['mixed calls a second', inWords(spreadOf(rates.standIn), 0)],
    ['node:http with the same bytes, calls a second', inWords(spreadOf(rates.raw), 0)],
    ['share of that, %', inWords(spreadOf(rates.standIn.map((rate, round) => (100 * rate) / (rates.raw[round] ?? rate))), 0)],
    ['processor time of the stand-in for a call, µs', inWords(spreadOf(perCall), 0)],
    ['an answer, bytes on average', bytes.toFixed(0)],
    ['memory after the start, under load (highest), MB', `${idle.now.toFixed(0)}, ${loaded.now.toFixed(0)} (${loaded.peak.toFixed(0)})`],
    ['stormy hour: calls, cut, refused or broken, %', `${hour.sent}, ${shareOf(hour.statuses, (status) => status === 0)}, ${shareOf(hour.statuses, (status) => status >= 429 || status === 403)}`],
    ['stormy hour: calls missing in the ledger', String(hour.sent - (after - before))],
    ['after it: wrong answers of 200, lines in its log, memory MB', `${hour.wrongAfterwards}, ${standIn.faults().length}, ${stormy.now.toFixed(0)} (${stormy.peak.toFixed(0)})`],
  ])}`);
}

/** How long a poll of all that is unread takes, and how long one Track call after the other waits meanwhile. */
async function whilePolling({ port }: StandIn, poll: Buffer, calls: readonly Call[]): Promise<{ polledInMs: number; others: number; longestMs: number }> {
  const [poller, other] = [new Connection(port), new Connection(port)];
  const started = performance.now();
  let polledInMs = 0;
  const polling = poller.ask(poll).then(({ status }) => {
    polledInMs = performance.now() - started;
    if (status !== 200) throw new Error(`the poll was answered ${status}`);
  });
  let [others, longestMs] = [0, 0];
  for (const { request } of calls.filter((call) => call.request.subarray(0, 3).toString() === 'GET')) {
    const asked = performance.now();
    await other.ask(request);
    if (polledInMs > 0) break;
    others += 1;
    longestMs = Math.max(longestMs, performance.now() - asked);
  }
  await polling;
  poller.close();
  other.close();
  return { polledInMs, others, longestMs };
}

/** An address that takes every event. */
async function startReceiver(): Promise<{ url: string; stop: () => void }> {
  const server = createServer((request, response) => {
    request.resume();
    response.writeHead(200).end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the system gave no port');
  return { url: `http://127.0.0.1:${address.port}/events`, stop: () => void server.close() };
}

/** Each lane goes through the calls from a place of its own. Throws when a call is answered with another status than is due. */
function lanesOn(port: number, calls: readonly Call[]): (() => Promise<void>)[] {
  return Array.from({ length: lanesAtOnce }, (_, lane) => {
    const connection = new Connection(port);
    let next = Math.floor((lane * calls.length) / lanesAtOnce);
    return async () => {
      const call = calls[next % calls.length];
      next += 1;
      if (!call) return;
      const { status, head } = await connection.ask(call.request);
      if (status !== call.status) throw new Error(`answered ${status} instead of ${call.status}: ${call.request.toString('latin1').split('\r\n', 1)[0]}\n${head}`);
    };
  });
}

/** What the stand-in answers to each call, for the bare server to repeat. */
async function storeAnswers(standIn: StandIn, calls: readonly Call[]): Promise<StoredAnswer[]> {
  const connection = new Connection(standIn.port);
  const stored: StoredAnswer[] = [];
  for (const { request } of calls) {
    const { status, head, body } = await connection.ask(request);
    const headers = head.split('\r\n').slice(1).flatMap((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()]);
    stored.push({ status, headers: withoutOwn(headers), body: body.toString('base64') });
  }
  connection.close();
  return stored;
}

/** node:http writes these itself. */
function withoutOwn(headers: readonly string[]): string[] {
  return headers.filter((_, index) => !['date', 'connection', 'keep-alive'].includes((headers[index - index % 2] ?? '').toLowerCase()));
}

async function startRaw(stored: readonly StoredAnswer[]): Promise<{ port: number; stop: () => void }> {
  const child = fork(new URL('raw-server.js', import.meta.url));
  child.send(stored);
  const [port] = (await once(child, 'message')) as [number];
  return { port, stop: () => child.disconnect() };
}

/** The lines of the ledger, once no more are added. */
async function arrivals(url: string): Promise<number> {
  let last = -1;
  for (;;) {
    const { rows } = await withClient(url, (client) => client.query<{ count: string }>('select count(*) from upscom.arrival'));
    const count = Number(rows[0]?.count ?? 0);
    if (count === last) return count;
    last = count;
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
}

function shareOf(statuses: ReadonlyMap<number, number>, wanted: (status: number) => boolean): string {
  const all = [...statuses.values()].reduce((sum, count) => sum + count, 0);
  const some = [...statuses].filter(([status]) => wanted(status)).reduce((sum, [, count]) => sum + count, 0);
  return ((100 * some) / all).toFixed(1);
}
