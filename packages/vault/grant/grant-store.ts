import { sql, type Kysely } from 'kysely';
import type { VaultContext, VaultTrx } from '../context.js';
import { applicationIds, grantName, type ApplicationId, type CompanyId, type GrantKey } from '../ids.js';
import type { GrantRow, VaultTables } from '../tables.js';
import { noGrantView, viewOf, type GrantState, type GrantView, type TroubleKind } from './grant.js';

/** Makes the row of a grant that nobody opted in to yet. */
export async function ensureGrant(db: Kysely<VaultTables>, { company, application }: GrantKey): Promise<void> {
  await db.insertInto('vault.grant').values({ company_id: company, application }).onConflict((conflict) => conflict.doNothing()).execute();
}

/**
 * Locks a grant's row and reads it as it is now. `share` lets other readers and storers go on and keeps out every change
 * of the grant; `update` is for changing it. Whoever asks first has the first turn: row locks alone would let sharers that
 * come later go ahead of a waiting change, without end while there are always some.
 */
export async function lockGrant(trx: VaultTrx, key: GrantKey, mode: 'share' | 'update'): Promise<GrantRow | null> {
  const query = trx.selectFrom('vault.grant').selectAll().where('company_id', '=', key.company).where('application', '=', key.application)
    .where(inTurn(key, mode));
  return (await (mode === 'share' ? query.forShare() : query.forUpdate()).executeTakeFirst()) ?? null;
}

/** A condition that waits for one's turn and then holds; the turn ends with the transaction. */
export function inTurn(key: GrantKey, mode: 'share' | 'update') {
  const take = sql.raw(mode === 'share' ? 'pg_advisory_xact_lock_shared' : 'pg_advisory_xact_lock');
  return sql<boolean>`(select ${take}(hashtextextended(${`vault.grant ${grantName(key)}`}, 0))) is not null`;
}

/** Reads a grant without a lock. */
export async function findGrant(db: Kysely<VaultTables>, key: GrantKey): Promise<GrantRow | null> {
  const row = await db.selectFrom('vault.grant').selectAll()
    .where('company_id', '=', key.company).where('application', '=', key.application).executeTakeFirst();
  return row ?? null;
}

/** An update of one grant's row. */
export function updateGrant(db: Kysely<VaultTables>, key: GrantKey) {
  return db.updateTable('vault.grant').where('company_id', '=', key.company).where('application', '=', key.application);
}

/** The views of all the company's grants, also of those that have no row yet. */
export async function viewGrants(db: Kysely<VaultTables>, company: CompanyId): Promise<GrantView[]> {
  const rows = await db.selectFrom('vault.grant as g')
    .leftJoin('vault.token_set as t', (join) => join.onRef('t.company_id', '=', 'g.company_id').onRef('t.application', '=', 'g.application'))
    .selectAll('g').select(['t.access_expires_at', 't.refresh_expires_at'])
    .select((query) => query.selectFrom('vault.audit_window as w').select((window) => window.fn.max('w.last_call_at').as('last_call_at'))
      .whereRef('w.company_id', '=', 'g.company_id').whereRef('w.application', '=', 'g.application').whereRef('w.generation', '=', 'g.generation').as('last_call_at'))
    .where('g.company_id', '=', company).execute();
  const waiting = await db.selectFrom('vault.pending_consent').selectAll().where('company_id', '=', company).execute();
  return applicationIds.map((application) => {
    const row = rows.find((candidate) => candidate.application === application);
    return row ? viewOf(row, waiting.find((candidate) => candidate.application === application) ?? null) : noGrantView({ company, application });
  });
}

/** How many grants of each application are in each state; states in which none is are left out. */
export async function countGrants(db: Kysely<VaultTables>): Promise<{ application: ApplicationId; state: GrantState; count: number }[]> {
  const rows = await db.selectFrom('vault.grant')
    .groupBy(['application', 'state']).select(['application', 'state', (query) => query.fn.countAll<string>().as('count')]).execute();
  return rows.map(({ application, state, count }) => ({ application, state, count: Number(count) }));
}

/** The view of one grant. */
export async function viewGrant(db: Kysely<VaultTables>, key: GrantKey): Promise<GrantView> {
  const views = await viewGrants(db, key.company);
  return views.find(({ application }) => application === key.application) ?? noGrantView(key);
}

/** Shows what keeps a living grant from working, since when, if it still has this generation. */
export async function noteTrouble(
  { db, clock }: VaultContext, key: GrantKey, generation: number, trouble: { kind: TroubleKind; at: 'refresh' | 'use' },
): Promise<void> {
  const now = clock.now();
  await updateGrant(db, key)
    .set((row) => ({
      trouble: trouble.kind,
      trouble_at: trouble.at,
      trouble_since: row.case().when('trouble', '=', trouble.kind).then(row.ref('trouble_since')).else(now).end(),
    }))
    .where('generation', '=', generation).where('state', '=', 'authorized')
    .where((row) => row.or([row('trouble', 'is distinct from', trouble.kind), row('trouble_at', 'is distinct from', trouble.at)]))
    // A refresh's trouble explains more, and only a refresh can take it back.
    .$if(trouble.at === 'use', (query) => query.where('trouble_at', 'is distinct from', 'refresh'))
    .execute();
}

/** Takes back what uses ran into, once UPS gave a good answer under this generation. */
export async function noteGoodAnswer({ db }: VaultContext, key: GrantKey, generation: number): Promise<void> {
  await updateGrant(db, key).set({ refused_since: null, refused_refreshes: 0 }).where('generation', '=', generation).execute();
  await updateGrant(db, key).set({ trouble: null, trouble_since: null, trouble_at: null })
    .where('generation', '=', generation).where('trouble_at', '=', 'use').execute();
}
