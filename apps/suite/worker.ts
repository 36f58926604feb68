import { createBackOff } from '@wayleave/ups-api';
import { applicationIds } from '@wayleave/vault';
import { handleVaultEvent } from './opt-in/vault-events.js';
import { followDue } from './retrieval/follow-run.js';
import type { SuiteContext } from './suite.js';
import { deliverWebhooks, forgetOldDeliveries, resealSecrets } from './webhooks/deliver.js';
import { openWebhooks, writeDeliveries } from './webhooks/endpoints.js';

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

/** A grant that UPS stopped is left alone for up to an hour; a whole application for a few seconds at first, up to five minutes. */
const longestGrantRestMs = 3_600_000;
const firstApplicationRestMs = 5_000;
const longestApplicationRestMs = 300_000;

/** Several, so that endpoints that are slow to answer hold up few others. */
const webhookLanes = ['webhooks', 'webhooks 2', 'webhooks 3'] as const;

/** A kind of work: does what is due and gives how much that was; after some it looks again at once. */
interface Lane {
  readonly name: string;
  run(): Promise<number>;
}

/**
 * The worker keeps grants alive and probed, hands on the vault's events, follows packages, sends mail and webhooks. Each kind of
 * work goes at its own pace, so that slow answers by UPS delay no refresh. Failures are logged and tried again.
 */
export function createWorker(context: SuiteContext): Worker {
  const { vault, clock, logger, mailer, config } = context;
  const stopping = new AbortController();
  const events = { clock, mailer, publicUrl: config.publicUrl, operatorMail: config.operatorMail };
  const { followIntervalMs } = config;
  const rest = {
    grants: createBackOff({ firstMs: followIntervalMs, longestMs: longestGrantRestMs }),
    applications: createBackOff({ firstMs: Math.min(followIntervalMs, firstApplicationRestMs), longestMs: longestApplicationRestMs }),
  };
  const follow = { db: context.database.kysely<unknown>(), vault, clock, logger, followIntervalMs, rest, perMinute: config.followCallsPerMinute };
  const webhooks = openWebhooks(context);
  const lanes: readonly Lane[] = [
    { name: 'grants', run: () => vault.maintain().then(() => 0) },
    {
      name: 'events',
      run: () => vault.deliverEvents(async (event, trx) => {
        await handleVaultEvent(events, event, trx);
        await writeDeliveries(trx, event, clock.now());
      }),
    },
    ...applicationIds.map((id): Lane => ({ name: `packages ${id}`, run: () => followDue(follow, id, stopping.signal) })),
    { name: 'mail', run: () => mailer.deliver() },
    ...webhookLanes.map((name): Lane => ({ name, run: () => deliverWebhooks(webhooks, stopping.signal) })),
    { name: 'old webhooks', run: () => forgetOldDeliveries(webhooks).then(() => 0) },
    ...(config.previousMasterKey ? [{ name: 'webhook secrets', run: () => resealSecrets(webhooks).then(() => 0) }] : []),
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
