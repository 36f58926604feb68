import type { CompanyId } from '@wayleave/vault';
import { sql, type QueryExecutorProvider } from 'kysely';
import type { EndpointKey } from './secret-box.js';
import type { WebhookEventType } from './webhook.js';

/** An address that a company is told at. */
export interface Endpoint extends EndpointKey {
  readonly url: string;
  readonly events: readonly WebhookEventType[];
  readonly createdAt: Date;
  readonly createdBy: string;
  readonly disabledAt: Date | null;
  /** Who disabled it; null also when it answered that it is gone. */
  readonly disabledBy: string | null;
  /** Deliveries that wait, and that are dead. */
  readonly waiting: number;
  readonly dead: number;
}

interface EndpointRow {
  readonly company_id: CompanyId;
  readonly id: string;
  readonly url: string;
  readonly events: WebhookEventType[];
  readonly created_at: Date;
  readonly created_by: string;
  readonly disabled_at: Date | null;
  readonly disabled_by: string | null;
  readonly waiting: string;
  readonly dead: string;
}

/** Adds an endpoint, unless the company has `most` already or one of that address. Two that are added at once wait for each other. */
export async function insertEndpoint(
  trx: QueryExecutorProvider,
  endpoint: EndpointKey & { url: string; events: readonly WebhookEventType[]; secret: Buffer; by: string; now: Date; most: number },
): Promise<'added' | 'same-address' | 'too-many'> {
  const { company, id, url, events, secret, by, now, most } = endpoint;
  await sql`select from suite.company where id = ${company} for update`.execute(trx);
  const { rows: [row] } = await sql<{ count: string }>`select count(*) as count from suite.webhook_endpoint where company_id = ${company}`.execute(trx);
  if (Number(row?.count) >= most) return 'too-many';
  const { numAffectedRows } = await sql`
    insert into suite.webhook_endpoint (company_id, id, url, events, secret, created_at, created_by)
    values (${company}, ${id}, ${url}, ${[...events]}, ${secret}, ${now}, ${by})
    on conflict on constraint webhook_endpoint_url_once_per_company do nothing`.execute(trx);
  return numAffectedRows === 1n ? 'added' : 'same-address';
}

/** The company's endpoints, the oldest first. */
export async function listEndpoints(db: QueryExecutorProvider, company: CompanyId): Promise<Endpoint[]> {
  const { rows } = await sql<EndpointRow>`
    select e.company_id, e.id, e.url, e.events, e.created_at, e.created_by, e.disabled_at, e.disabled_by,
      count(d.id) filter (where d.state = 'waiting') as waiting, count(d.id) filter (where d.state = 'dead') as dead
    from suite.webhook_endpoint e
    left join suite.webhook_delivery d on d.company_id = e.company_id and d.endpoint_id = e.id and d.state <> 'delivered'
    where e.company_id = ${company}
    group by e.company_id, e.id order by e.created_at, e.id`.execute(db);
  return rows.map((row) => ({
    company: row.company_id, id: row.id, url: row.url, events: row.events, createdAt: row.created_at, createdBy: row.created_by,
    disabledAt: row.disabled_at, disabledBy: row.disabled_by, waiting: Number(row.waiting), dead: Number(row.dead),
  }));
}

/** One endpoint of this company; null for an unknown id and for one of another company alike. */
export async function findEndpoint(db: QueryExecutorProvider, { company, id }: { company: CompanyId; id: string }): Promise<Endpoint | null> {
  return (await listEndpoints(db, company)).find((endpoint) => endpoint.id === id) ?? null;
}

/** Disables an endpoint and gives up what waits for it, in the caller's transaction. False when it was disabled already, or is gone. */
export async function disableEndpoint(trx: QueryExecutorProvider, { company, id }: EndpointKey, by: string | null, now: Date): Promise<boolean> {
  const { numAffectedRows } = await sql`
    update suite.webhook_endpoint set disabled_at = ${now}, disabled_by = ${by}
    where company_id = ${company} and id = ${id} and disabled_at is null`.execute(trx);
  await sql`
    update suite.webhook_delivery set state = 'dead', last_failure = 'disabled', finished_at = ${now}
    where company_id = ${company} and endpoint_id = ${id} and state = 'waiting'`.execute(trx);
  return numAffectedRows === 1n;
}

/** Lets an endpoint be sent to again. False when it was not disabled, or is gone. */
export async function enableEndpoint(db: QueryExecutorProvider, { company, id }: EndpointKey): Promise<boolean> {
  const { numAffectedRows } = await sql`
    update suite.webhook_endpoint set disabled_at = null, disabled_by = null
    where company_id = ${company} and id = ${id} and disabled_at is not null`.execute(db);
  return numAffectedRows === 1n;
}

/** Removes an endpoint with its secret and its deliveries. False when it was gone. */
export async function deleteEndpoint(db: QueryExecutorProvider, { company, id }: EndpointKey): Promise<boolean> {
  const { numAffectedRows } = await sql`delete from suite.webhook_endpoint where company_id = ${company} and id = ${id}`.execute(db);
  return numAffectedRows === 1n;
}

/** Every endpoint's secret as it is stored, of all companies. */
export async function listSecrets(db: QueryExecutorProvider): Promise<{ row: EndpointKey; sealed: Buffer }[]> {
  const { rows } = await sql<{ company_id: CompanyId; id: string; secret: Buffer }>`select company_id, id, secret from suite.webhook_endpoint`.execute(db);
  return rows.map(({ company_id: company, id, secret }) => ({ row: { company, id }, sealed: Buffer.from(secret) }));
}

/** Stores a secret that was sealed anew, unless somebody else did so meanwhile. */
export async function replaceSecret(db: QueryExecutorProvider, { company, id }: EndpointKey, from: Buffer, to: Buffer): Promise<void> {
  await sql`update suite.webhook_endpoint set secret = ${to} where company_id = ${company} and id = ${id} and secret = ${from}`.execute(db);
}
