import { readAccountUnsubscribed, unsubscribeAccountRequest } from '@wayleave/ups-api';
import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { openWindow } from '../audit/audit-window-store.js';
import type { VaultContext, VaultTrx } from '../context.js';
import type { GrantKey } from '../ids.js';
import { Deadline, now, type Moment } from '../lease/deadline.js';
import { HeldLease } from '../lease/held-lease.js';
import { giveLeaseBack } from '../lease/lease-store.js';
import { findTokenSet, readAccessToken, type HeldToken } from '../token/token-set-store.js';
import { noteUnsubscribed, standingSubscriptions } from './account-subscription-store.js';

/** The last right to use an ending generation: to unsubscribe, for two seconds, with a token that is in memory only. */
export interface UnsubscribeLease {
  readonly generation: number;
  readonly takeId: string;
  readonly token: HeldToken;
  readonly accounts: readonly string[];
  /** From before its row was written; those who wait count from Clear's commit, which is later. */
  readonly start: Moment;
}

const unsubscribeMs = 2_000;
const work = { job: null, purpose: 'unsubscribe' };

/**
 * In Clear's first transaction, before the tokens are deleted: takes the right to unsubscribe, when there is something to
 * end and a token to do it with. Its lease row makes every instance wait for it, as for any lease. Null otherwise.
 */
export async function takeUnsubscribeLease(trx: VaultTrx, context: VaultContext, key: GrantKey, generation: number): Promise<UnsubscribeLease | null> {
  const accounts = await standingSubscriptions(trx, key);
  const tokenSet = accounts.length === 0 ? null : await findTokenSet(trx, key);
  const token = tokenSet?.generation === generation ? openToken(context, tokenSet) : null;
  if (token === null || token.expiresAt <= context.clock.now()) return null;
  const takeId = randomUUID();
  const start = now();
  const { instanceId } = unsubscribeContext(context);
  await sql`
    insert into vault.lease (company_id, application, generation, instance_id, take_id, taken_at, until)
    values (${key.company}, ${key.application}, ${generation}, ${instanceId}, ${takeId},
      clock_timestamp(), clock_timestamp() + make_interval(secs => ${lengthMs(context) / 1000}::float8))`.execute(trx);
  await openWindow(trx, { clock: context.clock, instanceId }, key, generation, takeId).execute();
  return { generation, takeId, token, accounts, start };
}

/** Ends the subscriptions at UPS and gives the lease back. Never throws: what could not be ended stays known as standing. */
export async function unsubscribeAll(context: VaultContext, key: GrantKey, { generation, takeId, token, accounts, start }: UnsubscribeLease, clear: number): Promise<void> {
  const lease = new HeldLease({
    key, generation, takeId, token, deadline: new Deadline(start, lengthMs(context)), wireAllowanceMs: context.settings.wireAllowanceMs, clock: context.clock, doubted: false,
  });
  const timer = setTimeout(() => lease.end('moved'), Math.max(1, lease.remainingMs));
  const ended = await Promise.all(accounts.map((account) => unsubscribe(context, lease, account)));
  clearTimeout(timer);
  lease.end('moved');
  try {
    await lease.settled();
    await noteUnsubscribed(context, key, accounts.filter((_account, index) => ended[index]), clear);
    await giveLeaseBack(unsubscribeContext(context), lease);
  } catch (error) {
    context.logger.warn({ err: error }, 'the lease of an unsubscription could not be given back; it runs out by itself');
  }
}

async function unsubscribe({ transports, logger }: VaultContext, lease: HeldLease, account: string): Promise<boolean> {
  try {
    readAccountUnsubscribed(await lease.call(transports[lease.key.application], unsubscribeAccountRequest({ transId: randomUUID(), transactionSrc: 'wayleave', account }), work));
    return true;
  } catch (error) {
    logger.warn({ err: error }, 'a Clear could not end an account subscription at UPS');
    return false;
  }
}

/** A token that cannot be opened keeps nobody from clearing. */
function openToken({ keys, logger }: VaultContext, tokenSet: Parameters<typeof readAccessToken>[1]): HeldToken | null {
  try {
    return readAccessToken(keys, tokenSet);
  } catch (error) {
    logger.warn({ err: error }, 'a Clear could not open the token that would have ended account subscriptions');
    return null;
  }
}

/** This instance may hold a lease of the same generation: the unsubscribe lease's row stands beside it under a name of its own. */
function unsubscribeContext(context: VaultContext): VaultContext {
  return { ...context, instanceId: `${context.instanceId} unsubscribe` };
}

function lengthMs({ settings }: VaultContext): number {
  return Math.min(unsubscribeMs, settings.leaseMs);
}
