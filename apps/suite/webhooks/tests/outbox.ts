import type { Clock } from '@wayleave/platform/clock';
import type { CompanyId, VaultEventType } from '@wayleave/vault';
import { sql } from 'kysely';
import type { TestSuite } from '../../tests/test-suite.js';

/** Puts an event into the vault's outbox, as the transaction of a change does. */
export async function happen(
  { database, clock }: Pick<TestSuite, 'database'> & { clock: Clock }, company: CompanyId, type: VaultEventType, generation: number, application: 'idm' | 'idh' = 'idm',
): Promise<void> {
  const now = clock.now();
  await sql`
    insert into vault.outbox (company_id, application, type, generation, at, data, next_attempt_at)
    values (${company}, ${application}, ${type}, ${generation}, ${now}, '{}', ${now})`.execute(database.kysely());
}
