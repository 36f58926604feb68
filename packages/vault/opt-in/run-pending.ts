import type { VaultContext } from '../context.js';
import { lockGrant, viewGrant } from '../grant/grant-store.js';
import { pendingOf } from '../grant/grant.js';
import { grantName, type GrantKey } from '../ids.js';
import type { Leases } from '../lease/leases.js';
import { CannotOpen } from '../token/cipher.js';
import { unsealToken, type TokenSet } from '../token/token-set.js';
import { findTokenSet, readAccessToken } from '../token/token-set-store.js';
import { makeLiving, type LivingConsent } from './consent-store.js';
import { readLogin, type Login } from './login.js';
import type { PendingConsentView, PendingDecision, PendingOutcome } from './pending.js';
import { endWaitingToken, findPending, notePendingEnded, pendingIdOf, takePending, type PendingRow } from './pending-store.js';

/** The consent that waits beside a grant, with the logins that it is about; null when none does. */
export async function viewPending(context: VaultContext, key: GrantKey): Promise<PendingConsentView | null> {
  const { db, clock, keys } = context;
  const row = await findPending(db, key);
  if (!row || row.expires_at <= clock.now()) return null;
  const login = readIfOpen(() => loginOf(context, key, unsealToken(keys, pendingIdOf(row), row, 'access')));
  return {
    ...pendingOf(row),
    login: login?.sub ?? null,
    formerLogin: (await livingLogin(context, key))?.sub ?? null,
  };
}

/** The UPS.com login of the living consent as UPS writes it; null where it is not known that its tokens name one. */
export async function viewLogin(context: VaultContext, key: GrantKey): Promise<string | null> {
  return context.settings.tokenNames === 'login' ? (await livingLogin(context, key))?.sub ?? null : null;
}

/**
 * Makes the pending consent of this number the living one. Whoever decides or clears first wins; the others find it gone.
 * Beside a suspended grant it goes on waiting: it may be one that was cleared before an older state of the database came back.
 */
export async function confirmPending(context: VaultContext, leases: Leases, decision: PendingDecision): Promise<PendingOutcome> {
  const { db, clock } = context;
  const key: GrantKey = decision;
  const confirmed = await db.transaction().execute(async (trx): Promise<LivingConsent | 'gone' | 'suspended'> => {
    const grant = await lockGrant(trx, key, 'update');
    const row = grant && (await takePending(trx, key, decision.number, clock.now(), 'confirm'));
    if (!row) return grant?.state === 'suspended' && (await findPending(trx, key))?.number === decision.number ? 'suspended' : 'gone';
    const member = { id: row.member_id, label: row.member_label };
    return makeLiving(context, trx, grant, { key, member, number: row.number }, openPending(context, row), decision.member);
  });
  const grant = await viewGrant(db, key);
  if (typeof confirmed === 'string') return { kind: confirmed, grant };
  await leases.end(grantName(key), confirmed.endedGeneration, 'moved');
  return { kind: 'confirmed', replaced: confirmed.replaced, grant };
}

/** Destroys the pending consent of this number; the grant stays what it is. */
export async function refusePending({ db, clock }: VaultContext, decision: PendingDecision): Promise<PendingOutcome> {
  const key: GrantKey = decision;
  const refused = await db.transaction().execute(async (trx) => {
    const grant = await lockGrant(trx, key, 'update');
    const at = clock.now();
    const row = grant && (await takePending(trx, key, decision.number, at, 'refuse'));
    if (!row) return false;
    await endWaitingToken(trx, key, 'never used');
    await notePendingEnded(trx, key, grant.generation, { number: row.number, at, actor: decision.member, reason: 'refused' });
    return true;
  });
  return { kind: refused ? 'refused' : 'gone', grant: await viewGrant(db, key) };
}

function openPending({ keys }: VaultContext, row: PendingRow): TokenSet {
  const id = pendingIdOf(row);
  return {
    accessToken: unsealToken(keys, id, row, 'access'),
    refreshToken: unsealToken(keys, id, row, 'refresh'),
    issuedAt: row.issued_at,
    accessExpiresAt: row.access_expires_at,
    refreshExpiresAt: row.refresh_expires_at,
  };
}

async function livingLogin(context: VaultContext, key: GrantKey): Promise<Login | null> {
  const row = await findTokenSet(context.db, key);
  return row && readIfOpen(() => loginOf(context, key, readAccessToken(context.keys, row).accessToken));
}

function loginOf({ applications }: VaultContext, { application }: GrantKey, accessToken: TokenSet['accessToken']): Login | null {
  return readLogin(accessToken, applications[application].clientId);
}

/** What a page shows of a login is not worth failing over: one that does not open is not known. */
function readIfOpen(read: () => Login | null): Login | null {
  try {
    return read();
  } catch (error) {
    if (error instanceof CannotOpen) return null;
    throw error;
  }
}
