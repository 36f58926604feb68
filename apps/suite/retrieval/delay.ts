/** Why packages that are due wait, and since when. */
export type Delay = BudgetDelay | { readonly reason: StopReason; readonly since: Date };

/** What stops a run. */
export type StopReason = 'no-grant' | 'throttled' | 'unreachable';

/** The grant's own budget is used up, or the application's, which all companies share. */
export interface BudgetDelay {
  readonly reason: 'grant-budget' | 'application-budget';
  readonly since: Date;
  /** Packages that are due. */
  readonly waiting: number;
  /** The budget that is used up, as it is now. */
  readonly callsPerMinute: number;
  /** When the next of them are asked about; null when that is now. */
  readonly goesOnAt: Date | null;
}

/** Workers look for due packages every second or so. What was short longer ago says nothing about now. */
const shortForMs = 10_000;

/** Whether an application's budget that was short at `shortAt` still is. */
export function isShort(shortAt: Date | null, now: Date): boolean {
  return shortAt !== null && now.getTime() - shortAt.getTime() <= shortForMs;
}
