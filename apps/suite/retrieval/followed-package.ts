import type { BadgeWord } from '../ui/index.js';

/** What UPS last said about a package: its status with UPS's own codes and text, and the newest scan. */
export interface LatestState {
  /** One letter or two: D, I, M, MV, X, … */
  readonly type: string | null;
  /** Three digits, such as 011. */
  readonly code: string | null;
  readonly text: string | null;
  /** The moment of the newest scan; null when UPS gave no time that can be placed on the globe. */
  readonly scanAt: Date | null;
  /** The newest scan's date and time where it happened, as UPS gave it: `2026-11-20 13:42`. */
  readonly scanLocal: string | null;
  readonly scanPlace: string | null;
}

/** A package number that a company follows, with the last answer and, if the last attempt failed, when and how. */
export interface FollowedPackage {
  readonly number: string;
  readonly followedBy: string;
  readonly followedAt: Date;
  /** When UPS last answered for it; null when it has not yet. */
  readonly askedAt: Date | null;
  /** Null while unanswered, or when UPS does not know the number. */
  readonly state: LatestState | null;
  readonly failure: { readonly at: Date; readonly kind: FailureKind } | null;
}

const failureSentences = {
  unreachable: 'UPS did not answer.',
  throttled: 'UPS asked us to call less often.',
  refused: 'UPS refused to answer for this number.',
  unreadable: 'UPS sent an answer that cannot be read.',
} as const;

/** Why a number could not be asked. */
export type FailureKind = keyof typeof failureSentences;

/** The kind that a stored word names. */
export function failureKind(word: string | null): FailureKind {
  return Object.keys(failureSentences).includes(word ?? '') ? (word as FailureKind) : 'unreachable';
}

export function failureSentence(kind: FailureKind): string {
  return failureSentences[kind];
}

const byCode: readonly (readonly [word: BadgeWord, codes: readonly string[]])[] = [
  ['Label created', ['003', '045']],
  ['In transit', ['005', '010', '012', '014', '025', '038', '039', '044', '058']],
  ['Out for delivery', ['006', '021', '071', '072']],
  ['Delivered', ['011', '026']],
  ['Exception', ['013', '022', '023', '024', '029', '046', '047', '048', '049', '050', '051', '052', '053', '054', '055', '059', '060', '061', '062', '064', '066', '068', '069']],
  ['Returning', ['033', '034', '035', '036', '037', '067']],
];

/** Codes whose status type says something else than what happened: held for pickup counts as D, a void as M. */
const withoutWord = new Set(['007', '016', '017', '018', '019', '020', '040', '057']);

const byType = new Map<string, BadgeWord>([
  ['M', 'Label created'], ['P', 'In transit'], ['I', 'In transit'], ['O', 'Out for delivery'], ['D', 'Delivered'], ['X', 'Exception'], ['RS', 'Returning'],
]);

/**
 * The badge for a package, or null where none fits and UPS's own text has to do. The three-digit code goes before the
 * type, because a type D is also given to packages that wait at an access point; what is unknown is never guessed.
 */
export function packageWord({ askedAt, state }: Pick<FollowedPackage, 'askedAt' | 'state'>): BadgeWord | null {
  if (askedAt === null) return 'Waiting to be asked';
  if (state === null) return 'Not known to UPS';
  const code = state.code ?? '';
  if (withoutWord.has(code)) return null;
  return byCode.find(([, codes]) => codes.includes(code))?.[0] ?? byType.get(state.type ?? '') ?? null;
}

/** Whether nothing more is expected to happen to the package, so that it is asked about seldom. */
export function isDone(state: LatestState | null): boolean {
  return state !== null && packageWord({ askedAt: new Date(0), state }) === 'Delivered';
}
