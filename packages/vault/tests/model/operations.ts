import { Secret } from '@wayleave/platform/secret';
import { sql } from 'kysely';
import { beginClear, countOpenLeases, findAbandonedClears, finishClear } from '../../clear/clear-store.js';
import type { VaultContext } from '../../context.js';
import { GrantEnded, NeedsOptIn, NotOptedIn } from '../../errors.js';
import type { Instance } from '../../instance.js';
import { Deadline, now } from '../../lease/deadline.js';
import { HeldLease } from '../../lease/held-lease.js';
import { endLease, findExpiredLeases, removeExpiredLease, renewLeases, takeLease } from '../../lease/lease-store.js';
import type { Leases } from '../../lease/leases.js';
import { Signals } from '../../lease/signals.js';
import { runUse } from '../../lease/use.js';
import { storeConsent } from '../../opt-in/consent-store.js';
import { addOptIn, consumeOptIn } from '../../opt-in/opt-in-store.js';
import { expirePending } from '../../opt-in/pending-store.js';
import { confirmPending, refusePending } from '../../opt-in/run-pending.js';
import { noteKept, noteUnknown, storeRefreshed, voidGrant } from '../../redemption/outcome-store.js';
import { claimRedemption, expireRedemption, findPendingRedemptions, withdrawClaim, type Claim } from '../../redemption/redemption-store.js';
import { defaultVaultSettings } from '../../settings.js';
import { admitKeys } from '../../token/admit-keys.js';
import { rewrapOne, retirePrevious } from '../../token/rotate-keys.js';
import type { TokenSet } from '../../token/token-set.js';
import { ada, bob, idm, session } from '../test-vault.js';
import type { ModelDatabase } from './model-database.js';
import { accessToken, claimId, pairOf, refreshToken, standing, stateOf, takeId, type Pair } from './rows.js';

const clock = { now: () => new Date(standing) };
/** Long: time passes in the model only where the model says so. */
const hour = 60 * 60_000;

export interface LeaseArguments extends Pair {
  readonly instance: string;
  readonly generation: number;
  readonly version: number;
}

export interface ClaimArguments extends LeaseArguments {
  readonly recovery: boolean;
}

/** An answer with new tokens: whether they are of the other UPS.com login. */
export interface TokenArguments {
  readonly isOther: boolean;
}

type Ended = { readonly kind: 'ended' | 'needs-opt-in' };

/** What each operation gives. */
export interface Outcomes {
  take: (LeaseArguments & { kind: 'taken' }) | Ended;
  renew: { kind: 'renewed'; version: number } | Ended;
  giveBack: null;
  removeLeases: null;
  store: { kind: 'stored' } | Ended;
  claim: { kind: 'claimed'; recovery: boolean; consent: number; n: number; generation: number; version: number } | { kind: 'newer' | 'busy' | 'not-now' | 'ended' };
  withdraw: null;
  storeRefreshed: 'stored' | 'too-late';
  noteKept: null;
  noteUnknown: null;
  void: boolean;
  runOut: null;
  expire: null;
  beginOptIn: null;
  callback: { kind: 'consumed'; number: number } | { kind: 'refused' | 'superseded' | 'clearing' };
  storeConsent: { kind: 'stored' | 'pending' | 'superseded' };
  confirm: { kind: 'confirmed' | 'gone' };
  refuse: { kind: 'refused' | 'gone' };
  runOutPending: null;
  expirePending: null;
  beginClear: { kind: 'clearing'; generation: number } | { kind: 'moved' | 'nothing' };
  openLeases: number;
  finishClear: boolean;
  abandoned: readonly number[];
  beginRotation: null;
  rewrap: boolean;
  retire: boolean;
}

export type OperationName = keyof Outcomes;

