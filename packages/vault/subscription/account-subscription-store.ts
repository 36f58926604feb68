import type { Kysely } from 'kysely';
import type { VaultContext, VaultTrx } from '../context.js';
import type { GrantKey } from '../ids.js';
import type { VaultTables } from '../tables.js';

/** What a Clear did about the accounts that UPS pushes events about. */
export interface SubscriptionsLeft {
  /** UPS took the end of these. */
  readonly unsubscribed: readonly string[];
  /** UPS may go on sending events about these. */
  readonly stillSubscribed: readonly string[];
}

/** Remembers that an account is, or is about to be, subscribed to. */
export async function rememberSubscription(trx: VaultTrx, { clock }: Pick<VaultContext, 'clock'>, { company, application }: GrantKey, account: string): Promise<void> {
  await trx.insertInto('vault.account_subscription').values({ company_id: company, application, account, subscribed_at: clock.now() })
    .onConflict((conflict) => conflict.columns(['company_id', 'application', 'account']).doUpdateSet({ ended_by: null })).execute();
}

/** Forgets an account that was unsubscribed from. */
export async function forgetSubscription(trx: VaultTrx, key: GrantKey, account: string): Promise<void> {
  await trx.deleteFrom('vault.account_subscription')
    .where('company_id', '=', key.company).where('application', '=', key.application).where('account', '=', account).execute();
}

/** The accounts whose subscriptions stand; those that an earlier Clear ended are forgotten. Only under the grant's lock. */
export async function standingSubscriptions(trx: VaultTrx, key: GrantKey): Promise<string[]> {
  await trx.deleteFrom('vault.account_subscription')
    .where('company_id', '=', key.company).where('application', '=', key.application).where('ended_by', 'is not', null).execute();
  const rows = await trx.selectFrom('vault.account_subscription').select('account')
    .where('company_id', '=', key.company).where('application', '=', key.application).orderBy('account').execute();
  return rows.map(({ account }) => account);
}

/** Notes which subscriptions a Clear ended at UPS. */
export async function noteUnsubscribed({ db }: VaultContext, key: GrantKey, accounts: readonly string[], endedBy: number): Promise<void> {
  if (accounts.length === 0) return;
  await db.updateTable('vault.account_subscription').set({ ended_by: endedBy })
    .where('company_id', '=', key.company).where('application', '=', key.application).where('account', 'in', accounts).where('ended_by', 'is', null).execute();
}

/** What the Clear of this number left. */
export async function subscriptionsLeft(db: Kysely<VaultTables>, key: GrantKey, clear: number): Promise<SubscriptionsLeft> {
  const rows = await db.selectFrom('vault.account_subscription').select(['account', 'ended_by'])
    .where('company_id', '=', key.company).where('application', '=', key.application).orderBy('account').execute();
  return {
    unsubscribed: rows.filter((row) => row.ended_by === clear).map(({ account }) => account),
    stillSubscribed: rows.filter((row) => row.ended_by === null).map(({ account }) => account),
  };
}
