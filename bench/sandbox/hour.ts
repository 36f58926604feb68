import type { Call } from './calls.js';
import { Connection } from './connection.js';
import type { StandIn } from './stand-in.js';

/** What became of the calls of a stormy hour. */
export interface Hour {
  readonly sent: number;
  /** How many had which status; 0 for those that were cut. */
  readonly statuses: ReadonlyMap<number, number>;
  /** Calls of the calm after it that were not answered as in fine weather. */
  readonly wrongAfterwards: number;
}

const minutes = 60;
const minuteMs = 600;
const lanes = 32;

const storms: readonly Readonly<Record<string, unknown>>[] = [
  { latency_ms: 150, jitter_ms: 100 },
  { refusal: 'throttled' },
  { refusal: 'unavailable' },
  { refusal: 'blocked' },
  { status: 500, body: '<h1>Sorry</h1>' },
  { cut: true },
  { cut: true, processed: true },
  { malformed: true },
  { body_over_ms: 300 },
  { body_bytes: 300_000 },
];

/**
 * An hour of the stand-in's own weather in half a minute, under load: every minute another storm strikes a third of all
 * calls, and the clock moves by a minute; now and then it jumps by hours and back.
 */
export async function stormyHour(standIn: StandIn, calls: readonly Call[]): Promise<Hour> {
  const statuses = new Map<number, number>();
  let sent = 0;
  let over = false;
  const running = Array.from({ length: lanes }, async (_, lane) => {
    const connection = new Connection(standIn.port);
    for (let next = lane; !over; next += lanes) {
      const call = calls[next % calls.length];
      if (!call) break;
      sent += 1;
      const { status } = await connection.ask(call.request);
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
    }
    connection.close();
  });
  for (let minute = 0; minute < minutes; minute += 1) {
    await standIn.control('POST', 'weather', { endpoint: 'all', share: 0.33, seed: minute, lasts_ms: minuteMs, ...storms[minute % storms.length] });
    await standIn.control('POST', 'clock', { advance_ms: jump(minute) });
    await new Promise((resolve) => setTimeout(resolve, minuteMs));
  }
  over = true;
  await Promise.all(running);
  await standIn.control('DELETE', 'weather');
  const calm = new Connection(standIn.port);
  let wrongAfterwards = 0;
  for (const { request, status } of calls.slice(0, 200)) if ((await calm.ask(request)).status !== status) wrongAfterwards += 1;
  calm.close();
  return { sent: sent + Math.min(200, calls.length), statuses, wrongAfterwards };
}

/** A minute on; every tenth minute six hours more, taken back five minutes later. */
function jump(minute: number): number {
  const hours = minute % 10 === 3 ? 6 : minute % 10 === 8 ? -6 : 0;
  return 60_000 + hours * 3_600_000;
}
