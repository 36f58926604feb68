import type { Written } from './model-database.js';
import type { Summary } from './rows.js';

/** What must be true of the rows in every state, and of what the operation that led there wrote. Null when it is. */
export function brokenByRows({ state, generation, pair, pending, redemption }: Summary, { inUse, waiting }: Written): string | null {
  if (state !== 'authorized' && pair !== null) return `V4 tokens are stored while the grant is ${state}`;
  if (state === 'authorized' && pair === null) return 'V5 an authorized grant has no tokens';
  if (state !== 'authorized' && state !== 'needs-opt-in' && redemption !== null) return `V3 a refresh is noted while the grant is ${state}`;
  if (pending !== null && state !== 'authorized' && state !== 'needs-opt-in') return `V4 a pair waits while the grant is ${state}`;
  if (pending !== null && pending.number <= generation) return 'V2 a consent waits that is older than the living one';
  if (waiting !== (pending === null ? 0 : 1)) return `the grid shows ${waiting} tokens that wait`;
  if (inUse !== (pair === null ? 0 : 1)) return `the grid shows ${inUse} tokens in use in generation ${generation}`;
  return null;
}
