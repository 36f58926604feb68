import { randomToken } from '@wayleave/platform/secret';
import { authorizationUrl, codeChallenge, codeExchangeRequest, readTokenResponse } from '@wayleave/ups-api';
import { endClear } from '../clear/run-clear.js';
import type { VaultContext } from '../context.js';
import { raiseTrouble } from '../grant/application-trouble-store.js';
import { grantName } from '../ids.js';
import { Deadline, now } from '../lease/deadline.js';
import type { Leases } from '../lease/leases.js';
import { persist } from '../persist.js';
import { countCall } from '../redemption/pace-store.js';
import { judgeExchange } from '../token/judgement.js';
import { tokenSetOf, type TokenSet } from '../token/token-set.js';
import type { Vault } from '../vault.js';
import { storeConsent, type StoredConsent } from './consent-store.js';
import { addOptIn, consumeOptIn, noteOptInEnded, type ConsumedOptIn, type Consumption } from './opt-in-store.js';
import { judgeCallbackError, readCallback, type CallbackAnswer, type ExchangeFailure, type OptInOutcome } from './opt-in.js';

/** Notes an opt-in and gives UPS's address for it. State and verifier are new each time; only the state leaves this server. */
export async function beginOptIn(context: VaultContext, start: Parameters<Vault['beginOptIn']>[0]): Promise<URL> {
  const { company, application, member, sessionBinding } = start;
  const { clientId, redirectUri, authentication } = context.applications[application];
  const state = randomToken('oi_');
  const verifier = randomToken('');
  await addOptIn(context, { company, application }, { state, verifier, sessionBinding, member });
  const challenge = authentication === 'pkce' ? { codeChallenge: codeChallenge(verifier) } : {};
  return authorizationUrl({ baseUrl: context.upsBaseUrl, clientId, redirectUri, state, ...challenge });
}

/** Judges UPS's answer and exchanges a good code. Everything about the state is settled before UPS is called. */
export async function completeOptIn(context: VaultContext, leases: Leases, callback: Parameters<Vault['completeOptIn']>[0]): Promise<OptInOutcome> {
  if (callback.environment !== context.environment) return { kind: 'refused', reason: 'other-callback' };
  const answer = readCallback(callback.query, context.upsBaseUrl.origin);
  if (answer.kind === 'refused') return answer;
  const consumption = await consume(context, leases, { ...callback, state: answer.state });
  if (consumption.kind === 'refused') return consumption;
  if (consumption.kind === 'superseded') return { kind: 'superseded', company: consumption.key.company };
  return finish(context, leases, consumption.optIn, answer);
}

/** A consent that comes while an older one is being cleared waits for that to end: the new grant begins on a clean table. */
async function consume(
  context: VaultContext, leases: Leases, callback: Parameters<typeof consumeOptIn>[1],
): Promise<Exclude<Consumption, { kind: 'clearing' }>> {
  for (;;) {
    const consumption = await consumeOptIn(context, callback);
    if (consumption.kind !== 'clearing') return consumption;
    await endClear(context, leases, consumption.key, consumption.generation);
  }
}

async function finish(
  context: VaultContext, leases: Leases, optIn: ConsumedOptIn, answer: Exclude<CallbackAnswer, { kind: 'refused' }>,
): Promise<OptInOutcome> {
  const { company, application } = optIn.key;
  if (answer.kind === 'error') {
    const meaning = judgeCallbackError(answer.error);
    if (meaning !== 'denied') return failed(context, optIn, meaning);
    await noteOptInEnded(context, optIn, 'opt-in.denied', null);
    return { kind: 'denied', application, company };
  }
  const exchanged = await exchange(context, optIn, answer.code);
  if (typeof exchanged === 'string') return failed(context, optIn, exchanged);
  const stored = await store(context, optIn, exchanged);
  if (stored.kind !== 'stored') return { kind: stored.kind, company };
  await leases.end(grantName(optIn.key), stored.endedGeneration, 'moved');
  return { kind: 'opted-in', company, replaced: stored.replaced };
}

/** UPS takes the code once: a pair that is not stored now is lost, and UPS honours it until it expires. */
async function store(context: VaultContext, optIn: ConsumedOptIn, tokens: TokenSet): Promise<StoredConsent> {
  const { logger, keys, settings } = context;
  try {
    return await persist(context, optIn.key, 'a consent', new Deadline(now(), settings.consentMs), () => storeConsent(context, optIn, tokens));
  } catch (error) {
    logger.error({ err: error, grant: grantName(optIn.key), number: optIn.number, fingerprint: keys.fingerprint(tokens.accessToken) }, 'a consent was not stored');
    throw error;
  }
}

/** One POST, never repeated: UPS takes a code once. */
async function exchange(context: VaultContext, optIn: ConsumedOptIn, code: string): Promise<TokenSet | ExchangeFailure> {
  const { clock, logger, applications, transports } = context;
  const { clientId, clientSecret, redirectUri, authentication } = applications[optIn.key.application];
  const request = codeExchangeRequest({
    clientId, clientSecret: clientSecret.reveal(), authentication, code, redirectUri, codeVerifier: optIn.verifier,
  });
  await countCall(context, optIn.key.application);
  const askedAt = clock.now();
  try {
    return tokenSetOf(readTokenResponse(await transports[optIn.key.application].send(request, { fresh: true }), 'code-exchange'), askedAt);
  } catch (error) {
    const failure = judgeExchange(error);
    if (failure === null) throw error;
    logger.warn({ err: error, grant: grantName(optIn.key), failure }, 'an authorization code could not be exchanged');
    // Here UPS itself spoke. What a browser brings to the callback tells the operator nothing: its bearer may have written it.
    if (failure === 'client-refused' || failure === 'blocked-merchant') await raiseTrouble(context, optIn.key, failure, { since: clock.now(), grants: 0 });
    return failure;
  }
}

async function failed(context: VaultContext, optIn: ConsumedOptIn, reason: ExchangeFailure): Promise<OptInOutcome> {
  await noteOptInEnded(context, optIn, 'opt-in.failed', reason);
  return { kind: 'failed', reason, company: optIn.key.company };
}

