import { turn } from '../turn.js';
import type { Report, World } from '../world/world.js';

/** What UPS's systems hear of parcels, in the order in which they do. */
export interface ReportFeed {
  /**
   * What is reported of some accounts from an instant (included) up to another (excluded), in milliseconds since 1970. Other
   * requests are answered in between; so they are while the caller works on what it gets.
   */
  between(accounts: readonly string[], fromMs: number, untilMs: number): AsyncIterable<Report>;
}

/** The reports of a world. */
export function createReportFeed(world: World): ReportFeed {
  return {
    async *between(accounts, fromMs, untilMs) {
      for (const batch of world.reports(accounts, { from: new Date(fromMs), to: new Date(untilMs) })) {
        const others = turn();
        if (others) await others;
        for (const report of batch) {
          yield report;
          const others = turn();
          if (others) await others;
        }
      }
    },
  };
}
