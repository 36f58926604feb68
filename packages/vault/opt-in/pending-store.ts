import type { Kysely, Selectable } from 'kysely';
import { appendAudit } from '../audit/audit-store.js';
import type { VaultContext, VaultTrx } from '../context.js';
import { eachAlone } from '../each-alone.js';
import { lockGrant } from '../grant/grant-store.js';
import type { MemberRef } from '../grant/grant.js';
import type { GrantKey } from '../ids.js';
import { appendEvent } from '../outbox/outbox-store.js';
import type { IssuedTokenFate, PendingConsentTable, VaultTables } from '../tables.js';
import { addIssuedToken } from '../token/issued-token-store.js';
import { sealTokenSet, type TokenSet, type TokenSetId } from '../token/token-set.js';
import type { PendingEnd } from './pending.js';

export type PendingRow = Selectable<PendingConsentTable>;

interface Consent {
  readonly key: GrantKey;
  readonly member: MemberRef;
  readonly number: number;
}

/** The consent that waits beside a grant, or null. */
export async function findPending(db: Kysely<VaultTables>, key: GrantKey): Promise<PendingRow | null> {
  const row = await db.selectFrom('vault.pending_consent').selectAll()
    .where('company_id', '=', key.company).where('application', '=', key.application).executeTakeFirst();
  return row ?? null;
}

/** What a pending pair is sealed for: nothing that a living one could be. */
export function pendingIdOf(row: Pick<PendingRow, 'company_id' | 'application' | 'number'>): TokenSetId {
  return { company: row.company_id, application: row.application, generation: row.number, version: 0, pending: true };
}

/** Keeps a pair for a later decision, in place of an older consent's, beside the `living` generation. Only under the grant's lock. */
export async function storePending(
  context: VaultContext, trx: VaultTrx, living: number, { key, member, number }: Consent, tokens: TokenSet,
): Promise<void> {
  const { clock, keys, settings } = context;
  await endPending(context, trx, key, living, 'replaced');
  const at = clock.now();
  const latest = new Date(at.getTime() + settings.pendingLifetimeMs);
  const expiresAt = tokens.refreshExpiresAt !== null && tokens.refreshExpiresAt < latest ? tokens.refreshExpiresAt : latest;
  const row = { company_id: key.company, application: key.application, number };
  await trx.insertInto('vault.pending_consent').values({
    ...row, member_id: member.id, member_label: member.label, arrived_at: at, expires_at: expiresAt,
    ...sealTokenSet(await keys.forWriting(trx), pendingIdOf(row), tokens),
    issued_at: tokens.issuedAt, access_expires_at: tokens.accessExpiresAt, refresh_expires_at: tokens.refreshExpiresAt,
  }).execute();
  await addIssuedToken(trx, keys, pendingIdOf(row), tokens, { cameBy: 'opt-in', optedInBy: member, fate: 'waiting' });
  const detail = { fingerprint: keys.fingerprint(tokens.accessToken), expiresAt: expiresAt.toISOString() };
  await appendAudit(trx, key, { at, action: 'pending.began', generation: number, actor: member, detail });
  await appendEvent(trx, key, { type: 'grant.pending', generation: living, at, data: { number, member: member.label, expiresAt: expiresAt.toISOString() } });
}

/**
 * Takes the pending consent of this number out of the table, if it still waits; to confirm it, also only where it is newer
 * than the living consent of a grant that was not cleared. Null when it is not so. Only under the grant's lock.
 */
export async function takePending(trx: VaultTrx, key: GrantKey, number: number, now: Date, decision: 'confirm' | 'refuse'): Promise<PendingRow | null> {
  const row = await trx.deleteFrom('vault.pending_consent')
    .where('company_id', '=', key.company).where('application', '=', key.application).where('number', '=', number).where('expires_at', '>', now)
    .$if(decision === 'confirm', (query) => query.where(({ exists, selectFrom }) => exists(selectFrom('vault.grant').select('company_id')
      .where('company_id', '=', key.company).where('application', '=', key.application)
      .where('generation', '<', number).where('state', 'in', ['authorized', 'needs-opt-in']))))
    .returningAll().executeTakeFirst();
  return row ?? null;
}

/** Destroys what waits beside a grant, with its data key, and says why. Nothing when nothing waits. Only under the grant's lock. */
export async function endPending({ clock }: VaultContext, trx: VaultTrx, key: GrantKey, living: number, reason: PendingEnd): Promise<void> {
  const row = await trx.deleteFrom('vault.pending_consent')
    .where('company_id', '=', key.company).where('application', '=', key.application).returning('number').executeTakeFirst();
  if (!row) return;
  await endWaitingToken(trx, key, reason === 'cleared' ? 'destroyed by Clear' : 'never used');
  await notePendingEnded(trx, key, living, { number: row.number, at: clock.now(), actor: null, reason });
}

/** Writes down that a pending consent was destroyed, and by whose decision if it was one. */
export async function notePendingEnded(
  trx: VaultTrx, key: GrantKey, living: number, { number, at, actor, reason }: { number: number; at: Date; actor: MemberRef | null; reason: PendingEnd | 'refused' },
): Promise<void> {
  await appendAudit(trx, key, { at, action: 'pending.ended', generation: number, actor, detail: { reason } });
  await appendEvent(trx, key, { type: 'grant.pending_ended', generation: living, at, data: { number, reason } });
}

/** Says what became of the access token that waited. Only under the grant's lock. */
export async function endWaitingToken(trx: VaultTrx, key: GrantKey, fate: Extract<IssuedTokenFate, 'never used' | 'destroyed by Clear'>): Promise<void> {
  await trx.updateTable('vault.issued_token').set({ fate })
    .where('company_id', '=', key.company).where('application', '=', key.application).where('fate', '=', 'waiting').execute();
}

/** The access token that waited is the one in use now. Only under the grant's lock. */
export async function useWaitingToken(trx: VaultTrx, { company, application, generation, version }: TokenSetId): Promise<void> {
  await trx.updateTable('vault.issued_token').set({ fate: 'in use', generation, version })
    .where('company_id', '=', company).where('application', '=', application).where('fate', '=', 'waiting').execute();
}

/** Destroys the pending consents that nobody decided about in time. */
export async function expirePending(context: VaultContext): Promise<void> {
  const { db, clock, logger } = context;
  const due = await db.selectFrom('vault.pending_consent').select(['company_id as company', 'application'])
    .where('expires_at', '<=', clock.now()).orderBy('expires_at').limit(100).execute();
  await eachAlone(logger, 'ending a consent that nobody decided about', due, (key) => db.transaction().execute(async (trx) => {
    const grant = await lockGrant(trx, key, 'update');
    const row = await findPending(trx, key);
    if (grant && row && row.expires_at <= clock.now()) await endPending(context, trx, key, grant.generation, 'expired');
  }));
}
