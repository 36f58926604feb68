import type { Logger } from '@wayleave/platform/logging';
import { setTimeout as wait } from 'node:timers/promises';
import { gatherAlerts, type AlertPumpDeps } from './alert-pump.js';
import { pushAlert } from './push-alert.js';

/** Track Alert's part in the background. */
export interface TrackAlertPusher {
  /** Ends it; what is being posted is cut off and tried again by whoever comes next. */
  close(): Promise<void>;
}

const everyMs = 500;
const forgetEveryMs = 3_600_000;

/** Looks twice a second for what subscribers are to be told, and posts it to them, a few at a time. */
export function startPushing(deps: AlertPumpDeps & { logger: Logger }): TrackAlertPusher {
  const ending = new AbortController();
  const { signal } = ending;
  let forgottenAt = 0;

  async function turn(): Promise<void> {
    for (let caughtUp = false; !caughtUp && !signal.aborted;) {
      const gathered = await gatherAlerts(deps);
      if (gathered.events > 0 || gathered.caughtUp) await pushDue();
      ({ caughtUp } = gathered);
    }
    if (Date.now() - forgottenAt < forgetEveryMs) return;
    forgottenAt = Date.now();
    await deps.subscriptions.forgetEnded();
    await deps.pushes.forgetEnded();
  }

  async function pushDue(): Promise<void> {
    for (;;) {
      const due = await deps.pushes.takeDue();
      if (due.length === 0 || signal.aborted) break;
      await Promise.all(due.map(async (push) => {
        const answered = await pushAlert(push, signal);
        if (!signal.aborted) await (answered ? deps.pushes.answered(push.id) : deps.pushes.failed(push.id));
      }));
    }
  }

  async function run(): Promise<void> {
    while (!signal.aborted) {
      await turn().catch((error: unknown) => {
        if (!signal.aborted) deps.logger.warn({ err: error }, 'events were not pushed');
      });
      await wait(everyMs, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }

  const running = run();
  return {
    async close() {
      ending.abort();
      await running;
    },
  };
}
