import type { Report, World } from '../world/world.js';

/** What UPS's systems hear of parcels, in the order in which they do. */
export interface ReportFeed {
  /** What is reported of some accounts from an instant (included) up to another (excluded), in milliseconds since 1970. */
  between(accounts: readonly string[], fromMs: number, untilMs: number): Iterable<Report>;
}

/** The world is asked for so much at once, however little is wanted: it looks through all parcels that are on their way. */
const spanMs = 6 * 3_600_000;
const mostKept = 50_000;

/** Orders a world's reports, and keeps the last ones that were asked for: for the same time they are always the same. */
export function createReportFeed(world: World): ReportFeed {
  const kept = new Map<string, readonly Report[]>();
  let keptReports = 0;

  function spanOf(account: string, span: number): readonly Report[] {
    const key = `${account} ${span}`;
    const known = kept.get(key);
    if (known) return known;
    const window = { from: new Date(span * spanMs), to: new Date((span + 1) * spanMs) };
    const reports = [...world.reports(account, window)].sort(byReport);
    kept.set(key, reports);
    keptReports += reports.length;
    for (const [oldest, { length }] of kept) {
      if (keptReports <= mostKept || oldest === key) break;
      kept.delete(oldest);
      keptReports -= length;
    }
    return reports;
  }

  return {
    *between(accounts, fromMs, untilMs) {
      for (let span = Math.floor(fromMs / spanMs); span * spanMs < untilMs; span += 1) {
        const reports = accounts.map((account) => spanOf(account, span));
        const merged = reports.length === 1 ? (reports[0] ?? []) : reports.flat().sort(byReport);
        for (const report of merged) {
          const { reportedMs } = report.scan;
          if (reportedMs >= fromMs && reportedMs < untilMs) yield report;
        }
      }
    },
  };
}

function byReport(one: Report, other: Report): number {
  return one.scan.reportedMs - other.scan.reportedMs || (one.parcel.trackingNumber < other.parcel.trackingNumber ? -1 : 1);
}
