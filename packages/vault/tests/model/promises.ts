import type { Written } from './model-database.js';
import type { Summary } from './rows.js';

/** What must be true of the rows in every state, and of what the operation that led there wrote. Null when it is. */
export function brokenByRows({ state, generation, pair, redemption }: Summary, { inUse }: Written): string | null {
  if (state !== 'authorized' && pair !== null) return `V4 tokens are stored while the grant is ${state}`;
  if (state === 'authorized' && pair === null) return 'V5 an authorized grant has no tokens';
  if (state !== 'authorized' && state !== 'needs-opt-in' && redemption !== null) return `V3 a refresh is noted while the grant is ${state}`;
  if (inUse !== (pair === null ? 0 : 1)) return `the grid shows ${inUse} tokens in use in generation ${generation}`;
  return null;
}
