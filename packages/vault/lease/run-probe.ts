import { randomUUID } from 'node:crypto';
import { readTrackResponse, trackRequest, UpsUnreadable, type UpsResponse } from '@wayleave/ups-api';
import { GrantEnded, LeaseLost, NeedsOptIn, NotOptedIn, Suspended } from '../errors.js';
import { findGrant, noteTrouble, viewGrant } from '../grant/grant-store.js';
import type { TroubleKind } from '../grant/grant.js';
import type { GrantKey } from '../ids.js';
import type { Instance } from '../instance.js';
import { isUncertain } from '../redemption/redemption-store.js';
import { troubleOf, troubleOfError } from '../token/judgement.js';
import type { ProbeOutcome } from './probe.js';
import { runUse } from './use.js';

/** One Track call under the grant, for what its answer says about the grant. Not while a refresh's answer is lost: that call proves nothing. */
export async function runProbe(instance: Instance, key: GrantKey): Promise<ProbeOutcome> {
  const { context } = instance;
  const { db, clock, settings } = context;
  if (await isUncertain(context, key)) return { kind: 'unanswered', reason: 'uncertain' };
  const request = trackRequest({ inquiryNumber: settings.probeNumber, transId: randomUUID(), transactionSrc: 'wayleave' });
  try {
    const response = await runUse(instance, key, { job: 'check', purpose: 'probe' }, ({ call }) => call(request));
    const trouble = troubleOf(response) ?? (isReadable(response) ? null : 'ups-fault');
    if (trouble === null) return { kind: 'stands', at: clock.now() };
    const grant = await findGrant(db, key);
    if (response.status === 401 && grant?.trouble_at === null && grant?.next_probe_at) return { kind: 'refused', checkedAgainAt: grant.next_probe_at };
    return await unanswered(instance, key, trouble);
  } catch (error) {
    if (error instanceof NeedsOptIn) return { kind: 'voided', grant: await viewGrant(db, key) };
    if (error instanceof NotOptedIn || error instanceof GrantEnded || error instanceof Suspended) return { kind: 'no-grant', grant: await viewGrant(db, key) };
    const trouble = error instanceof LeaseLost ? 'unreachable' : troubleOfError(error);
    if (trouble === null) throw error;
    return unanswered(instance, key, trouble);
  }
}

async function unanswered({ context, leases }: Instance, key: GrantKey, trouble: Exclude<TroubleKind, 'uncertain'>): Promise<ProbeOutcome> {
  const grant = await findGrant(context.db, key);
  // What the refresh ran into explains more than the probe that needed it.
  if (grant?.trouble_at === 'refresh' && grant.trouble !== null) return { kind: 'unanswered', reason: grant.trouble };
  if (grant) await noteTrouble(context, key, grant.generation, { kind: trouble, at: 'use' });
  leases.doubt(key);
  return { kind: 'unanswered', reason: trouble };
}

/** A page of somebody between us and UPS, with status 200, shows nothing about the grant. */
function isReadable(response: UpsResponse): boolean {
  try {
    readTrackResponse(response);
  } catch (error) {
    return !(error instanceof UpsUnreadable);
  }
  return true;
}
