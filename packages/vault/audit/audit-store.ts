import type { Kysely } from 'kysely';
import { createHash } from 'node:crypto';
import type { VaultTrx } from '../context.js';
import type { MemberRef } from '../grant/grant.js';
import type { GrantKey } from '../ids.js';
import type { Facts, VaultTables } from '../tables.js';
import type { AuditAction, AuditEntry } from './audit.js';

export interface NewAuditEntry {
  readonly at: Date;
  readonly action: AuditAction;
  readonly generation: number;
  readonly actor: MemberRef | null;
  readonly detail?: Facts;
}

const beforeTheFirst = Buffer.alloc(32);

/** Appends to the company's chain. Takes the chain's head, always as the last lock of a transaction. */
export async function appendAudit(trx: VaultTrx, { company, application }: GrantKey, entry: NewAuditEntry): Promise<void> {
  const detail = entry.detail ?? {};
  const head = await trx.insertInto('vault.audit_head').values({ company_id: company, seq: '1', hash: beforeTheFirst })
    .onConflict((conflict) => conflict.column('company_id').doUpdateSet((set) => ({ seq: set('vault.audit_head.seq', '+', '1') })))
    .returning(['seq', 'hash']).executeTakeFirstOrThrow();
  const actor = entry.actor && [entry.actor.id, entry.actor.label];
  const content = [company, head.seq, entry.at.toISOString(), entry.action, application, entry.generation, actor, sorted(detail)];
  const hash = createHash('sha256').update(head.hash).update(JSON.stringify(content), 'utf8').digest();
  await trx.insertInto('vault.audit_entry').values({
    company_id: company,
    seq: head.seq,
    at: entry.at,
    action: entry.action,
    application,
    generation: entry.generation,
    actor_id: entry.actor?.id ?? null,
    actor_label: entry.actor?.label ?? null,
    detail: JSON.stringify(detail),
    previous_hash: head.hash,
    hash,
  }).execute();
  await trx.updateTable('vault.audit_head').set({ hash }).where('company_id', '=', company).execute();
}

/** A company's newest entries. */
export async function listAudit(
  db: Kysely<VaultTables>, company: GrantKey['company'], { limit, uses = false }: { limit: number; uses?: boolean },
): Promise<AuditEntry[]> {
  const rows = await db.selectFrom('vault.audit_entry').selectAll().where('company_id', '=', company)
    .$if(!uses, (query) => query.where('action', '<>', 'used')).orderBy('seq', 'desc').limit(limit).execute();
  return rows.map((row) => ({
    company: row.company_id,
    seq: Number(row.seq),
    at: row.at,
    action: row.action,
    application: row.application,
    generation: row.generation,
    actor: row.actor_id === null || row.actor_label === null ? null : { id: row.actor_id, label: row.actor_label },
    detail: row.detail,
  }));
}

/** One order of keys, whatever order the database gives them back in. */
function sorted(detail: Facts): [string, string | number | boolean | null][] {
  return Object.entries(detail).sort(([a], [b]) => (a < b ? -1 : 1));
}
