import type { TestDatabase } from '@wayleave/dev/database';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { company, openWorld, optIn, refreshPath, vaultDatabase } from '../tests/test-vault.js';

let database: TestDatabase;
beforeAll(async () => {
  database = await vaultDatabase('pglite');
});
afterAll(() => database.close());

it('waits for the answer to a refresh no longer than the refresh is its own', { timeout: 60_000 }, async () => {
  await using world = await openWorld(database, { redemptionMs: 1_000, refreshTimeoutMs: 3_600_000 });
  await optIn(world.vault);
  world.ups.once(refreshPath, () => undefined);
  expect(await world.vault.refresh(company, 'idm')).toEqual({ kind: 'postponed', reason: 'uncertain' });
});
