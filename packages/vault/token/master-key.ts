import { Secret } from '@wayleave/platform/secret';
import { createHash, createHmac, hkdfSync } from 'node:crypto';
import { WrongMasterKey } from '../errors.js';
import { seal, sealText, unseal, unsealText, type Context } from './cipher.js';

const keyBytes = 32;

/** The keys derived from the master key, one for each purpose. */
export interface MasterKey {
  /** Names the key without telling anything about it. */
  readonly id: string;
  wrap(dataKey: Uint8Array, context: Context): Buffer;
  unwrap(wrapped: Buffer, context: Context): Buffer;
  sealVerifier(verifier: string, context: Context): Buffer;
  unsealVerifier(sealed: Buffer, context: Context): string;
  /** `xxxx xxxx xxxx`: tells access tokens apart for who cannot compute it. */
  fingerprint(accessToken: Secret): string;
}

/** Derives the working keys. Throws WrongMasterKey unless it is 32 bytes. */
export function deriveMasterKey(secret: Secret<Buffer>, setting = 'WAYLEAVE_MASTER_KEY'): MasterKey {
  const master = secret.reveal();
  if (master.length !== keyBytes) {
    throw new WrongMasterKey(`The master key has ${master.length} bytes. It must have ${keyBytes}: set ${setting} to ${keyBytes} random bytes.`);
  }
  const derive = (purpose: string) => new Secret(Buffer.from(hkdfSync('sha256', master, '', `wayleave vault ${purpose}`, keyBytes)));
  const [wrapping, verifying, printing] = [derive('wrap'), derive('verifier'), derive('fingerprint')];
  const id = createHash('sha256').update(derive('id').reveal()).digest('hex').slice(0, 16);
  return {
    id,
    wrap: (dataKey, context) => seal(wrapping.reveal(), dataKey, [...context, id]),
    unwrap: (wrapped, context) => unseal(wrapping.reveal(), wrapped, [...context, id]),
    sealVerifier: (verifier, context) => sealText(verifying.reveal(), verifier, [...context, id]),
    unsealVerifier: (sealed, context) => unsealText(verifying.reveal(), sealed, [...context, id]),
    fingerprint: (accessToken) => {
      const hash = createHmac('sha256', printing.reveal()).update(accessToken.reveal()).digest('hex');
      return [hash.slice(0, 4), hash.slice(4, 8), hash.slice(8, 12)].join(' ');
    },
  };
}
