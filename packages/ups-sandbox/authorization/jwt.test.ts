import { databaseKinds, type DatabaseKind } from '@wayleave/dev/database';
import { sql } from 'kysely';
import { createPublicKey, verify } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { basic, idm, post, refresh, refusal, startMachineSite, tokens, track, type MachineSite } from '../tests/machine-site.js';
import { openSigningKey } from './signing-key.js';

function decoded(token: string): { header: Record<string, unknown>; claims: Record<string, unknown> } {
  const [header, claims] = token.split('.').slice(0, 2).map((part) => JSON.parse(Buffer.from(part, 'base64url').toString()) as Record<string, unknown>);
  return { header: header ?? {}, claims: claims ?? {} };
}

async function keysOf({ database }: MachineSite): Promise<unknown[]> {
  return (await sql`select key_id from upscom.signing_key`.execute(database.kysely())).rows;
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

describe.each(databaseKinds())('access tokens in UPS\'s form, on %s', (kind: DatabaseKind) => {
  let site: MachineSite;
  beforeAll(async () => {
    site = await startMachineSite({ kind, env: { UPSCOM_JWT_ACCESS_TOKENS: 'yes' } });
  });
  afterAll(() => site[Symbol.asyncDispose]());

  it('have their key before anybody exchanges a code', async () => {
    expect(await keysOf(site)).toHaveLength(1);
  });

  it('have the header, the claims and the signature that recordings show', async () => {
    const { access } = await tokens(site);
    const { header, claims } = decoded(access);
    expect(Object.keys(header)).toEqual(['kid', 'typ', 'alg']);
    expect(header).toMatchObject({ kid: expect.stringMatching(uuid), typ: 'JWT', alg: 'RS384' });
    expect(Object.keys(claims)).toEqual(['sub', 'clientid', 'iss', 'uuid', 'sid', 'aud', 'at', 'nbf', 'DisplayName', 'exp', 'iat', 'jti']);
    expect(claims).toMatchObject({
      sub: site.profile.email, clientid: idm.clientId, iss: 'https://apis.ups.com', uuid: site.profile.id, sid: header['kid'],
      aud: 'Intelligent Data Management', DisplayName: 'Intelligent Data Management', at: expect.stringMatching(/^[A-Za-z0-9]{28}$/), jti: expect.stringMatching(uuid),
    });
    expect(claims['nbf']).toBe(claims['iat']);
    expect(Number(claims['exp']) - Number(claims['iat'])).toBe(14_400);

    const [signed, signature] = [access.slice(0, access.lastIndexOf('.')), Buffer.from(access.slice(access.lastIndexOf('.') + 1), 'base64url')];
    const { id, privateKey } = await openSigningKey(site.database);
    expect([id, signature.length]).toEqual([header['kid'], 512]);
    expect(verify('RSA-SHA384', Buffer.from(signed), createPublicKey(privateKey), signature)).toBe(true);
  });

  it('work as opaque ones do, refresh to others of the same key, and are kept as hashes', async () => {
    const first = await tokens(site);
    expect((await track(site, first.access)).status).toBe(200);
    const second = String((await refresh(site, first.refresh)).json['access_token']);
    expect((await track(site, second)).status).toBe(200);
    expect(decoded(second).header['kid']).toBe(decoded(first.access).header['kid']);
    expect(decoded(second).claims['jti']).not.toBe(decoded(first.access).claims['jti']);
    const { rows } = await sql<{ line: string }>`select token::text as line from upscom.access_token token`.execute(site.database.kysely());
    expect(rows.map(({ line }) => line).join()).not.toContain(first.access.slice(0, 40));
  });

  it('open nothing by their signature: one that was changed, or signed with the same key elsewhere, is unknown', async () => {
    const { access } = await tokens(site);
    const [header, claims, signature] = access.split('.');
    const other = Buffer.from(Buffer.from(claims ?? '', 'base64url').toString().replace('"jti":"', '"jti":"0')).toString('base64url');
    expect(refusal(await track(site, [header, other, signature].join('.')))).toBe('401 250002 Invalid Authentication Information.');
    await site.changePassword();
    expect(refusal(await track(site, access))).toBe('401 250002 Invalid Authentication Information.');
  });

  it('name the application\'s owner where a setting says so, and always for an application\'s own', async () => {
    site = { ...site, profile: { ...site.profile, epoch: site.profile.epoch + 1 } };
    await site.control.changeSettings({ jwt_names_profile: false });
    const [first, second] = [decoded((await tokens(site)).access).claims, decoded((await tokens(site)).access).claims];
    expect([first['sub'], first['uuid']]).toEqual([second['sub'], second['uuid']]);
    expect(first['uuid']).toMatch(uuid);
    expect(first['uuid']).not.toBe(site.profile.id);
    await site.control.changeSettings({ jwt_names_profile: true });
    const own = await post(site, '/security/v1/oauth/token', { grant_type: 'client_credentials' }, basic(idm));
    expect(decoded(String(own.json['access_token'])).claims['uuid']).toBe(first['uuid']);
    await site.control.changeSettings({ jwt_access_tokens: false });
    expect((await tokens(site)).access).toMatch(/^at-/);
  });
});

it('a stand-in that is told to use them while it runs has their key when it says so', async () => {
  await using site = await startMachineSite();
  expect(await keysOf(site)).toEqual([]);
  await site.control.changeSettings({ jwt_access_tokens: true });
  expect(await keysOf(site)).toHaveLength(1);
});
