import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

/** What a ciphertext is bound to. It opens only with the same parts in the same order. */
export type Context = readonly (string | number)[];

/** A ciphertext was changed, moved to another row, or made under another key. Says nothing about which. */
export class CannotOpen extends Error {
  override readonly name = 'CannotOpen';
}

const nonceBytes = 12;
const tagBytes = 16;

/** Encrypts under AES-256-GCM: nonce, tag and ciphertext in one. */
export function seal(key: Uint8Array, plain: Uint8Array, context: Context): Buffer {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(associatedData(context));
  const text = Buffer.concat([cipher.update(plain), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), text]);
}

/** Decrypts what `seal` made. Throws CannotOpen. */
export function unseal(key: Uint8Array, sealed: Buffer, context: Context): Buffer {
  try {
    const nonce = sealed.subarray(0, nonceBytes);
    const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes }).setAAD(associatedData(context));
    decipher.setAuthTag(sealed.subarray(nonceBytes, nonceBytes + tagBytes));
    return Buffer.concat([decipher.update(sealed.subarray(nonceBytes + tagBytes)), decipher.final()]);
  } catch {
    throw new CannotOpen('A ciphertext does not open: it was changed, moved to another row, or made under another key.');
  }
}

/** JSON, so that no two different contexts run together into the same bytes. */
function associatedData(context: Context): Buffer {
  return Buffer.from(JSON.stringify(context), 'utf8');
}
