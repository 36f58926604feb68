import type { Database } from '@wayleave/platform/database';
import { sql, type Kysely, type Selectable } from 'kysely';
import type { CompanyId } from '../ids.js';
import type { AuditEntryTable, VaultTables } from '../tables.js';
import { beforeTheFirst, hashEntry } from './entry-hash.js';

/** The first place where a company's chain is not what was written. */
export interface AuditFinding {
  readonly company: CompanyId;
  /** The number of the first bad entry; null when the chain as a whole is gone. */
  readonly seq: number | null;
  readonly kind: 'changed' | 'removed' | 'reordered' | 'truncated' | 'added' | 'head';
  /** What was found, for people. */
  readonly sentence: string;
}

export interface AuditVerification {
  readonly companies: number;
  readonly entries: number;
  /** At most one for each company. */
  readonly findings: readonly AuditFinding[];
}

/** How far a verification is: companies done, of how many, and entries looked at. */
export interface AuditProgress {
  readonly companies: number;
  readonly of: number;
  readonly entries: number;
}

export interface VerifyOptions {
  /** Called after each batch and each company. */
  readonly onProgress?: (progress: AuditProgress) => void;
}

const batch = 1_000;

/**
 * Recomputes the chain of one company or of all, a batch at a time, while others append. Needs no key. Finds any entry
 * that was changed, removed, moved or added, and an end that was cut off: by the head, and by the heads that events of
 * the outbox carry.
 */
export async function verifyAudit(database: Database, which: CompanyId | 'all', { onProgress }: VerifyOptions = {}): Promise<AuditVerification> {
  const db = database.kysely<VaultTables>();
  const companies = which === 'all' ? await findChains(db) : [which];
  const findings: AuditFinding[] = [];
  let entries = 0;
  for (const [index, company] of companies.entries()) {
    const finding = await verifyChain(db, company, (looked) => {
      entries += looked;
      onProgress?.({ companies: index, of: companies.length, entries });
    });
    if (finding) findings.push(finding);
    onProgress?.({ companies: index + 1, of: companies.length, entries });
  }
  return { companies: companies.length, entries, findings };
}

/** Every company that has entries or a head, or what is not there without them: a grant that a number was drawn for, an event that carries a head. */
async function findChains(db: Kysely<VaultTables>): Promise<CompanyId[]> {
  const { rows } = await sql<{ company_id: CompanyId }>`
    with recursive chain as (
      (select company_id from vault.audit_entry order by company_id limit 1)
      union all
      select (select e.company_id from vault.audit_entry e where e.company_id > chain.company_id order by e.company_id limit 1)
      from chain where chain.company_id is not null
    )
    select company_id from chain where company_id is not null
    union select company_id from vault.audit_head
    union select company_id from vault."grant" where drawn > 0
    union select company_id from vault.outbox where audit_seq is not null
    order by company_id`.execute(db);
  return rows.map(({ company_id }) => company_id);
}

interface ChainEnd {
  readonly head_seq: string | null;
  readonly head_hash: Buffer | null;
  readonly last_seq: string | null;
  /** Whether a grant or an event shows that there were entries. */
  readonly was_there: boolean;
}

