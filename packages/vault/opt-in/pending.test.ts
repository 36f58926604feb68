import { databaseKinds, type TestDatabase } from '@wayleave/dev/database';
import { Secret } from '@wayleave/platform/secret';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { defaultVaultSettings, GrantEnded, resumeGrants, rotateKeys, verifyAudit, type OptInOutcome, type PendingOutcome, type Vault } from '../index.js';
import type { VaultTables } from '../tables.js';
import {
  ada, begin, bob, clearNow, comeBack, company, idm, masterKey, openWorld, optIn, tokenPath, track, vaultDatabase, type World,
} from '../tests/test-vault.js';
import { CannotOpen } from '../token/cipher.js';
import { KeyRing } from '../token/key-ring.js';
import { unsealToken } from '../token/token-set.js';
import { findPending, pendingIdOf } from './pending-store.js';

const hour = 3_600_000;
const harbor = { sub: 'shipping@harborpine.example', uuid: '3f1c0a52-7b7e-4a5e-9d65-0c2a1d9b8e71' };
const other = { sub: 'someone@lowtide.example', uuid: '9b2f64a1-1d2c-4f3e-8a77-5e6d7c8b9a00' };
const third = { sub: 'third@elsewhere.example', uuid: '00c0ffee-0000-4000-8000-00000000cafe' };
const waits = { kind: 'pending', company };

