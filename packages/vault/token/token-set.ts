import { Secret } from '@wayleave/platform/secret';
import type { TokenAnswer } from '@wayleave/ups-api';
import { randomBytes, randomUUID } from 'node:crypto';
import type { GrantKey } from '../ids.js';
import { sealText, unsealText, type Context } from './cipher.js';
import type { KeyRing } from './key-ring.js';
import type { MasterKey } from './master-key.js';

/** A pair of tokens as UPS just gave it, with its times on our clock. */
export interface TokenSet {
  readonly accessToken: Secret;
  readonly refreshToken: Secret;
  readonly issuedAt: Date;
  readonly accessExpiresAt: Date;
  readonly refreshExpiresAt: Date | null;
}

/** Which stored pair is meant. */
export interface TokenSetId extends GrantKey {
  readonly generation: number;
  readonly version: number;
  /** Of a consent that waits for an admin's decision: its row opens nowhere else. */
  readonly pending?: true;
}

/** A pair as it lies in the database: each token under a data key of its own set, the data key under the master key. */
export interface SealedTokenSet {
  readonly data_key_id: string;
  readonly master_key_id: string;
  readonly wrapped_key: Buffer;
  readonly access_token: Buffer;
  readonly refresh_token: Buffer;
}

/** Reads UPS's answer. `askedAt` is when the request left: lifetimes count from there, so that a slow answer is no gain. */
export function tokenSetOf(answer: TokenAnswer, askedAt: Date): TokenSet {
  return {
    accessToken: new Secret(answer.accessToken),
    refreshToken: new Secret(answer.refreshToken),
    issuedAt: askedAt,
    accessExpiresAt: new Date(askedAt.getTime() + answer.accessTokenLifetimeMs),
    refreshExpiresAt: answer.refreshTokenLifetimeMs === null ? null : new Date(askedAt.getTime() + answer.refreshTokenLifetimeMs),
  };
}

/** Encrypts a pair under a fresh data key, bound to the row that it is written to. */
export function sealTokenSet(master: MasterKey, id: TokenSetId, tokens: TokenSet): SealedTokenSet {
  const dataKey = randomBytes(32);
  const dataKeyId = randomUUID();
  const sealToken = (kind: TokenKind, token: Secret) => sealText(dataKey, token.reveal(), tokenContext(id, kind, dataKeyId));
  const sealed = {
    data_key_id: dataKeyId,
    master_key_id: master.id,
    wrapped_key: master.wrap(dataKey, wrapContext(id, dataKeyId)),
    access_token: sealToken('access', tokens.accessToken),
    refresh_token: sealToken('refresh', tokens.refreshToken),
  };
  dataKey.fill(0);
  return sealed;
}

type TokenKind = 'access' | 'refresh';

/** Decrypts one token of a stored pair. Throws CannotOpen when the row is not the one it was sealed for. */
export function unsealToken(keys: KeyRing, id: TokenSetId, sealed: SealedTokenSet, kind: TokenKind): Secret {
  const dataKey = keys.unwrap(sealed, wrapContext(id, sealed.data_key_id));
  const token = kind === 'access' ? sealed.access_token : sealed.refresh_token;
  const text = unsealText(dataKey, token, tokenContext(id, kind, sealed.data_key_id));
  dataKey.fill(0);
  return new Secret(text);
}


/** Without the master key's id, so that re-wrapping the data key leaves the tokens as they are. */
function tokenContext(id: TokenSetId, kind: TokenKind, dataKeyId: string): Context {
  return [...placeOf(id), id.company, id.application, id.generation, id.version, kind, dataKeyId];
}

/** What the data key of a pair is bound to. */
export function wrapContext(id: TokenSetId, dataKeyId: string): Context {
  return ['data key', ...placeOf(id), id.company, id.application, id.generation, id.version, dataKeyId];
}

function placeOf(id: TokenSetId): Context {
  return id.pending ? ['pending'] : [];
}
