import type { Kysely, Selectable } from 'kysely';
import type { VaultTrx } from '../context.js';
import type { MemberRef } from '../grant/grant.js';
import type { ApplicationId, CompanyId, GrantKey } from '../ids.js';
import type { AuditEntryTable, VaultTables } from '../tables.js';
import type { AuditAction, AuditDetail, AuditEntry } from './audit.js';
import { beforeTheFirst, hashEntry } from './entry-hash.js';

export interface NewAuditEntry {
  readonly at: Date;
  readonly action: AuditAction;
  readonly generation: number;
  readonly actor: MemberRef | null;
  readonly detail?: AuditDetail;
}

/** Appends to the company's chain, in this order. Takes the chain's head, always as the last lock of a transaction. */
export async function appendAudit(trx: VaultTrx, { company, application }: GrantKey, ...entries: readonly NewAuditEntry[]): Promise<void> {
  if (entries.length === 0) return;
  const count = String(entries.length);
  const head = await trx.insertInto('vault.audit_head').values({ company_id: company, seq: count, hash: beforeTheFirst })
    .onConflict((conflict) => conflict.column('company_id').doUpdateSet((set) => ({ seq: set('vault.audit_head.seq', '+', count) })))
    .returning(['seq', 'hash']).executeTakeFirstOrThrow();
  let { hash } = head;
  const rows = entries.map(({ at, action, generation, actor, detail = {} }, index) => {
    const seq = String(Number(head.seq) - entries.length + 1 + index);
    const previousHash = hash;
    hash = hashEntry(previousHash, { company, seq, at: at.toISOString(), action, application, generation, actor: actor && [actor.id, actor.label], detail });
    return {
      company_id: company,
      seq,
      at,
      action,
      application,
      generation,
      actor_id: actor?.id ?? null,
      actor_label: actor?.label ?? null,
      detail: JSON.stringify(detail),
      previous_hash: previousHash,
      hash,
    };
  });
  await trx.with('entered', (query) => query.insertInto('vault.audit_entry').values(rows))
    .updateTable('vault.audit_head').set({ hash }).where('company_id', '=', company).execute();
}

/** A company's newest entries. */
export async function listAudit(
  db: Kysely<VaultTables>, company: CompanyId, { limit, uses = false }: { limit: number; uses?: boolean },
): Promise<AuditEntry[]> {
  const rows = await db.selectFrom('vault.audit_entry').selectAll().where('company_id', '=', company)
    .$if(!uses, (query) => query.where('action', '<>', 'used')).orderBy('seq', 'desc').limit(limit).execute();
  return rows.map(entryOf);
}

/** One page of a company's entries, newest first, of one application or of all, and how many there are. */
export async function pageAudit(
  db: Kysely<VaultTables>, company: CompanyId, { page, pageSize, application }: { page: number; pageSize: number; application?: ApplicationId | undefined },
): Promise<{ rows: AuditEntry[]; total: number }> {
  let entries = db.selectFrom('vault.audit_entry').where('company_id', '=', company);
  if (application) entries = entries.where('application', '=', application);
  const { count } = await entries.select((row) => row.fn.countAll<string>().as('count')).executeTakeFirstOrThrow();
  const rows = await entries.selectAll().orderBy('seq', 'desc').limit(pageSize).offset((page - 1) * pageSize).execute();
  return { rows: rows.map(entryOf), total: Number(count) };
}

function entryOf(row: Selectable<AuditEntryTable>): AuditEntry {
  return {
    company: row.company_id,
    seq: Number(row.seq),
    at: row.at,
    action: row.action,
    application: row.application,
    generation: row.generation,
    actor: row.actor_id === null || row.actor_label === null ? null : { id: row.actor_id, label: row.actor_label },
    detail: row.detail,
  };
}

const batch = 1_000;

/**
 * A company's whole chain as JSON Lines, oldest first, each with the hashes that chain it, as far as it reaches when this
 * begins. Reads a batch at a time, no faster than the lines are taken.
 */
export async function* exportAudit(db: Kysely<VaultTables>, company: CompanyId): AsyncGenerator<string> {
  const last = await db.selectFrom('vault.audit_entry').select('seq').where('company_id', '=', company).orderBy('seq', 'desc').executeTakeFirst();
  for (let after = '0'; last; ) {
    const rows = await db.selectFrom('vault.audit_entry').selectAll().where('company_id', '=', company)
      .where('seq', '>', after).where('seq', '<=', last.seq).orderBy('seq').limit(batch).execute();
    for (const row of rows) {
      yield `${JSON.stringify({ ...entryOf(row), previousHash: row.previous_hash.toString('hex'), hash: row.hash.toString('hex') })}\n`;
    }
    const end = rows.at(-1);
    if (!end) return;
    after = end.seq;
  }
}
