import { Secret } from '@wayleave/platform/secret';
import type { CompanyId } from '@wayleave/vault';
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

/** Names the row that a secret belongs to. */
export interface EndpointKey {
  readonly company: CompanyId;
  readonly id: string;
}

/** Encrypts signing keys for the database. */
export interface SecretBox {
  /** Nonce, tag and ciphertext in one. */
  seal(key: Secret<Buffer>, row: EndpointKey): Buffer;
  /** Null when it was sealed for another row, or under a master key that is neither the current nor the previous one. */
  open(sealed: Buffer, row: EndpointKey): Secret<Buffer> | null;
  /** Whether it has to be sealed anew, since it opens under the previous master key alone. */
  isPrevious(sealed: Buffer, row: EndpointKey): boolean;
}

const nonceBytes = 12;
const tagBytes = 16;

/**
 * A box under AES-256-GCM whose key is derived from the master key. What it seals opens only for the same row. During a
 * rotation it also opens what was sealed under the previous master key.
 */
export function createSecretBox(masterKey: Secret<Buffer>, previousMasterKey?: Secret<Buffer>): SecretBox {
  const current = boxKey(masterKey);
  const previous = previousMasterKey && boxKey(previousMasterKey);
  const openPrevious: SecretBox['open'] = (sealed, row) => (previous ? unseal(previous, sealed, row) : null);
  return {
    seal(key, row) {
      const nonce = randomBytes(nonceBytes);
      const cipher = createCipheriv('aes-256-gcm', current.reveal(), nonce).setAAD(boundTo(row));
      const text = Buffer.concat([cipher.update(key.reveal()), cipher.final()]);
      return Buffer.concat([nonce, cipher.getAuthTag(), text]);
    },
    open: (sealed, row) => unseal(current, sealed, row) ?? openPrevious(sealed, row),
    isPrevious: (sealed, row) => unseal(current, sealed, row) === null && openPrevious(sealed, row) !== null,
  };
}

function boxKey(masterKey: Secret<Buffer>): Secret<Buffer> {
  return new Secret(Buffer.from(hkdfSync('sha256', masterKey.reveal(), '', 'wayleave suite webhook secret', 32)));
}

function boundTo({ company, id }: EndpointKey): Buffer {
  return Buffer.from(JSON.stringify(['webhook secret', company, id]), 'utf8');
}

function unseal(key: Secret<Buffer>, sealed: Buffer, row: EndpointKey): Secret<Buffer> | null {
  try {
    const cipher = createDecipheriv('aes-256-gcm', key.reveal(), sealed.subarray(0, nonceBytes), { authTagLength: tagBytes }).setAAD(boundTo(row));
    cipher.setAuthTag(sealed.subarray(nonceBytes, nonceBytes + tagBytes));
    return new Secret(Buffer.concat([cipher.update(sealed.subarray(nonceBytes + tagBytes)), cipher.final()]));
  } catch {
    return null;
  }
}
