import { databaseKinds, type TestDatabase } from '@wayleave/dev/database';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Vault, VaultObserver } from './index.js';
import { envelope, json } from './tests/scripted-ups.js';
import { clearNow, company, idm, openWorld, optIn, refreshPath, tokenPath, track, trackPath, until, vaultDatabase, type World } from './tests/test-vault.js';

describe.each(databaseKinds())('what an observer is told on %s', (kind) => {
  let database: TestDatabase;
  let world: World;
  let vault: Vault;
  let told: string[] = [];
  const observer: VaultObserver = {
    upsCall: (application, { api, outcome, seconds }) => void told.push(`${application} ${api} ${outcome}${seconds > 0 ? '' : ' in no time'}`),
    use: (application, outcome) => void told.push(`${application} use ${outcome}`),
    redemption: (application, outcome) => void told.push(`${application} refresh ${outcome}`),
    clear: (application, { outcome, callsCutOff }) => void told.push(`${application} clear ${outcome} ${callsCutOff}`),
  };
  beforeAll(async () => {
    database = await vaultDatabase(kind);
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    world = await openWorld(database);
    vault = await world.another({ observer });
    await optIn(vault);
    told = [];
  });
  afterEach(() => world[Symbol.asyncDispose]());

  const use = (path = track.path) => vault.use(idm, 'test', ({ call }) => call({ ...track, path })).then(({ status }) => status, () => 'failed');

  it('names the API and what came back', async () => {
    world.ups.once(trackPath, (_arrival, response) => json(response, 404, envelope('TW0001', 'Tracking Information Not Found')));
    world.ups.once(trackPath, (_arrival, response) => json(response, 429, envelope('10429', 'Too Many Requests')));
    world.ups.once(trackPath, (_arrival, response) => json(response, 500, {}));
    world.ups.once(trackPath, (_arrival, response) => response.socket?.destroy());
    for (let call = 0; call < 5; call += 1) await use();
    await use('/api/rating/v2409/Shop?1Z12345E0205271688');
    await use('/api/1Z12345E0205271688');
    expect(told.filter((one) => !one.includes(' use '))).toEqual([
      'idm track good', 'idm track throttled', 'idm track ups-fault', 'idm track unanswered', 'idm track good', 'idm rating good', 'idm other good',
    ]);
    expect(told.filter((one) => one.includes(' use '))).toEqual(['done', 'done', 'done', 'failed', 'done', 'done', 'done'].map((outcome) => `idm use ${outcome}`));
  });

  it('tells how code exchanges and refreshes end', async () => {
    await optIn(vault, 'idh');
    world.ups.once(tokenPath, (_arrival, response) => json(response, 401, envelope('10401', 'ClientId is Invalid')));
    await optIn(vault, 'idh');
    await vault.refresh(company, 'idm');
    world.ups.once(refreshPath, (_arrival, response) => json(response, 503, {}));
    await vault.refresh(company, 'idm');
    world.ups.changePassword();
    await vault.refresh(company, 'idh');
    expect(told).toEqual([
      'idh code-exchange good', 'idh code-exchange client-refused', 'idm refresh good', 'idm refresh refreshed', 'idm refresh ups-fault', 'idm refresh uncertain',
      'idh refresh dead', 'idh refresh voided',
    ]);
    await use();
    await vault.use({ company, application: 'idh' }, 'test', async () => undefined).catch(() => undefined);
    expect(told.at(-1)).toBe('idh use needs-opt-in');
  });

  it('tells what a Clear cut off, and counts no call that was never sent', async () => {
    world.ups.always(trackPath, () => undefined);
    const cut = [use(), use()];
    await until(() => world.ups.arrivalsAt(trackPath).length === 2);
    expect(vault.leasesHeld()).toBe(1);
    await clearNow(vault);
    expect(await Promise.all(cut)).toEqual(['failed', 'failed']);
    await use();
    await clearNow(vault);
    expect(vault.leasesHeld()).toBe(0);
    expect(told.sort()).toEqual([
      'idm clear cleared 2', 'idm clear nothing 0', 'idm track cut-off', 'idm track cut-off', 'idm use grant-ended', 'idm use grant-ended', 'idm use not-opted-in',
    ]);
  });

  it('counts what lies in the tables', async () => {
    world.ups.once(refreshPath, (_arrival, response) => json(response, 503, {}));
    await vault.refresh(company, 'idm');
    await optIn(vault, 'idh');
    await clearNow(vault, 'idh');
    const stock = () => database.kysely<unknown>().transaction().execute((trx) => vault.takeStock(trx));
    const { grants, uncertain, events } = await stock();
    expect([...grants].sort((a, b) => a.application.localeCompare(b.application))).toEqual([
      { application: 'idh', state: 'cleared', count: 1 }, { application: 'idm', state: 'authorized', count: 1 },
    ]);
    expect(uncertain).toEqual([{ application: 'idm', count: 1 }]);
    expect(events.count).toBeGreaterThan(2);
    expect(events.oldest).toEqual((await vault.grant(company, 'idm')).since);
    await vault.deliverEvents(async () => undefined);
    expect((await stock()).events).toEqual({ count: 0, oldest: null });
  });
});
