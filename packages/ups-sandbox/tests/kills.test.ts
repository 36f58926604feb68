import { databaseKinds, testDatabase, type TestDatabase } from '@wayleave/dev/database';
import { WayleaveProcess } from '@wayleave/dev/process';
import { sha256 } from '@wayleave/platform/secret';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { sandboxMigrations } from '../index.js';
import type { Profile } from '../profile/profile.js';
import { holdLock, waitForBlocked } from './held-lock.js';
import { controlToken, exchange, freePort, idh, idm, issueCode, pair, refresh, startMachineSite, tokens, track, type Answer, type Client, type MachineSite } from './machine-site.js';
import { logInDirectly } from './opt-in.js';
import { Visitor } from './visitor.js';

/** Valid calls are one statement; those of `idh` meet weather, so that theirs are transactions of several. */
const clients = [idm, idh] as const;
const password = 'lantern heron marsh 7';

/**
 * A process is killed while, in it, a code of each client is being exchanged, a refresh token of each is being rotated and a
 * password is being changed, each with part of its writing done. Another takes over on the same database.
 */
describe.runIf(databaseKinds().includes('postgres'))('a stand-in that is killed at its work', () => {
  let database: TestDatabase;
  let site: MachineSite;
  let owner: Profile;
  let ownersTokens: { access: string; refresh: string };
  let session: string;
  const codes = new Map<Client, string>();
  const given = new Map<Client, { access: string; refresh: string }>();

  beforeAll(async () => {
    database = await testDatabase('postgres', [sandboxMigrations]);
    const before = await startMachineSite({ database });
    owner = await before.control.createProfile({ username: 'lowtide', email: 'shipping@lowtide.example', password, accounts: [] });
    await before.control.orderWeather({ endpoint: 'all', application: idh.clientId, latency_ms: 1, lasts_ms: 600_000 });
    ownersTokens = await tokens({ ...before, profile: owner });
    const port = await freePort();
    const doomed = new WayleaveProcess(['sandbox'], { DATABASE_URL: database.url ?? '', UPSCOM_PORT: String(port), UPSCOM_CONTROL_TOKEN: controlToken });
    await doomed.prints('Ctrl+C');
    const place = { url: `http://127.0.0.1:${port}` };
    for (const client of clients) {
      given.set(client, pair(await exchange(place, await issueCode(before, client), client)));
      codes.set(client, await issueCode(before, client));
    }
    const visitor = new Visitor({ port, publicUrl: new URL(place.url) });
    await logInDirectly(visitor, owner.username, password);
    session = visitor.cookies.get('upscom') ?? '';
    const page = await visitor.get('/profile');

    // A token is spent, or a code consumed, when it waits here to write what comes of it; the password and the sessions are
    // written when the change waits to forget the browsers.
    await using held = await holdLock(database, sql`lock table upscom.access_token, upscom.known_browser in share mode`);
    const calls: (() => Promise<unknown>)[] = [
      ...clients.flatMap((client) => [() => exchange(place, codes.get(client)!, client), () => refresh(place, given.get(client)!.refresh, client)]),
      () => visitor.submit(page, '/profile/password', { current: password, password: `${password} changed` }),
    ];
    const underWay: Promise<unknown>[] = [];
    for (const call of calls) {
      underWay.push(call());
      await waitForBlocked(database, underWay.length);
    }
    const outcomes = Promise.allSettled(underWay);
    await doomed.stop('SIGKILL');
    expect((await outcomes).map(({ status }) => status)).toEqual(calls.map(() => 'rejected'));
    await held.release();
    await before[Symbol.asyncDispose]();
    await vi.waitFor(async () => expect((await sql`
      select from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() and state <> 'idle'
    `.execute(database.kysely())).rows).toEqual([]), { timeout: 30_000, interval: 10 });
    site = await startMachineSite({ database, profile: before.profile });
  });
  afterAll(async () => {
    await site[Symbol.asyncDispose]();
    await database.close();
  });

  /** What came of a call of which nobody heard the answer: whether it can be made again, and the families or tokens that it made. */
  async function left(statement: ReturnType<typeof sql<{ again: boolean; made: number }>>): Promise<{ again: boolean; made: number }> {
    return (await statement.execute(database.kysely())).rows[0]!;
  }

  const together = (send: () => Promise<Answer>) => Promise.all(Array.from({ length: 10 }, send));
  const statuses = (answers: readonly Answer[]) => answers.map(({ status }) => status).sort();

  it.each(clients)('CD09 ST03 leaves the code of $clientId either unspent without tokens, or spent for one set that its replay ends', async (client) => {
    const code = codes.get(client)!;
    const { again, made } = await left(sql`
      select consumed_at is null as again, (select count(*)::int4 from upscom.access_token token where token.family_id = code.family_id) as made
      from upscom.authorization_code code where code_hash = ${sha256(code)}
    `);
    expect(made).toBe(again ? 0 : 1);
    const answers = await together(() => exchange(site, code, client));
    expect(statuses(answers)).toEqual(again ? [200, ...Array<number>(9).fill(400)] : Array(10).fill(400));
    const { rows } = await sql`
      select from upscom.authorization_code code join upscom.token_family family on family.id = code.family_id where code_hash = ${sha256(code)} and revoked_at is null
    `.execute(database.kysely());
    expect(rows).toEqual([]);
  });

  it.each(clients)('ST03 leaves the refresh token of $clientId either unspent without a successor, or spent for one that its reuse ends', async (client) => {
    const token = given.get(client)!;
    const { again, made } = await left(sql`
      select spent_at is null as again, (select count(*)::int4 - 1 from upscom.refresh_token one where one.family_id = token.family_id) as made
      from upscom.refresh_token token where token_hash = ${sha256(token.refresh)}
    `);
    expect(made).toBe(again ? 0 : 1);
    expect((await track(site, token.access)).status).toBe(200);
    const answers = await together(() => refresh(site, token.refresh, client));
    expect(statuses(answers)).toEqual(again ? [200, ...Array<number>(9).fill(400)] : Array(10).fill(400));
    expect((await track(site, token.access)).status).toBe(401);
    for (const won of answers.filter(({ status }) => status === 200)) expect((await refresh(site, pair(won).refresh, client)).status).toBe(400);
  });

  it('ST03 leaves a password that was being changed as it was, with its sessions and tokens; changed for good it ends them', async () => {
    const visitor = new Visitor({ port: Number(new URL(site.url).port), publicUrl: new URL(site.url) });
    const outcome = async () => {
      visitor.cookies.clear();
      const old = await logInDirectly(visitor, owner.username, password);
      const wanted = await logInDirectly(visitor, owner.username, `${password} changed`);
      visitor.cookies.set('upscom', session);
      return [old.status, wanted.status, (await visitor.get('/profile')).status, (await track(site, ownersTokens.access)).status];
    };
    expect(await outcome()).toEqual([303, 422, 200, 200]);
    await visitor.submit(await visitor.get('/profile'), '/profile/password', { current: password, password: `${password} changed` });
    expect(await outcome()).toEqual([422, 303, 401, 401]);
    expect((await refresh(site, ownersTokens.refresh)).status).toBe(400);
  });
});
