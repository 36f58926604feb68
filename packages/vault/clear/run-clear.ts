import type { VaultContext } from '../context.js';
import { viewGrant } from '../grant/grant-store.js';
import type { MemberRef } from '../grant/grant.js';
import { grantName, type GrantKey } from '../ids.js';
import type { Leases } from '../lease/leases.js';
import { unsubscribeAll } from '../subscription/unsubscribe-lease.js';
import { beginClear, countOpenLeases, findClearEnd, finishClear, type ClearEnd } from './clear-store.js';
import type { ClearOutcome } from './clear.js';

/** How often the leases are counted again, should the signal of a give-back be lost. */
const lookAgainMs = 250;

/** Dissolves a grant and answers when nothing of it can be sent or stored any more. */
export async function runClear(
  context: VaultContext, leases: Leases, key: GrantKey, member: MemberRef, generation: number,
): Promise<ClearOutcome> {
  const begun = await beginClear(context, key, member, generation);
  if (begun.kind !== 'clearing') return { kind: begun.kind, grant: await viewGrant(context.db, key) };
  const unsubscribing = begun.unsubscribeLease && unsubscribeAll(context, key, begun.unsubscribeLease, begun.generation);
  const end = await endClear(context, leases, key, begun.generation);
  await unsubscribing;
  if (end) return { kind: 'cleared', ...end, renewed: null };
  // Another finished it while this process stood still, and somebody opted in: that does not undo what was cleared.
  const grant = await viewGrant(context.db, key);
  const isOver = grant.state === 'clearing' || grant.state === 'cleared';
  return { kind: 'cleared', ...(await findClearEnd(context, key, begun.generation)), renewed: isOver ? null : grant };
}

/**
 * Waits for a Clear whose first transaction is committed, and finishes it. Any instance may do this, several at once:
 * by the give-backs, or at the latest when every lease of before the commit has run out by our own monotonic clock.
 */
export async function endClear(context: VaultContext, leases: Leases, key: GrantKey, generation: number): Promise<ClearEnd | null> {
  const { settings, signals } = context;
  const allOverAt = performance.now() + settings.leaseMs + settings.wireAllowanceMs;
  await leases.end(grantName(key), generation - 1, 'moved');
  for (;;) {
    const next = signals.next(key, Math.max(0, Math.min(lookAgainMs, allOverAt - performance.now())));
    if ((await countOpenLeases(context, key, generation)) === 0 || performance.now() >= allOverAt) break;
    await next;
  }
  return finishClear(context, key, generation);
}
