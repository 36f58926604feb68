import { databaseKinds, type TestDatabase } from '@wayleave/dev/database';
import { Secret } from '@wayleave/platform/secret';
import fc from 'fast-check';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WrongMasterKey } from '../index.js';
import { clearNow, company, idm, masterKey, openWorld, optIn, otherCompany, track, vaultDatabase } from '../tests/test-vault.js';
import { CannotOpen, seal, unseal } from './cipher.js';
import { deriveMasterKey } from './master-key.js';

describe('a ciphertext', () => {
  const key = Buffer.alloc(32, 3);

  it('opens with the same key and context, and with nothing else', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), fc.array(fc.oneof(fc.string(), fc.integer())), fc.array(fc.oneof(fc.string(), fc.integer())),
      (plain, context, other) => {
        const sealed = seal(key, plain, context);
        expect(unseal(key, sealed, context)).toEqual(Buffer.from(plain));
        expect(() => unseal(Buffer.alloc(32, 4), sealed, context)).toThrow(CannotOpen);
        if (JSON.stringify(context) !== JSON.stringify(other)) expect(() => unseal(key, sealed, other)).toThrow(CannotOpen);
      }));
  });

  it('does not open when any one byte of it was changed or its end is missing', () => {
    const sealed = seal(key, Buffer.from('token'), ['a']);
    for (let index = 0; index < sealed.length; index += 1) {
      const changed = Buffer.from(sealed);
      changed[index] = (changed[index] ?? 0) ^ 1;
      expect(() => unseal(key, changed, ['a'])).toThrow(CannotOpen);
      expect(() => unseal(key, sealed.subarray(0, index), ['a'])).toThrow(CannotOpen);
    }
  });
});

describe('a master key', () => {
  it('of the wrong length is refused in a sentence that says what it must be', () => {
    expect(() => deriveMasterKey(new Secret(Buffer.alloc(31)))).toThrow('must have 32');
  });

  it('prints a fingerprint that another key does not', () => {
    const token = new Secret('token');
    const print = deriveMasterKey(new Secret(masterKey)).fingerprint(token);
    expect(print).toMatch(/^[0-9a-f]{4}( [0-9a-f]{4}){2}$/);
    expect(deriveMasterKey(new Secret(Buffer.alloc(32, 8))).fingerprint(token)).not.toBe(print);
  });
});

describe.each(databaseKinds())('stored tokens on %s', (kind) => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await vaultDatabase(kind);
  });
  afterAll(() => database.close());

  it('ST02 do not open when two rows\' ciphertexts are swapped, or the two tokens of a row', async () => {
    await using world = await openWorld(database);
    await optIn(world.vault);
    await optIn(world.vault, 'idm', undefined, otherCompany);
    const call = () => world.vault.use(idm, 'test', (tools) => tools.call(track));
    await sql`update vault.token_set t set wrapped_key = o.wrapped_key, access_token = o.access_token, data_key_id = o.data_key_id
      from vault.token_set o where o.company_id <> t.company_id`.execute(database.kysely());
    await expect(call()).rejects.toThrow(CannotOpen);
    await optIn(world.vault);
    await sql`update vault.token_set set access_token = refresh_token`.execute(database.kysely());
    await expect(call()).rejects.toThrow(CannotOpen);
    expect((await world.vault.grant(company, 'idm')).state).toBe('authorized');
  });

  it('are not to be had with another master key, which is refused at the start', async () => {
    await using world = await openWorld(database);
    await expect(world.another({ masterKey: new Secret(Buffer.alloc(32, 8)) })).rejects.toThrow(WrongMasterKey);
    await expect(world.another()).resolves.toBeDefined();
  });

  it('leave no secret in the database, the log, an event or a view', async () => {
    await using world = await openWorld(database);
    await optIn(world.vault);
    await world.vault.use(idm, 'test', ({ call }) => call(track));
    await world.vault.refresh(company, 'idm');
    world.ups.changePassword();
    await world.vault.refresh(company, 'idm');
    await optIn(world.vault);
    const seen: unknown[] = [world.log, await world.vault.grants(company), await world.vault.history(company, { limit: 99, uses: true })];
    await world.vault.deliverEvents(async (event) => void seen.push(event));
    seen.push(await world.vault.issuedTokens(company, 'idm', { page: 1, pageSize: 99 }), await dump(), await clearNow(world.vault));
    const text = JSON.stringify(seen);
    expect(text).toContain('opted-in');
    // Bytes come out of the database as hex.
    for (const canary of ['canary', Buffer.from('canary').toString('hex')]) expect(text).not.toContain(canary);
  });

  async function dump(): Promise<unknown[]> {
    const tables = await sql<{ name: string }>`select format('%I.%I', table_schema, table_name) as name from information_schema.tables where table_schema = 'vault'`
      .execute(database.kysely());
    const rows: unknown[] = [];
    for (const { name } of tables.rows) rows.push((await sql.raw(`select (t.*)::text as row from ${name} t`).execute(database.kysely())).rows);
    return rows;
  }
});
