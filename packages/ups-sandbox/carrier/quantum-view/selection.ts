import type { ClockDigits, FileClock } from './file-clock.js';
import { windowOfName, writtenAt } from './file-clock.js';
import { QuantumFailure } from './quantum-failure.js';
import { notValid, type QuantumCriteria } from './quantum-request.js';
import type { QuantumSubscription } from './quantum-subscription-store.js';

/** Which files of one subscription are wanted: those written within a time, of them the named or the unread ones. */
export interface Selection {
  readonly subscription: QuantumSubscription;
  readonly fromMs: number;
  readonly throughMs: number;
  readonly names: ReadonlySet<string> | null;
  /** Handing these out makes them read. */
  readonly unread: boolean;
}

const dayMs = 86_400_000;
const reachDays = 7;

export interface SelectionRules {
  readonly clock: FileClock;
  readonly nowMs: number;
  /** Whether a range that begins too long ago is refused, or begins where the reach does. */
  readonly refuseOldRanges: boolean;
}

/** What a request selects, in the order asked and the same only once. Throws QuantumFailure and UpsRefusal (400). */
export function selectionsOf(criteria: readonly QuantumCriteria[], subscriptions: readonly QuantumSubscription[], rules: SelectionRules): Selection[] {
  const unknown = criteria.flatMap(({ name }) => (name === null || subscriptions.some((there) => there.name === name) ? [] : [name]));
  if (unknown.length > 0) throw QuantumFailure.unknownNames(unknown);
  if (criteria.length === 0) return subscriptions.map((subscription) => unreadOf(subscription, rules));
  return distinct(criteria.flatMap((each) => subscriptions.filter(({ name }) => each.name === null || each.name === name).map((subscription) => select(each, subscription, rules))));
}

function distinct(selections: readonly Selection[]): Selection[] {
  const keyOf = ({ subscription, fromMs, throughMs, names, unread }: Selection) => JSON.stringify([subscription.name, fromMs, throughMs, names && [...names].sort(), unread]);
  const byKey = new Map<string, Selection>();
  for (const selection of selections) {
    const key = keyOf(selection);
    if (!byKey.has(key)) byKey.set(key, selection);
  }
  return [...byKey.values()];
}

function select({ files, range }: QuantumCriteria, subscription: QuantumSubscription, rules: SelectionRules): Selection {
  if (files.length > 0) return named(files, subscription, rules);
  if (range === null) return unreadOf(subscription, rules);
  const begin = instantOf(range.begin, rules);
  const end = range.end === null ? begin + reachDays * dayMs : instantOf(range.end, rules);
  if (end < begin) throw notValid();
  const reach = reachBegin(rules);
  if (begin < reach && rules.refuseOldRanges) throw QuantumFailure.rangeTooOld();
  return { subscription, fromMs: Math.max(begin, reach), throughMs: Math.min(end, rules.nowMs), names: null, unread: false };
}

function named(files: readonly string[], subscription: QuantumSubscription, rules: SelectionRules): Selection {
  const instants = files.flatMap((name) => windowOfName(rules.clock, name) ?? []).map(writtenAt);
  const [fromMs, throughMs] = [Math.min(...instants, rules.nowMs), Math.max(...instants, 0)];
  return {
    subscription, fromMs: Math.max(fromMs, reachBegin(rules)), throughMs: Math.min(throughMs, rules.nowMs), names: new Set(files), unread: false,
  };
}

function unreadOf(subscription: QuantumSubscription, rules: SelectionRules): Selection {
  const window = windowOfName(rules.clock, subscription.readThrough);
  const fromMs = Math.max(reachBegin(rules), window === null ? 0 : writtenAt(window));
  return { subscription, fromMs, throughMs: rules.nowMs, names: null, unread: true };
}

/** The first moment of the day seven days ago. */
function reachBegin({ clock, nowMs }: SelectionRules): number {
  const day = clock.show(nowMs - reachDays * dayMs).slice(0, 8);
  return clock.read(`${day}000000`) ?? nowMs;
}

function instantOf(digits: ClockDigits, { clock }: SelectionRules): number {
  const atMs = clock.read(digits);
  if (atMs === null) throw notValid();
  return atMs;
}
