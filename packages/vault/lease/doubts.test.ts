import { databaseKinds, type TestDatabase } from '@wayleave/dev/database';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Vault } from '../index.js';
import type { VaultTables } from '../tables.js';
import { envelope, json } from '../tests/scripted-ups.js';
import { company, idm, openWorld, optIn, track, trackPath, until, vaultDatabase, type World } from '../tests/test-vault.js';

const minute = 60_000;

describe.each(databaseKinds())('what one instance ran into, on %s', (kind) => {
  let database: TestDatabase;
  let world: World;
  let other: Vault;
  beforeAll(async () => {
    database = await vaultDatabase(kind);
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    world = await openWorld(database);
    other = await world.another();
    await optIn(world.vault);
  });
  afterEach(() => world[Symbol.asyncDispose]());

  const grant = () => world.vault.grant(company, 'idm');
  const refusal = () => world.ups.once(trackPath, (_, response) => json(response, 401, envelope('UJ0001', 'Invalid token or token is not present')));
  const isRefused = async () => {
    const { refused_since: since } = await database.kysely<VaultTables>().selectFrom('vault.grant').select('refused_since').executeTakeFirstOrThrow();
    return since !== null;
  };

  it('is taken back by a good answer in another, though that one held its lease before', () => other.use(idm, 'test', async ({ call }) => {
    await call(track);
    world.ups.once(trackPath, (_, response) => json(response, 503, {}));
    expect(await world.vault.probe(company, 'idm')).toEqual({ kind: 'unanswered', reason: 'ups-fault' });
    expect((await grant()).trouble).not.toBeNull();
    await until(async () => {
      await call(track);
      return (await grant()).trouble === null;
    });
  }));

  it('is no part of a proof against the grant when another had good answers since', () => other.use(idm, 'test', async ({ call }) => {
    await call(track);
    for (let time = 0; time < 2; time += 1) {
      world.clock.advance(2 * minute);
      for (let refused = 0; refused < 2; refused += 1) refusal();
      // The token, and the one that a refresh brings at once.
      expect(await world.vault.use(idm, 'test', async (tools) => (await tools.call(track)).status)).toBe(401);
      expect(await isRefused()).toBe(true);
      await until(async () => {
        expect((await call(track)).status).toBe(200);
        return !(await isRefused());
      });
    }
    expect((await grant()).state).toBe('authorized');
  }));

  it('is taken back at a later answer when the database fails at it, and costs nobody the answer', async () => {
    world.ups.once(trackPath, (_, response) => json(response, 503, {}));
    await world.vault.probe(company, 'idm');
    await sql`create function public.refuse() returns trigger language plpgsql as $$ begin raise exception 'not now'; end $$`.execute(database.kysely());
    await sql`create trigger refuse before update on vault."grant" for each row when (old.trouble is not null and new.trouble is null) execute function public.refuse()`
      .execute(database.kysely());
    const call = () => world.vault.use(idm, 'test', async (tools) => (await tools.call(track)).status);
    try {
      expect(await call()).toBe(200);
    } finally {
      await sql`drop function public.refuse cascade`.execute(database.kysely());
    }
    expect((await grant()).trouble).not.toBeNull();
    expect(await call()).toBe(200);
    expect((await grant()).trouble).toBeNull();
  });
});
