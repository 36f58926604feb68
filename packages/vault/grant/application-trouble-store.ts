import { sql } from 'kysely';
import type { VaultContext } from '../context.js';
import { grantName, type ApplicationId, type CompanyId, type GrantKey } from '../ids.js';
import { appendEvent } from '../outbox/outbox-store.js';
import { patienceMs, sameTroubleMs } from './application-trouble.js';
import { lockGrant } from './grant-store.js';
import type { TroubleKind } from './grant.js';

interface Troubled {
  readonly application: ApplicationId;
  readonly kind: TroubleKind;
  readonly since: Date;
  /** How many grants show it. */
  readonly grants: number;
  /** Whose grants show it, the longest first; a few of them. */
  readonly companies: readonly CompanyId[];
  readonly last_seen_at: Date | null;
}

/** With so many grants it is tried to tell of a trouble, until one of them can be written. */
const mostTried = 3;

/** Tells, once per trouble and not per grant, what has troubled an application's grants for too long, and forgets what is over. */
export async function raiseTroubles(context: VaultContext): Promise<void> {
  const { db, clock } = context;
  const { rows } = await sql<Troubled>`
    select g.application, g.trouble as kind, min(g.trouble_since) as since, count(*)::int4 as grants,
      (array_agg(g.company_id order by g.trouble_since))[1:${mostTried}] as companies, t.last_seen_at
    from vault."grant" g left join vault.application_trouble t on t.application = g.application and t.kind = g.trouble
    where g.state = 'authorized' and g.trouble is not null
    group by g.application, g.trouble, t.last_seen_at`.execute(db);
  const now = clock.now().getTime();
  for (const { application, kind, since, grants, companies, last_seen_at: seen } of rows) {
    if (now - since.getTime() < patienceMs[kind] || (seen !== null && now - seen.getTime() < sameTroubleMs / 4)) continue;
    await raiseWithOne(context, companies.map((company) => ({ company, application })), kind, { since, grants });
  }
  await db.deleteFrom('vault.application_trouble').where('last_seen_at', '<', new Date(now - sameTroubleMs)).execute();
}

/** A grant that cannot be written, as one that somebody holds, keeps neither this trouble nor another from being told. */
async function raiseWithOne(context: VaultContext, keys: readonly GrantKey[], kind: TroubleKind, about: { since: Date; grants: number }): Promise<void> {
  for (const key of keys) {
    try {
      return await raiseTrouble(context, key, kind, about);
    } catch (error) {
      context.logger.warn({ err: error, grant: grantName(key), trouble: kind }, 'a trouble could not be told with this grant');
    }
  }
}

/** Notes a trouble of the application of this grant; the first to note it also writes the event that tells of it. */
export async function raiseTrouble(
  { db, clock, logger }: VaultContext, key: GrantKey, kind: TroubleKind, about: { since: Date; grants: number },
): Promise<void> {
  const { application } = key;
  const at = clock.now();
  const isNew = await db.transaction().execute(async (trx) => {
    const grant = await lockGrant(trx, key, 'update');
    const added = await trx.insertInto('vault.application_trouble').values({ application, kind, since: about.since, last_seen_at: at })
      .onConflict((conflict) => conflict.doNothing()).executeTakeFirst();
    if ((added.numInsertedOrUpdatedRows ?? 0n) === 0n) {
      await trx.updateTable('vault.application_trouble').set({ last_seen_at: at }).where('application', '=', application).where('kind', '=', kind).execute();
      return false;
    }
    const data = { reason: kind, since: about.since.toISOString(), grants: about.grants };
    await appendEvent(trx, key, { type: 'application.troubled', generation: grant?.generation ?? 0, at, data });
    return true;
  });
  if (isNew) logger.error({ application, trouble: kind, ...about, seenWith: grantName(key) }, 'an application cannot be used at UPS as it should');
}