/** The vault's own transactions, each as one operation on plain arguments. Nothing here decides anything. */
export function operations({ db, keys }: Pick<ModelDatabase, 'db' | 'keys'>) {
  const settings = { ...defaultVaultSettings, leaseMs: hour, redemptionMs: hour, optInLifetimeMs: hour, backOffMs: 0, backOffMaxMs: 0 };
  const applications = { idm: { clientId: 'client-idm' } };
  const shared = { databaseKind: 'pglite', db, keys, clock, settings, applications, signals: new Signals(), environment: 'stand-in' };
  const context = (instanceId: string) => ({ ...shared, instanceId }) as unknown as VaultContext;
  const anyone = context('anyone');
  /** An instance learns of a moved grant at its next renewal, at the latest: that is all that is relied on. */
  const told = { end: async () => undefined } as unknown as Leases;

  const held = ({ instance, generation, version, ...pair }: LeaseArguments) => new HeldLease({
    key: idm, generation, takeId: takeId(instance, generation), wireAllowanceMs: 0, clock, doubted: false, deadline: new Deadline(now(), hour),
    token: { version, accessToken: new Secret(accessToken(pair, false)), issuedAt: clock.now(), expiresAt: clock.now() },
  });
  const claimOf = ({ instance, generation, version, recovery, ...pair }: ClaimArguments): Claim => ({
    id: claimId(instance), key: idm, generation, version, reason: 'asked', recovery, attempts: 0, optedInBy: ada,
    refreshToken: new Secret(refreshToken(pair)), deadline: new Deadline(now(), hour),
  });
  const tokens = (pair: Pair, isOther: boolean, answered?: string): TokenSet => ({
    accessToken: new Secret(accessToken(pair, isOther, answered)), refreshToken: new Secret(refreshToken(pair)),
    issuedAt: clock.now(), accessExpiresAt: clock.now(), refreshExpiresAt: null,
  });

  return {
    async take({ instance }: { instance: string }): Promise<Outcomes['take']> {
      try {
        const { generation, token } = await takeLease(context(instance), idm);
        return { kind: 'taken', instance, generation, version: token.version, ...pairOf(token.accessToken.reveal()) };
      } catch (error) {
        return endedBy(error);
      }
    },
    async renew(lease: LeaseArguments): Promise<Outcomes['renew']> {
      const { renewals: [renewal] } = await renewLeases(context(lease.instance), [held(lease)]);
      return renewal ? { kind: 'renewed', version: renewal.version } : { kind: 'ended' };
    },
    giveBack: async (lease: LeaseArguments) => done(endLease(context(lease.instance), held(lease))),
    async removeLeases({ instance }: { instance: string }) {
      await sql`update vault.lease set until = ${standing}::timestamptz where instance_id = ${instance}`.execute(db);
      for (const expired of await findExpiredLeases(anyone)) await removeExpiredLease(anyone, expired);
      return null;
    },
    /** The lease is not asked for again: what is looked at is only the transaction that stores. */
    async store(lease: LeaseArguments): Promise<Outcomes['store']> {
      const instance = { context: context(lease.instance), leases: { held: () => held(lease) } } as unknown as Instance;
      try {
        await runUse(instance, idm, 'model', ({ store }) => store((trx) => sql`select 1`.execute(trx)));
        return { kind: 'stored' };
      } catch (error) {
        return endedBy(error);
      }
    },
    async claim(lease: LeaseArguments): Promise<Outcomes['claim']> {
      const result = await claimRedemption(context(lease.instance), held(lease), 'asked', lease.version);
      if (result.kind !== 'claimed') return { kind: result.kind };
      const { recovery, generation, version } = result.claim;
      return { kind: 'claimed', recovery, generation, version, ...pairOf(result.claim.refreshToken.reveal()) };
    },
    withdraw: async (claim: ClaimArguments) => done(withdrawClaim(context(claim.instance), claimOf(claim))),
    storeRefreshed: async ({ isOther, ...claim }: ClaimArguments & TokenArguments) =>
      storeRefreshed(context(claim.instance), claimOf(claim), tokens({ consent: claim.consent, n: claim.n + 1 }, isOther, claim.instance)),
    noteKept: async (claim: ClaimArguments) => done(noteKept(context(claim.instance), claimOf(claim), 'throttled')),
    noteUnknown: async (claim: ClaimArguments) => done(noteUnknown(context(claim.instance), claimOf(claim))),
    void: async ({ instance, generation, version, recovery }: ClaimArguments) =>
      voidGrant(context(instance), idm, { generation, version }, recovery ? 'answer-lost' : 'refresh-refused'),
    runOut: async () => done(sql`update vault.redemption set deadline_at = ${standing}::timestamptz`.execute(db)),
    async expire() {
      for (const redemption of await findPendingRedemptions(anyone)) await expireRedemption(anyone, redemption);
      return null;
    },
    beginOptIn: async ({ optIn }: { optIn: number }) => done(addOptIn(anyone, idm, { state: stateOf(optIn), verifier: 'verifier', sessionBinding: session, member: ada })),
    async callback({ optIn }: { optIn: number }): Promise<Outcomes['callback']> {
      const result = await consumeOptIn(anyone, { state: stateOf(optIn), application: 'idm', sessionBinding: session });
      return result.kind === 'consumed' ? { kind: 'consumed', number: result.optIn.number } : { kind: result.kind };
    },
    async storeConsent({ number, consent, isOther }: { number: number; consent: number } & TokenArguments): Promise<Outcomes['storeConsent']> {
      const { kind } = await storeConsent(anyone, { key: idm, member: ada, number, verifier: 'verifier' }, tokens({ consent, n: 0 }, isOther));
      return { kind };
    },
    async confirm({ number }: { number: number }): Promise<Outcomes['confirm']> {
      const { kind } = await confirmPending(anyone, told, { ...idm, member: bob, number });
      return { kind: kind === 'confirmed' ? kind : 'gone' };
    },
    async refuse({ number }: { number: number }): Promise<Outcomes['refuse']> {
      const { kind } = await refusePending(anyone, { ...idm, member: bob, number });
      return { kind: kind === 'refused' ? kind : 'gone' };
    },
    runOutPending: async () => done(sql`update vault.pending_consent set expires_at = ${standing}::timestamptz`.execute(db)),
    expirePending: async () => done(expirePending(anyone)),
    beginClear: async ({ generation }: { generation: number }) => beginClear(anyone, idm, bob, generation),
    openLeases: async ({ generation }: { generation: number }) => countOpenLeases(anyone, idm, generation),
    finishClear: async ({ generation }: { generation: number }) => (await finishClear(anyone, idm, generation)) !== null,
    abandoned: async () => (await findAbandonedClears(anyone)).map(({ generation }) => generation),
    beginRotation: async () => done(admitKeys(db, keys)),
    rewrap: async () => rewrapOne(db, clock, keys, idm),
    retire: async () => retirePrevious(db, keys),
  };
}

export type Operations = ReturnType<typeof operations>;

async function done(work: Promise<unknown>): Promise<null> {
  await work;
  return null;
}

function endedBy(error: unknown): Ended {
  if (error instanceof NeedsOptIn) return { kind: 'needs-opt-in' };
  if (error instanceof NotOptedIn || error instanceof GrantEnded) return { kind: 'ended' };
  throw error;
}