async function verifyChain(db: Kysely<VaultTables>, company: CompanyId, onLooked: (entries: number) => void): Promise<AuditFinding | null> {
  // In one statement, so that head and last entry are of one moment; what is appended later is the next verification's.
  const { rows } = await sql<ChainEnd>`
    select h.seq as head_seq, h.hash as head_hash,
      (select max(seq) from vault.audit_entry e where e.company_id = c.company_id) as last_seq,
      exists (select from vault."grant" g where g.company_id = c.company_id and g.drawn > 0)
        or exists (select from vault.outbox o where o.company_id = c.company_id and o.audit_seq is not null) as was_there
    from (select ${company}::text as company_id) c left join vault.audit_head h on h.company_id = c.company_id`.execute(db);
  const [end] = rows;
  const find = (kind: AuditFinding['kind'], seq: number | null, sentence: string): AuditFinding => ({ company, seq, kind, sentence: `${company}: ${sentence}` });
  if (!end || (end.head_seq === null && end.last_seq === null)) {
    return end?.was_there ? find('removed', null, 'the whole history is gone.') : null;
  }
  let expected = 1;
  let previous = beforeTheFirst;
  const last = BigInt(end.last_seq ?? 0);
  const head = BigInt(end.head_seq ?? 0);
  const limit = head < last ? head : last;
  for (let after = '-9223372036854775808'; ; ) {
    const entries = await readBatch(db, company, after, String(limit));
    for (const entry of entries) {
      const { seq } = entry;
      if (BigInt(seq) < BigInt(expected)) return find('added', Number(seq), `entry ${seq} was added: the first one has the number 1.`);
      if (BigInt(seq) > BigInt(expected)) return find('removed', expected, `entry ${expected} was removed.`);
      const isChained = entry.previous_hash.equals(previous);
      if (!isChained || !entry.hash.equals(hashOf(previous, entry))) {
        const moved = isChained ? null : await findSuccessor(db, company, previous, seq);
        if (moved !== null) return find('reordered', expected, `entry ${seq} was moved: the one that belongs here is number ${moved} now.`);
        return find('changed', expected, `entry ${seq} was changed.`);
      }
      previous = entry.hash;
      expected += 1;
    }
    onLooked(entries.length);
    const lastRead = entries.at(-1);
    if (!lastRead) break;
    after = lastRead.seq;
  }
  if (end.head_seq === null) return find('head', 1, 'the head of the history is gone.');
  if (head > BigInt(expected - 1)) return find('truncated', expected, `the end was cut off: entry ${expected} and what follows, up to ${head}, are gone.`);
  if (last > head) return find('added', Number(head) + 1, `entry ${head + 1n} stands beyond the head, which names ${head} as the last.`);
  if (!end.head_hash?.equals(previous)) return find('head', Number(head), `the head does not fit entry ${head}: one of the two was replaced.`);
  return findForgedHead(db, company, find);
}

type VerifiedRow = Selectable<AuditEntryTable> & { readonly finer: boolean };

async function readBatch(db: Kysely<VaultTables>, company: CompanyId, after: string, upTo: string): Promise<VerifiedRow[]> {
  return db.selectFrom('vault.audit_entry').selectAll().select(sql<boolean>`at <> date_trunc('milliseconds', at)`.as('finer'))
    .where('company_id', '=', company).where('seq', '>', after).where('seq', '<=', upTo).orderBy('seq').limit(batch).execute();
}

function hashOf(previous: Buffer, row: VerifiedRow): Buffer {
  const { company_id: company, seq, action, application, generation, detail, actor_id: id, actor_label: label } = row;
  // A time finer than what is ever written would come out of the database rounded to the one that was.
  const at = row.finer ? 'finer than a millisecond' : timeOf(row.at);
  const isList = Array.isArray(detail) || typeof detail !== 'object' || detail === null;
  const actor = id === null && label === null ? null : ([id, label] as const);
  return hashEntry(previous, { company, seq, at, action, application, generation, actor, detail: isList ? { 'no facts': detail } : detail });
}

/** PostgreSQL knows times that no ISO text has, such as infinity. */
function timeOf(at: Date): string {
  return at instanceof Date && Number.isFinite(at.getTime()) ? at.toISOString() : String(at);
}

/** Under which number the entry stands that was chained to this hash. */
async function findSuccessor(db: Kysely<VaultTables>, company: CompanyId, previous: Buffer, notSeq: string): Promise<string | null> {
  const row = await db.selectFrom('vault.audit_entry').select('seq')
    .where('company_id', '=', company).where('previous_hash', '=', previous).where('seq', '<>', notSeq).executeTakeFirst();
  return row?.seq ?? null;
}

/** A chain that was cut off and given a new head contradicts the heads that left with events. */
async function findForgedHead(
  db: Kysely<VaultTables>, company: CompanyId, find: (kind: AuditFinding['kind'], seq: number, sentence: string) => AuditFinding,
): Promise<AuditFinding | null> {
  const event = await db.selectFrom('vault.outbox as o').select(['o.id', 'o.audit_seq']).where('o.company_id', '=', company).where('o.audit_seq', 'is not', null)
    .where(({ not, exists, selectFrom }) => not(exists(selectFrom('vault.audit_entry as e').select('e.seq').whereRef('e.company_id', '=', 'o.company_id')
      .whereRef('e.seq', '=', 'o.audit_seq').whereRef('e.hash', '=', 'o.audit_hash'))))
    .orderBy('o.audit_seq').executeTakeFirst();
  if (!event) return null;
  return find('truncated', Number(event.audit_seq), `event ${event.id} left with an entry ${event.audit_seq} that is not in the history: its end was cut off or rewritten.`);
}