describe.each(databaseKinds())('a consent by another UPS.com login, on %s', (kind) => {
  let database: TestDatabase;
  let world: World;
  let vault: Vault;
  beforeAll(async () => {
    database = await vaultDatabase(kind);
    world = await openWorld(database);
    ({ vault } = world);
  });
  afterAll(async () => {
    await world[Symbol.asyncDispose]();
    await database.close();
  });
  beforeEach(async () => {
    await clearNow(vault);
    await vault.deliverEvents(async () => {});
    world.ups.arrivals.length = 0;
  });

  const db = () => database.kysely<VaultTables>();
  const grant = () => vault.grant(company, 'idm');
  const pending = () => vault.pendingConsent(company, 'idm');
  const states = async (newest = 5) => (await vault.issuedTokens(company, 'idm', { page: 1, pageSize: newest })).rows.map(({ state }) => state);
  const actions = async (limit: number) => (await vault.history(company, { limit })).map(({ action, actor, detail }) => [action, actor?.id ?? null, detail['reason'] ?? detail['confirmedBy'] ?? null]);
  const events = async () => {
    const seen: [string, unknown][] = [];
    await vault.deliverEvents(async ({ type, data }) => void seen.push([type, data['reason'] ?? data['confirmedBy'] ?? null]));
    return seen;
  };
  const usedToken = async () => {
    await vault.use(idm, 'test', async ({ call }) => (await call(track)).status);
    return world.ups.arrivals.at(-1)?.bearer;
  };
  const optInAs = (login: typeof harbor | null, member = ada): Promise<OptInOutcome> => {
    world.ups.login = login;
    return optIn(vault, 'idm', member);
  };
  const decide = async (decision: 'confirm' | 'refuse', number?: number, member = bob): Promise<PendingOutcome> => {
    const asked = { company, application: 'idm', member, number: number ?? (await pending())?.number ?? 0 } as const;
    return decision === 'confirm' ? vault.confirmPending(asked) : vault.refusePending(asked);
  };

  it('CB13 waits, unused and not refreshed, while the grant of before goes on untouched', async () => {
    expect(await optInAs(harbor)).toMatchObject({ kind: 'opted-in' });
    const before = await grant();
    const living = await usedToken();
    expect(await optInAs(other, bob)).toEqual(waits);
    const now = await grant();
    expect({ ...now, pending: null, lastUseAt: before.lastUseAt }).toEqual(before);
    expect(now.pending).toMatchObject({ optedInBy: bob, expiresAt: new Date(now.pending!.arrivedAt.getTime() + 24 * hour) });
    expect(await pending()).toEqual({ ...now.pending, login: other.sub, formerLogin: harbor.sub });
    expect(await usedToken()).toBe(living);
    expect(await states()).toEqual(['waiting', 'in use']);
    expect((await actions(2))[0]).toEqual(['pending.began', bob.id, null]);
    const told: [string, number, unknown][] = [];
    await vault.deliverEvents(async ({ type, generation, data }) => void told.push([type, generation, data['number']]));
    expect(told).toEqual([['grant.opted_in', now.generation, undefined], ['grant.pending', now.generation, now.pending!.number]]);

    world.clock.advance(5 * hour);
    world.ups.login = harbor;
    await vault.maintain();
    await expect.poll(async () => (await grant()).trouble ?? (await states())[0]).toBe('in use');
    expect(world.ups.arrivals.map(({ form }) => form.get('refresh_token'))).not.toContain('refresh-canary-2');
    expect(await usedToken()).not.toBe(living);
    expect(await pending()).not.toBeNull();
  });

  it('CB13 becomes the living one when an admin confirms, once; running uses of the one before are over', async () => {
    await optInAs(harbor);
    await optInAs(other);
    await events();
    const { number } = (await pending())!;
    const running = vault.use(idm, 'test', async ({ call, store }) => {
      await call(track);
      expect(await decide('confirm', number)).toMatchObject({ kind: 'confirmed', replaced: true, grant: { state: 'authorized', generation: number, optedInBy: ada, pending: null } });
      await store(async () => {});
    });
    await expect(running).rejects.toThrow(GrantEnded);
    expect(await usedToken()).toContain(world.ups.issued().at(-1));
    expect(await states(2)).toEqual(['in use', 'replaced']);
    expect((await actions(1))[0]).toEqual(['opted-in', ada.id, bob.label]);
    expect(await events()).toEqual([['grant.opted_in', bob.label]]);
    for (const decision of ['confirm', 'refuse'] as const) expect(await decide(decision, number)).toMatchObject({ kind: 'gone', grant: { generation: number } });
    expect(await vault.refresh(company, 'idm')).toMatchObject({ kind: 'refreshed' });
    // From now on the confirmed login is the one to compare with.
    expect(await optInAs(other)).toMatchObject({ kind: 'opted-in' });
    expect(await optInAs(harbor)).toEqual(waits);
  });

  it('is destroyed when an admin refuses, by number, and the grant stays', async () => {
    await optInAs(harbor);
    const living = await usedToken();
    await optInAs(other);
    const { number } = (await pending())!;
    expect(await decide('refuse', number - 1)).toMatchObject({ kind: 'gone', grant: { pending: { number } } });
    expect(await decide('confirm', number + 1)).toMatchObject({ kind: 'gone', grant: { pending: { number } } });
    await events();
    expect(await decide('refuse', number)).toMatchObject({ kind: 'refused', grant: { state: 'authorized', pending: null } });
    expect(await usedToken()).toBe(living);
    expect(await states(2)).toEqual(['never used', 'in use']);
    expect((await actions(1))[0]).toEqual(['pending.ended', bob.id, 'refused']);
    expect(await events()).toEqual([['grant.pending_ended', 'refused']]);
    expect(await decide('confirm', number)).toMatchObject({ kind: 'gone' });
  });

  it('is destroyed by Clear, after which any login may opt in unasked', async () => {
    await optInAs(harbor);
    await optInAs(other);
    const { number } = (await pending())!;
    await events();
    expect(await clearNow(vault)).toMatchObject({ kind: 'cleared' });
    expect(await pending()).toBeNull();
    expect(await states(2)).toEqual(['destroyed by Clear', 'destroyed by Clear']);
    expect((await events()).map(([type, reason]) => [type, reason])).toEqual([['grant.pending_ended', 'cleared'], ['grant.clearing', null], ['grant.cleared', null]]);
    expect(await decide('confirm', number)).toMatchObject({ kind: 'gone', grant: { state: 'cleared' } });
    const { rows } = await sql`select from vault.pending_consent union all select from vault.login`.execute(db());
    expect(rows).toEqual([]);
    expect(await optInAs(other)).toMatchObject({ kind: 'opted-in' });
  });

  it('goes on waiting while the grant is suspended, and is confirmed when the operator resumed it', async () => {
    await optInAs(harbor);
    await db().updateTable('vault.home').set({ server: 'elsewhere' }).execute();
    await vault.maintain();
    expect(await optInAs(other, bob)).toEqual(waits);
    const { number } = (await pending())!;
    expect(await decide('confirm', number)).toMatchObject({ kind: 'suspended', grant: { state: 'suspended', pending: { number } } });
    expect(await decide('confirm', number - 1)).toMatchObject({ kind: 'gone' });
    await resumeGrants({ database, clock: world.clock, logger: { error: () => undefined, warn: () => undefined } as never });
    expect(await decide('confirm', number)).toMatchObject({ kind: 'confirmed', grant: { state: 'authorized', generation: number, optedInBy: bob } });
  });

  it('is over after a day, or when its refresh token is', async () => {
    await optInAs(harbor);
    await optInAs(other);
    const { number, expiresAt } = (await pending())!;
    world.clock.advance(24 * hour);
    expect(await pending()).toBeNull();
    expect(await decide('confirm', number)).toMatchObject({ kind: 'gone' });
    await events();
    await vault.maintain();
    expect((await grant()).pending).toBeNull();
    expect(await states()).toContain('never used');
    expect((await vault.history(company, { limit: 5 })).find(({ action }) => action === 'pending.ended')).toMatchObject({ actor: null, generation: number, detail: { reason: 'expired' } });
    expect(await events()).toContainEqual(['grant.pending_ended', 'expired']);

    world.ups.once(tokenPath, (_, response) => {
      response.end(JSON.stringify({ ...world.ups.tokenBody(world.ups.issue()), refresh_token_expires_in: '3600' }));
    });
    expect(await optInAs(third)).toEqual(waits);
    expect((await pending())!.expiresAt.getTime()).toBeLessThan(expiresAt.getTime() + 2 * hour);
  });

  it('makes room for a newer consent: by the login of before, which lives, or by a third one, which waits', async () => {
    await optInAs(harbor);
    await optInAs(other);
    const second = (await pending())!.number;
    expect(await optInAs(third)).toEqual(waits);
    const { number, login } = (await pending())!;
    expect([number > second, login]).toEqual([true, third.sub]);
    expect(await decide('confirm', second)).toMatchObject({ kind: 'gone', grant: { pending: { number } } });
    expect(await optInAs(harbor)).toMatchObject({ kind: 'opted-in', replaced: true });
    expect(await pending()).toBeNull();
    expect(await decide('confirm', number)).toMatchObject({ kind: 'gone', grant: { state: 'authorized' } });
    expect(await states(4)).toEqual(['in use', 'never used', 'never used', 'replaced']);
  });

  it('that comes late loses to a newer one that waits; a late one by the login of before lives beside it', async () => {
    await optInAs(harbor);
    const late = async (login: typeof harbor) => {
      let release = () => {};
      world.ups.once(tokenPath, (arrival, response) => {
        release = () => {
          world.ups.login = login;
          world.ups.answer(arrival, response);
        };
      });
      const before = world.ups.arrivalsAt(tokenPath).length;
      const outcome = comeBack(vault, { state: await begin(vault, 'idm', bob), code: 'slow' });
      await expect.poll(() => world.ups.arrivalsAt(tokenPath).length).toBe(before + 1);
      return { outcome, release: () => release() };
    };
    const [slowOther, slowSame] = [await late(third), await late(harbor)];
    expect(await optInAs(other)).toEqual(waits);
    const { number } = (await pending())!;
    slowOther.release();
    expect(await slowOther.outcome).toEqual({ kind: 'superseded', company });
    slowSame.release();
    expect(await slowSame.outcome).toMatchObject({ kind: 'opted-in' });
    expect((await pending())?.number).toBe(number);
    expect(await decide('confirm')).toMatchObject({ kind: 'confirmed', grant: { generation: number } });
  });

  it('waits also beside a grant that UPS.com ended, and revives it when confirmed', async () => {
    await optInAs(harbor);
    world.ups.changePassword();
    expect(await vault.refresh(company, 'idm')).toMatchObject({ kind: 'voided' });
    expect(await optInAs(other)).toEqual(waits);
    expect(await grant()).toMatchObject({ state: 'needs-opt-in', pending: { optedInBy: ada } });
    expect(await pending()).toMatchObject({ login: other.sub, formerLogin: null });
    expect(await decide('confirm')).toMatchObject({ kind: 'confirmed', replaced: false, grant: { state: 'authorized' } });
    expect(await usedToken()).toContain(world.ups.issued().at(-1));
  });

  it('CB13 is none where tokens name nobody, name the owner of the application, belong to another client, or are not to be read: then it is told as a replacement', async () => {
    const inTurn: [typeof harbor | null, typeof harbor | null][] = [[null, other], [harbor, null], [harbor, harbor], [harbor, { ...harbor, sub: 'new@harborpine.example' }], [harbor, { ...other, clientid: 'other' } as typeof other]];
    for (const [first, second] of inTurn) {
      expect(await optInAs(first)).toMatchObject({ kind: 'opted-in' });
      expect(await optInAs(second)).toMatchObject({ kind: 'opted-in', replaced: true });
      await clearNow(vault);
    }
    const deaf = await world.another({ settings: { ...defaultVaultSettings, tokenNames: 'nobody' } });
    world.ups.login = harbor;
    await optIn(deaf);
    world.ups.login = other;
    expect(await optIn(deaf)).toMatchObject({ kind: 'opted-in' });
  });

  it('is what a consent counts as beside a remembered login that does not open', async () => {
    await optInAs(harbor);
    await db().updateTable('vault.login').set({ key_id: 'moved from elsewhere' }).execute();
    expect(await optInAs(harbor)).toEqual(waits);
  });

  it('is looked for by the uuid alone, and the login shown, where it is known that tokens name it', async () => {
    const knowing = await world.another({ settings: { ...defaultVaultSettings, tokenNames: 'login' } });
    world.ups.login = harbor;
    await optIn(knowing);
    expect([await knowing.login(company, 'idm'), await vault.login(company, 'idm'), await knowing.login(company, 'idh')]).toEqual([harbor.sub, null, null]);
    world.ups.login = { ...harbor, uuid: other.uuid };
    expect(await optIn(knowing)).toEqual(waits);
  });

  it('confirmed by two, refused by a third, cleared, refreshed and replaced at the same moment: one of them wins, and the books say which', async () => {
    const second = await world.another();
    for (let round = 0; round < 6; round += 1) {
      await optInAs(harbor);
      await optInAs(other);
      const { number } = (await pending())!;
      const state = round % 2 === 0 ? null : await begin(vault, 'idm', bob);
      const { generation } = await grant();
      const asked = { company, application: 'idm', member: bob, number } as const;
      world.ups.login = harbor;
      const [first, again, refused, , cleared, newer] = await Promise.all([
        vault.confirmPending(asked), second.confirmPending(asked), second.refusePending(asked), second.refresh(company, 'idm'),
        round % 3 === 0 ? vault.clear({ ...asked, generation }) : null,
        state === null ? null : comeBack(second, { state, code: 'c' }),
      ]);
      const decided = [first, again, refused].filter(({ kind }) => kind !== 'gone');
      const isCleared = cleared?.kind === 'cleared';
      expect(decided.length).toBeLessThanOrEqual(1);
      if (!isCleared && newer === null) expect(decided).toHaveLength(1);
      const after = await grant();
      const confirmed = decided[0]?.kind === 'confirmed';
      if (newer === null) expect(after.state).toBe(isCleared ? 'cleared' : 'authorized');
      if (confirmed && newer === null && !isCleared) expect(after).toMatchObject({ generation: number, pending: null });
      if (after.state === 'authorized') expect(await usedToken()).toBeTruthy();
      expect((await states()).filter((name) => name === 'in use')).toHaveLength(after.state === 'authorized' ? 1 : 0);
      expect((await states()).filter((name) => name === 'waiting')).toHaveLength(after.pending === null ? 0 : 1);
      if (after.state === 'cleared') expect(after.pending).toBeNull();
      await clearNow(vault);
    }
    expect((await verifyAudit(database, 'all')).findings).toEqual([]);
  });

  it('is put under a new master key with everything else, and what is known of the login too', async () => {
    await optInAs(harbor);
    await optInAs(other);
    const newKey = new Secret(Buffer.alloc(32, 9));
    expect(await rotateKeys({ database, clock: world.clock, masterKey: newKey, previousMasterKey: new Secret(masterKey) })).toMatchObject({ kind: 'rotated' });
    const onlyNew = await world.another({ masterKey: newKey });
    world.ups.login = third;
    expect(await optIn(onlyNew)).toEqual(waits);
    expect((await rotateKeys({ database, clock: world.clock, masterKey: new Secret(masterKey), previousMasterKey: newKey })).kind).toBe('rotated');
    expect(await pending()).toMatchObject({ login: third.sub, formerLogin: harbor.sub });
    expect(await decide('confirm')).toMatchObject({ kind: 'confirmed' });
    expect(await optInAs(harbor)).toEqual(waits);
  });

  it('is in the database in no form that anything but the decision opens', async () => {
    await optInAs(harbor);
    await optInAs(other);
    const made = world.ups.issued().at(-1)!;
    const { rows } = await sql<{ line: string }>`select p::text as line from vault.pending_consent p union all select l::text from vault.login l`.execute(db());
    const dump = rows.map(({ line }) => Buffer.from(line).toString()).join('\n');
    for (const secret of [made, harbor.sub, harbor.uuid, other.sub, other.uuid]) {
      expect(dump).not.toContain(secret);
      expect(dump).not.toContain(Buffer.from(secret).toString('hex'));
    }
    const row = (await findPending(db(), idm))!;
    const keys = new KeyRing(new Secret(masterKey));
    expect(unsealToken(keys, pendingIdOf(row), row, 'access').reveal()).toContain(made);
    const { pending: _, ...asLiving } = pendingIdOf(row);
    expect(() => unsealToken(keys, asLiving, row, 'access')).toThrow(CannotOpen);
    // Moved into the place of the living pair by whoever can write the database, it opens for no use.
    const { data_key_id, wrapped_key, access_token, refresh_token } = row;
    await db().updateTable('vault.token_set').set({ data_key_id, wrapped_key, access_token, refresh_token, generation: row.number, version: 0 }).execute();
    await db().updateTable('vault.grant').set({ generation: row.number, version: 0 }).execute();
    await expect((await world.another()).use(idm, 'test', async ({ call }) => (await call(track)).status)).rejects.toThrow(CannotOpen);
  });
});
