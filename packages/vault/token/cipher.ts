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
    // A stream mode: `update` gives every byte, `final` only checks the tag.
    const plain = decipher.update(sealed.subarray(nonceBytes + tagBytes));
    decipher.final();
    return plain;
  } catch {
    throw new CannotOpen('A ciphertext does not open: it was changed, moved to another row, or made under another key.');
  }
}

/** Encrypts a text, and wipes its bytes. */
export function sealText(key: Uint8Array, text: string, context: Context): Buffer {
  const plain = Buffer.from(text, 'utf8');
  const sealed = seal(key, plain, context);
  plain.fill(0);
  return sealed;
}

/** Decrypts a text, and wipes its bytes: the collector would leave them in memory. Throws CannotOpen. */
export function unsealText(key: Uint8Array, sealed: Buffer, context: Context): string {
  const plain = unseal(key, sealed, context);
  const text = plain.toString('utf8');
  plain.fill(0);
  return text;
}

/** JSON, so that no two different contexts run together into the same bytes. */
function associatedData(context: Context): Buffer {
  return Buffer.from(JSON.stringify(context), 'utf8');
}
