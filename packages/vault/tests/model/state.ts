import { byText, type Pair } from './rows.js';

/** How often each thing may happen. Everything else happens whenever it can. */
export interface Bound {
  readonly uses: number;
  readonly refreshes: number;
  readonly recoveries: number;
  readonly clears: number;
  readonly optIns: number;
  /** Of the opt-ins: those by another UPS.com login than the first. */
  readonly others: number;
  /** Decisions of admins about a consent that waits. */
  readonly decisions: number;
  readonly crashes: number;
  /** Answers of UPS to a refresh that say nothing certain: a 5xx, or a cut connection. */
  readonly unclear: number;
  /** 429 or the like: the token is not spent. */
  readonly kept: number;
  /** Changed passwords. */
  readonly voids: number;
  readonly rotations: number;
}

/** What an instance holds in memory of its lease. */
export interface Lease extends Pair {
  readonly generation: number;
  version: number;
  consent: number;
  n: number;
  /** Neither its local deadline has passed nor was it told of its end. */
  live: boolean;
}

export interface Use {
  phase: 'checked' | 'sent' | 'answered';
  readonly lease: Lease;
}

export interface Refresh extends Pair {
  phase: 'claimed' | 'sent' | 'issued' | 'refused' | 'unclear' | 'kept';
  readonly generation: number;
  readonly version: number;
  readonly recovery: boolean;
  /** Its own deadline has passed. */
  late: boolean;
  /** Until it is sent: the lease that it was claimed under was not given back. */
  isCovered: boolean;
}

export interface Clear {
  phase: 'pressed' | 'waiting';
  generation: number;
  /** The newest consent when the page was made. */
  readonly newest: number;
}

export interface InstanceState {
  /** A or B, and how often it was started. */
  id: string;
  lease: Lease | null;
  use: Use | null;
  refresh: Refresh | null;
  clear: Clear | null;
}

export interface OptIn {
  readonly n: number;
  phase: 'begun' | 'exchanging';
  /** Whose callback was the how many-th. */
  consent: number;
  number: number;
  readonly lastClear: number;
  /** How many Clears had begun when its callback came. */
  clears: number;
  /** Whether a Clear began between its own begin and its callback. */
  stale: boolean;
}

/** An admin's decision about the consent that a page showed, on its way. */
export interface Decision {
  readonly kind: 'confirm' | 'refuse';
  readonly number: number;
  readonly consent: number;
}

/** A state of the whole: the database by its number, the memory of each process, what is on its way, and UPS. */
export interface State {
  database: number;
  instances: InstanceState[];
  optIns: OptIn[];
  decisions: Decision[];
  /** Calls on their way to UPS. */
  wires: { readonly instance: string; readonly generation: number }[];
  /** Refreshes on their way to UPS; without an instance when nobody waits for the answer any more. */
  posts: (Pair & { instance: string | null })[];
  /** What UPS knows: refresh tokens that were spent, and consents that it voided. */
  spent: string[];
  voided: number[];
  rotation: 'not begun' | 'under way' | 'done';
  left: { -readonly [K in keyof Bound]: number };
  past: Past;
}

/** What happened so far, as far as a promise needs it. */
export interface Past {
  /** The highest generation that a Clear has answered for. */
  answered: number;
  consents: number;
  /** Of those that lived: by somebody who logged in as before, or whom an admin confirmed. */
  newest: number;
  /** Consents by the other login, and of all those that had to wait the ones that no admin confirmed. */
  others: number[];
  unconfirmed: number[];
  clears: number;
  begun: number;
  /** Refresh tokens that were sent, and of those the ones whose answer never came. */
  sent: string[];
  lost: string[];
}

export const nameOf = ({ consent, n }: Pair): string => `${consent}.${n}`;

export function firstState(database: number, bound: Bound): State {
  const instance = (id: string): InstanceState => ({ id, lease: null, use: null, refresh: null, clear: null });
  return {
    database, instances: [instance('A1'), instance('B1')], optIns: [], decisions: [], wires: [], posts: [], spent: [], voided: [], rotation: 'not begun', left: { ...bound },
    past: { answered: 0, consents: 1, newest: 1, others: [], unconfirmed: [], clears: 0, begun: 1, sent: [], lost: [] },
  };
}

/** The state as text, the same for two states in which only the instances have changed places. */
export function textOf(state: State, mirrored: (database: number) => number): string {
  state.decisions.sort(byText);
  const [one = '', other = ''] = state.instances.map(withoutLetter);
  if (one < other) return orderedText(state);
  if (one > other) return orderedText(mirrorOf(state, mirrored));
  const [text, otherText] = [orderedText(state), orderedText(mirrorOf(state, mirrored))];
  return text < otherText ? text : otherText;
}

/** What tells the two apart but for their letters. */
function withoutLetter({ id, ...memory }: InstanceState): string {
  return `${id.slice(1)} ${JSON.stringify(memory)}`;
}

function mirrorOf(state: State, mirrored: (database: number) => number): State {
  return {
    ...state,
    database: mirrored(state.database),
    instances: state.instances.map((instance) => ({ ...instance, id: otherId(instance.id) })).reverse(),
    wires: state.wires.map((wire) => ({ ...wire, instance: otherId(wire.instance) })),
    posts: state.posts.map((post) => ({ ...post, instance: post.instance && otherId(post.instance) })),
  };
}

function otherId(id: string): string {
  return (id.startsWith('A') ? 'B' : 'A') + id.slice(1);
}

function orderedText(state: State): string {
  for (const list of [state.wires, state.posts]) list.sort(byText);
  return JSON.stringify(state);
}
