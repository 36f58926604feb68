import { Secret } from '@wayleave/platform/secret';
import { companyId } from '@wayleave/vault';
import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createSecretBox } from './secret-box.js';

describe('a signing secret at rest', () => {
  const master = new Secret(randomBytes(32));
  const key = new Secret(randomBytes(32));
  const row = { company: companyId('harbor'), id: 'wh-1' };
  const sealed = createSecretBox(master).seal(key, row);

  it('opens under the same master key for the same endpoint, in any process', () => {
    expect(createSecretBox(master).open(sealed, row)?.reveal()).toEqual(key.reveal());
    expect(sealed.includes(key.reveal())).toBe(false);
  });

  it('opens during a rotation, and says that it has to be sealed anew', () => {
    const next = new Secret(randomBytes(32));
    const rotating = createSecretBox(next, master);
    expect(rotating.open(sealed, row)?.reveal()).toEqual(key.reveal());
    expect(rotating.isPrevious(sealed, row)).toBe(true);
    const anew = rotating.seal(key, row);
    expect(rotating.isPrevious(anew, row)).toBe(false);
    expect(createSecretBox(next).open(anew, row)?.reveal()).toEqual(key.reveal());
    expect(createSecretBox(next).isPrevious(sealed, row)).toBe(false);
  });

  it('opens for no other endpoint, company or master key, nor once a bit is changed or lost', () => {
    const box = createSecretBox(master);
    expect(box.open(sealed, { ...row, id: 'wh-2' })).toBeNull();
    expect(box.open(sealed, { ...row, company: companyId('lowtide') })).toBeNull();
    expect(createSecretBox(new Secret(randomBytes(32))).open(sealed, row)).toBeNull();
    for (const at of [0, 15, sealed.length - 1]) {
      const changed = Buffer.from(sealed);
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(box.open(changed, row)).toBeNull();
    }
    for (const length of [0, 12, 20, sealed.length - 1]) expect(box.open(sealed.subarray(0, length), row)).toBeNull();
  });
});
