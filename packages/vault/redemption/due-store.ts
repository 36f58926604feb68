import { sql } from 'kysely';
import type { VaultContext } from '../context.js';
import type { ApplicationId, GrantKey } from '../ids.js';
import { claimPaced } from './pace-store.js';

/** A grant whose pair of this version is to be refreshed. A newer one is not: somebody else was faster. */
export interface DueRefresh extends GrantKey {
  readonly version: number;
}

/**
 * Lost answers whose access token has expired: now the one try that finds out. By chance: those that fail before their try, as
 * where a pair cannot be opened, stay what they are, and would keep all behind them out.
 */
export async function findRecoveries({ db, clock }: VaultContext, atMost: number): Promise<DueRefresh[]> {
  const now = clock.now();
  return db.selectFrom('vault.redemption as r')
    .innerJoin('vault.token_set as t', (join) => join.onRef('t.company_id', '=', 'r.company_id').onRef('t.application', '=', 'r.application'))
    .innerJoin('vault.grant as g', (join) => join.onRef('g.company_id', '=', 'r.company_id').onRef('g.application', '=', 'r.application'))
    .select(['r.company_id as company', 'r.application', 't.version']).where('g.state', '=', 'authorized').where('r.phase', '=', 'uncertain').where('r.next_attempt_at', '<=', now)
    .where('t.access_expires_at', '<=', now).orderBy(sql`random()`).limit(atMost).execute();
}

/** Takes the refreshes that are due, as many as the client's pace allows, so that no other worker begins them for a while. */
export async function claimRefreshes(context: VaultContext, application: ApplicationId, atMost: number): Promise<DueRefresh[]> {
  const now = context.clock.now();
  const claimedUntil = new Date(now.getTime() + context.settings.redemptionMs);
  return claimPaced(context, application, atMost, async (trx, limit) => {
    const { rows } = await sql<DueRefresh>`
      update vault."grant" g set next_refresh_at = ${claimedUntil}
      from (
        select company_id, application from vault."grant" d
        where state = 'authorized' and application = ${application} and next_refresh_at <= ${now} and not exists (
          select from vault.redemption r where r.company_id = d.company_id and r.application = d.application
        )
        order by next_refresh_at limit ${limit} for update skip locked
      ) due
      where g.company_id = due.company_id and g.application = due.application
      returning g.company_id as company, g.application, g.version`.execute(trx);
    return rows;
  });
}

/**
 * Moves on the probes of grants that were not quiet: to when they will have been, by their last use or, without a trouble, by
 * their token's issue. Else each look for probes would read all that are in use. Not under the pace, which others wait for.
 * Those whose refresh's answer is lost are left where they are: quiet, they are neither moved on nor probed, and so many of them
 * would fill each look.
 */
export async function passOverProbes({ db, clock, settings }: Pick<VaultContext, 'db' | 'clock' | 'settings'>, application: ApplicationId, atMost: number): Promise<void> {
  const now = clock.now();
  const quietSince = new Date(now.getTime() - settings.probeIntervalMs);
  await sql`
    update vault."grant" g set next_probe_at = due.seen_at + make_interval(secs => ${settings.probeIntervalMs / 1000}::float8)
    from (
      select d.company_id, d.application, greatest(d.last_use_at, case when d.trouble is null then t.issued_at end, w.last_call_at) as seen_at
      from vault."grant" d
      left join vault.token_set t on t.company_id = d.company_id and t.application = d.application
      left join lateral (
        select max(last_call_at) as last_call_at from vault.audit_window
        where company_id = d.company_id and application = d.application and generation = d.generation
      ) w on true
      where d.state = 'authorized' and d.application = ${application} and d.next_probe_at <= ${now} and d.refused_since is null
        and not exists (
          select from vault.redemption r where r.company_id = d.company_id and r.application = d.application and r.phase = 'uncertain'
        )
      order by d.next_probe_at limit ${atMost} for update of d skip locked
    ) due
    where g.company_id = due.company_id and g.application = due.application and due.seen_at > ${quietSince}`.execute(db);
}

/** Takes the probes that are due, as many as the client's pace allows: of grants that were quiet, and whose refresh's answer is not lost. A token that UPS made since is as good as a probe. */
export async function claimProbes(context: VaultContext, application: ApplicationId, atMost: number): Promise<GrantKey[]> {
  const { clock, settings } = context;
  const now = clock.now();
  const quietSince = new Date(now.getTime() - settings.probeIntervalMs);
  const next = new Date(now.getTime() + settings.probeIntervalMs);
  return claimPaced(context, application, atMost, async (trx, limit) => {
    const { rows } = await sql<GrantKey>`
      update vault."grant" g set next_probe_at = ${next}
      from (
        select company_id, application from vault."grant" d
        where state = 'authorized' and application = ${application} and next_probe_at <= ${now}
          and (last_use_at is null or last_use_at <= ${quietSince} or refused_since is not null)
          and not exists (
            select from vault.redemption r where r.company_id = d.company_id and r.application = d.application and r.phase = 'uncertain'
          )
          and (refused_since is not null or trouble is not null or not exists (
            select from vault.token_set t where t.company_id = d.company_id and t.application = d.application and t.issued_at > ${quietSince}
          ))
          and (refused_since is not null or not exists (
            select from vault.audit_window w where w.company_id = d.company_id and w.application = d.application and w.generation = d.generation
              and w.last_call_at > ${quietSince}
          ))
        order by next_probe_at limit ${limit} for update skip locked
      ) due
      where g.company_id = due.company_id and g.application = due.application
      returning g.company_id as company, g.application`.execute(trx);
    return rows;
  });
}
