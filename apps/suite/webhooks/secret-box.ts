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
  /** Null when it was sealed under another master key or for another row. */
  open(sealed: Buffer, row: EndpointKey): Secret<Buffer> | null;
}

const nonceBytes = 12;
const tagBytes = 16;

/** A box under AES-256-GCM whose key is derived from the master key. What it seals opens only for the same row. */
export function createSecretBox(masterKey: Secret<Buffer>): SecretBox {
  const boxKey = new Secret(Buffer.from(hkdfSync('sha256', masterKey.reveal(), '', 'wayleave suite webhook secret', 32)));
  const boundTo = ({ company, id }: EndpointKey) => Buffer.from(JSON.stringify(['webhook secret', company, id]), 'utf8');
  return {
    seal(key, row) {
      const nonce = randomBytes(nonceBytes);
      const cipher = createCipheriv('aes-256-gcm', boxKey.reveal(), nonce).setAAD(boundTo(row));
      const text = Buffer.concat([cipher.update(key.reveal()), cipher.final()]);
      return Buffer.concat([nonce, cipher.getAuthTag(), text]);
    },
    open(sealed, row) {
      try {
        const cipher = createDecipheriv('aes-256-gcm', boxKey.reveal(), sealed.subarray(0, nonceBytes), { authTagLength: tagBytes }).setAAD(boundTo(row));
        cipher.setAuthTag(sealed.subarray(nonceBytes, nonceBytes + tagBytes));
        return new Secret(Buffer.concat([cipher.update(sealed.subarray(nonceBytes + tagBytes)), cipher.final()]));
      } catch {
        return null;
      }
    },
  };
}
