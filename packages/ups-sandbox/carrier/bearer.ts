import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Authorization } from '../authorization/authorization.js';
import { invalidBearer } from '../ups-refusal.js';

/**
 * Looks up the access token of a request to a data API before its body is read, and notes its grant in the ledger, so that
 * the line is complete even when weather strikes before the answer. Then `callerOf` says who calls. Throws UpsRefusal (401): UJ0001 without a
 * token, 251004 when it is past its time, 250002 when it never existed or was voided.
 */
export function bearerCheck(authorization: Authorization): (request: FastifyRequest, reply: FastifyReply) => Promise<void> {
  return async (request) => {
    const token = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
    if (token === undefined) throw invalidBearer('UJ0001');
    const holder = await authorization.findAccessToken(token);
    if (holder && request.arrival) {
      request.arrival.clientId = holder.clientId;
      request.arrival.grant = holder.consent?.familyId ?? null;
      request.arrival.profileId = holder.consent?.profileId ?? null;
    }
    if (holder?.state === 'expired') throw invalidBearer('251004');
    if (holder?.state !== 'valid') throw invalidBearer('250002');
    const { clientId, accounts, consent } = holder;
    request.caller = consent
      ? { kind: 'profile', clientId, accounts, profileId: consent.profileId, username: consent.username, grant: consent.familyId }
      : { kind: 'application', clientId, accounts };
  };
}
