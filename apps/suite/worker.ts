import { handleVaultEvent } from './opt-in/vault-events.js';
import { followDue } from './retrieval/follow-run.js';
import type { SuiteContext } from './suite.js';

/** The suite's background work. Several processes may run one each on the same database. */
export interface Worker {
  start(): void;
  /** Begins nothing more, and waits for what is running. */
  stop(): Promise<void>;
  /** Does everything that is due now, once, and throws what fails. */
  tick(): Promise<void>;
}

/** From the end of one look for work to the next. */
const pauseMs = 1_000;

/** A kind of work: does what is due and gives how much that was; after some it looks again at once. */
interface Lane {
  readonly name: string;
  run(): Promise<number>;
}

/**
 * The worker keeps grants alive and probed, hands on the vault's events, follows packages and sends mail. Each kind of
 * work goes at its own pace, so that slow answers by UPS delay no refresh. Failures are logged and tried again.
 */
export function createWorker(context: SuiteContext): Worker {
  const { vault, clock, logger, mailer, config } = context;
  const stopping = new AbortController();
  const events = { clock, mailer, publicUrl: config.publicUrl };
  const follow = { db: context.db, vault, clock, logger, followIntervalMs: config.followIntervalMs };
  const lanes: readonly Lane[] = [
    { name: 'grants', run: () => vault.maintain().then(() => 0) },
    { name: 'events', run: () => vault.deliverEvents((event, trx) => handleVaultEvent(events, event, trx)) },
    { name: 'packages', run: () => followDue(follow, stopping.signal) },
    { name: 'mail', run: () => mailer.deliver() },
  ];
  let running: Promise<unknown> | null = null;

  const loop = async (lane: Lane): Promise<void> => {
    while (!stopping.signal.aborted) {
      let done = 0;
      try {
        done = await lane.run();
      } catch (error) {
        logger.error({ err: error, lane: lane.name }, 'background work failed');
      }
      if (done === 0) await pause(stopping.signal);
    }
  };

  return {
    start() {
      running ??= Promise.all(lanes.map(loop));
    },
    async stop() {
      stopping.abort();
      await running;
    },
    async tick() {
      for (const lane of lanes) await lane.run();
    },
  };
}

/** Waits `pauseMs`, or until the signal comes. */
function pause(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, pauseMs);
    signal.addEventListener('abort', done);
    if (signal.aborted) done();
  });
}
