import { databaseKinds, dumpTables, type TestDatabase } from '@wayleave/dev/database';
import { codeChallenge } from '@wayleave/ups-api';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Answer } from '../tests/scripted-ups.js';
import { envelope, json } from '../tests/scripted-ups.js';
import { ada, begin, bob, clearNow, comeBack, company, openWorld, optIn, otherSession, session, tokenPath, vaultDatabase, type World } from '../tests/test-vault.js';
import type { GrantView } from '../index.js';

describe.each(databaseKinds())('an opt-in on %s', (kind) => {
  let database: TestDatabase;
  let world: World;
  beforeAll(async () => {
    database = await vaultDatabase(kind);
    world = await openWorld(database, { maxAnswerBytes: 1_000_000, callTimeoutMs: 1_000 });
  });
  afterAll(async () => {
    await world[Symbol.asyncDispose]();
    await database.close();
  });
  beforeEach(async () => {
    await clearNow(world.vault);
    world.ups.arrivals.length = 0;
  });

  const grant = () => world.vault.grant(company, 'idm');
  const exchanges = () => world.ups.arrivalsAt(tokenPath).length;

  it('sends the browser to UPS with state and challenge, and neither verifier nor secret', async () => {
    const url = await world.vault.beginOptIn({ company, application: 'idm', member: ada, sessionBinding: session });
    expect(url.pathname).toBe('/security/v1/oauth/authorize');
    expect(Object.fromEntries(url.searchParams)).toEqual({
      client_id: 'client-idm', redirect_uri: 'http://localhost:4000/callback/stand-in/idm', response_type: 'code',
      state: expect.stringMatching(/^oi_[\w-]{43}$/), code_challenge: expect.stringMatching(/^[\w-]{43}$/),
    });
  });

  it('PK08 makes a verifier for each opt-in, which leaves this server for UPS\'s token endpoint alone and is stored sealed', async () => {
    const dump = async () => (await dumpTables(database)).map(({ row }) => row).join('\n');
    const begun = [];
    for (let round = 0; round < 3; round += 1) begun.push(await world.vault.beginOptIn({ company, application: 'idm', member: ada, sessionBinding: session }));
    const atRest = await dump();
    expect(atRest).toContain('opt_in');
    for (const url of begun) expect(await comeBack(world.vault, { state: url.searchParams.get('state') ?? '', code: 'c' })).toMatchObject({ kind: 'opted-in' });
    const verifiers = world.ups.arrivalsAt(tokenPath).map(({ form }) => form.get('code_verifier') ?? '');
    expect(verifiers.map(codeChallenge)).toEqual(begun.map((url) => url.searchParams.get('code_challenge')));
    expect(new Set(verifiers).size).toBe(3);
    const seen = [...begun.map(String), ...world.log, atRest, await dump()].join('\n');
    for (const verifier of verifiers) {
      for (const form of [verifier, Buffer.from(verifier).toString('hex'), Buffer.from(verifier, 'base64url').toString('hex')]) expect(seen).not.toContain(form);
    }
  });

  it('makes a grant, its token set, the issued token, an audit entry and an event', async () => {
    expect(await optIn(world.vault)).toEqual({ kind: 'opted-in', company, replaced: false });
    expect(await grant()).toMatchObject({ state: 'authorized', optedInBy: ada, trouble: null, endReason: null });
    const { rows } = await world.vault.issuedTokens(company, 'idm', { page: 1, pageSize: 1 });
    expect(rows).toEqual([expect.objectContaining({
      cameBy: 'opt-in', optedInBy: ada, state: 'in use', fingerprint: expect.stringMatching(/^[0-9a-f]{4} [0-9a-f]{4} [0-9a-f]{4}$/),
    })]);
    const [newest] = await world.vault.history(company, { limit: 1 });
    expect(newest).toMatchObject({ action: 'opted-in', actor: ada });
    const [exchange] = world.ups.arrivalsAt(tokenPath);
    expect(exchange?.form.get('code_verifier')).toMatch(/^[\w-]{43}$/);
  });

  it('CB01 refuses a missing, a wrong and another session\'s state before any call to UPS', async () => {
    const state = await begin(world.vault);
    expect(await comeBack(world.vault, { code: 'c' })).toEqual({ kind: 'refused', reason: 'state-missing' });
    expect(await comeBack(world.vault, { state: 'oi_wrong', code: 'c' })).toEqual({ kind: 'refused', reason: 'state-unknown' });
    expect(await comeBack(world.vault, { state, code: 'c' }, { sessionBinding: otherSession })).toEqual({ kind: 'refused', reason: 'other-session' });
    expect(exchanges()).toBe(0);
    expect(await comeBack(world.vault, { state, code: 'c' })).toMatchObject({ kind: 'opted-in' });
  });

  it('CB02 refuses a state used twice, also at the same moment', async () => {
    const state = await begin(world.vault);
    const outcomes = await Promise.all(Array.from({ length: 5 }, () => comeBack(world.vault, { state, code: 'c' })));
    expect(outcomes.filter(({ kind }) => kind === 'opted-in')).toHaveLength(1);
    expect(outcomes.filter((outcome) => outcome.kind === 'refused' && outcome.reason === 'state-used')).toHaveLength(4);
    expect(exchanges()).toBe(1);
  });

  it('CB02 refuses a state older than ten minutes', async () => {
    const state = await begin(world.vault);
    world.clock.advance(10 * 60_000);
    expect(await comeBack(world.vault, { state, code: 'c' })).toEqual({ kind: 'refused', reason: 'state-expired' });
    expect(await comeBack(world.vault, { state, code: 'c' })).toEqual({ kind: 'refused', reason: 'state-used' });
    expect(exchanges()).toBe(0);
  });

  it('CB03 refuses an attacker\'s own code and state in a victim\'s session', async () => {
    const state = await begin(world.vault, 'idm', bob, otherSession);
    expect(await comeBack(world.vault, { state, code: 'attackers' })).toEqual({ kind: 'refused', reason: 'other-session' });
    expect((await grant()).state).not.toBe('authorized');
    expect(exchanges()).toBe(0);
  });

  it('CB05 refuses an answer on another application\'s or environment\'s callback, and a foreign iss', async () => {
    const state = await begin(world.vault);
    const refused = { kind: 'refused', reason: 'other-callback' };
    expect(await comeBack(world.vault, { state, code: 'c' }, { application: 'idh' })).toEqual(refused);
    expect(await comeBack(world.vault, { state, code: 'c' }, { environment: 'production' })).toEqual(refused);
    expect(await comeBack(world.vault, { state, code: 'c', iss: 'https://evil.test' })).toEqual(refused);
    expect(exchanges()).toBe(0);
    expect(await comeBack(world.vault, { state, code: 'c' })).toMatchObject({ kind: 'opted-in' });
  });

  it('CB06 takes access_denied with a good state as the end of that opt-in, and leaves the grant as it was', async () => {
    await optIn(world.vault);
    const before = await grant();
    const state = await begin(world.vault);
    const denied = await comeBack(world.vault, { state, error: 'access_denied', error_description: '<img src=x onerror=alert(1)>' });
    expect(denied).toEqual({ kind: 'denied', application: 'idm', company });
    expect(await grant()).toEqual(before);
    expect(await comeBack(world.vault, { state, code: 'c' })).toEqual({ kind: 'refused', reason: 'state-used' });
  });

  it('CB06 refuses an error with a bad state, code and error together, a code twice, and neither', async () => {
    const state = await begin(world.vault);
    expect(await comeBack(world.vault, { state: 'oi_bad', error: 'access_denied' })).toEqual({ kind: 'refused', reason: 'state-unknown' });
    const malformed = { kind: 'refused', reason: 'malformed' };
    expect(await comeBack(world.vault, { state, code: 'c', error: 'access_denied' })).toEqual(malformed);
    expect(await comeBack(world.vault, { state, code: ['c', 'c'] })).toEqual(malformed);
    expect(await comeBack(world.vault, { state: [state, state], code: 'c' })).toEqual(malformed);
    expect(await comeBack(world.vault, { state })).toEqual(malformed);
    expect(await comeBack(world.vault, { state, code: 'c'.repeat(5_000) })).toEqual(malformed);
    expect(exchanges()).toBe(0);
  });

  const answers: [string, string, Answer][] = [
    ['HTML', 'unreadable', (_, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Hello</h1>')],
    ['5 MB', 'unreadable', (_, response) => response.writeHead(200).end('x'.repeat(5_000_000))],
    ['a wrong token_type', 'unreadable', (_, response) => json(response, 200, { ...good(), token_type: 'mac' })],
    ['expires_in "abc"', 'unreadable', (_, response) => json(response, 200, { ...good(), expires_in: 'abc' })],
    ['expires_in "-1"', 'unreadable', (_, response) => json(response, 200, { ...good(), expires_in: '-1' })],
    ['no refresh_token', 'unreadable', (_, response) => json(response, 200, { ...good(), refresh_token: undefined })],
    ['a redirect', 'unreadable', (_, response) => response.writeHead(302, { location: '/security/v1/oauth/elsewhere' }).end()],
    ['500', 'unreachable', (_, response) => json(response, 500, {})],
    ['a cut connection', 'unreachable', (_, response) => response.destroy()],
    ['silence', 'unreachable', () => undefined],
    ['403', 'blocked-merchant', (_, response) => json(response, 403, envelope('10403', 'Blocked Merchant'))],
    ['429', 'throttled', (_, response) => json(response, 429, envelope('10429', 'Too Many Requests'))],
    ['a refused code', 'code-refused', (_, response) => json(response, 400, envelope('10400', 'Invalid authorization code'))],
    ['a refused client', 'client-refused', (_, response) => json(response, 401, envelope('10401', 'ClientId is Invalid'))],
    ['a missing header', 'client-refused', (_, response) => json(response, 400, envelope('10400', 'Invalid/Missing Authorization Header'))],
  ];

  const good = () => ({
    token_type: 'Bearer', access_token: 'a', refresh_token: 'r', expires_in: '10', status: 'approved', refresh_token_status: 'approved',
  });

  it.each(answers)('CB10 fails clearly and stores nothing when UPS answers the exchange with %s', async (_, reason, answer) => {
    await optIn(world.vault);
    const before = await grant();
    world.ups.arrivals.length = 0;
    world.ups.once(tokenPath, answer);
    const state = await begin(world.vault);
    expect(await comeBack(world.vault, { state, code: 'c' })).toEqual({ kind: 'failed', reason, company });
    expect(await grant()).toEqual(before);
    expect(world.ups.arrivals).toHaveLength(1);
    expect((await world.vault.history(company, { limit: 1 }))[0]).toMatchObject({ action: 'opt-in.failed', detail: { reason } });
  });

  it('tells the operator that UPS refuses the application when UPS says so, not when a browser does', async () => {
    const told = async () => {
      const types: string[] = [];
      await world.vault.deliverEvents(async ({ type }) => void types.push(type));
      return types.filter((type) => type === 'application.troubled').length;
    };
    world.clock.advance(2 * 3_600_000);
    await world.vault.maintain();
    await told();
    const forged = await comeBack(world.vault, { state: await begin(world.vault), error: 'unauthorized_client' });
    expect(forged).toEqual({ kind: 'failed', reason: 'client-refused', company });
    expect(exchanges()).toBe(0);
    expect(await told()).toBe(0);
    world.ups.once(tokenPath, (_, response) => json(response, 401, envelope('10401', 'ClientId is Invalid')));
    expect(await comeBack(world.vault, { state: await begin(world.vault), code: 'c' })).toEqual(forged);
    expect(await told()).toBe(1);
  });

  it('lets the consent win that came back last, though its exchange is faster', async () => {
    let release = () => {};
    world.ups.once(tokenPath, (arrival, response) => {
      release = () => world.ups.answer(arrival, response);
    });
    const slow = comeBack(world.vault, { state: await begin(world.vault, 'idm', ada), code: 'older' });
    await expect.poll(exchanges).toBe(1);
    expect(await comeBack(world.vault, { state: await begin(world.vault, 'idm', bob), code: 'newer' })).toMatchObject({ kind: 'opted-in' });
    const newest: GrantView = await grant();
    release();
    expect(await slow).toEqual({ kind: 'superseded', company });
    expect(await grant()).toEqual(newest);
    expect(newest.optedInBy).toEqual(bob);
    const { rows } = await world.vault.issuedTokens(company, 'idm', { page: 1, pageSize: 2 });
    expect(rows.map(({ state, optedInBy }) => [state, optedInBy.id])).toEqual([['never stored', ada.id], ['in use', bob.id]]);
  });

  it('replaces a living consent only after the new one succeeded', async () => {
    await optIn(world.vault, 'idm', ada);
    const first = await grant();
    expect(await optIn(world.vault, 'idm', bob)).toEqual({ kind: 'opted-in', company, replaced: true });
    const second = await grant();
    expect(second.generation).toBeGreaterThan(first.generation);
    const { rows } = await world.vault.issuedTokens(company, 'idm', { page: 1, pageSize: 2 });
    expect(rows.map(({ state }) => state)).toEqual(['in use', 'replaced']);
  });

  it('ends with Clear when it began before it, before its code is exchanged and after', async () => {
    await optIn(world.vault);
    const before = await begin(world.vault);
    const during = await begin(world.vault);
    let release = () => {};
    world.ups.once(tokenPath, (arrival, response) => {
      release = () => world.ups.answer(arrival, response);
    });
    world.ups.arrivals.length = 0;
    const exchanging = comeBack(world.vault, { state: during, code: 'c' });
    await expect.poll(exchanges).toBe(1);
    expect(await clearNow(world.vault)).toMatchObject({ kind: 'cleared' });
    release();
    expect(await exchanging).toEqual({ kind: 'superseded', company });
    expect(await comeBack(world.vault, { state: before, code: 'c' })).toEqual({ kind: 'superseded', company });
    expect(exchanges()).toBe(1);
    expect((await grant()).state).toBe('cleared');
  });
});
