import { testDatabase, type DatabaseKind, type TestDatabase } from '@wayleave/dev/database';
import type { Database } from '@wayleave/platform/database';
import { createLogger } from '@wayleave/platform/logging';
import { createMailer } from '@wayleave/platform/mail';
import { createPasswordHasher } from '@wayleave/platform/password';
import { createThrottle } from '@wayleave/platform/throttle';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { s256 } from '../authorization/code.js';
import { createAuthorization, type Authorization } from '../authorization/authorization.js';
import type { ControlFunctions } from '../control/control.js';
import { createSandbox, readSandboxConfig, sandboxMigrations } from '../index.js';
import { createPeople } from '../people.js';
import { replacePassword } from '../profile/change-password.js';
import type { Profile } from '../profile/profile.js';

export const idm = { clientId: 'idm-client-0001', clientSecret: 'idm-secret-0001-of-the-tests', redirectUri: 'http://localhost:4000/callback/stand-in/idm' };
export const idh = { clientId: 'idh-client-0002', clientSecret: 'idh-secret-0002-of-the-tests', redirectUri: 'http://localhost:4000/callback/stand-in/idh' };
export const controlToken = 'control-token-of-the-tests-0123456789';
export const verifier = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk';
export const challenge = s256(verifier);
const password = 'harbour pine granite 41';

export type Client = typeof idm;

/** An answer of the stand-in; a JSON body is parsed. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly json: Record<string, unknown>;
}

/** A whole stand-in on a real port, with two applications and one profile. */
export interface MachineSite extends AsyncDisposable {
  readonly url: string;
  readonly database: Database;
  readonly control: ControlFunctions;
  readonly authorization: Authorization;
  readonly profile: Profile;
  /** The stand-in's log so far, one JSON line an event. */
  readonly log: readonly string[];
  /** Raises the profile's epoch through a change of its password, as the pages do. */
  changePassword(): Promise<void>;
}

/** Boots a stand-in on a database of its own, or beside another instance (with its profile) on the same one. */
export async function startMachineSite(options: { kind?: DatabaseKind; database?: Database; profile?: Profile; accounts?: readonly string[]; env?: Record<string, string> } = {}): Promise<MachineSite> {
  const own: TestDatabase | null = options.database ? null : await testDatabase(options.kind, [sandboxMigrations]);
  const database = options.database ?? own;
  if (!database) throw new Error('there is no database');
  const log: string[] = [];
  const logger = createLogger({ name: 'upscom', level: 'info', destination: { write: (line: string) => void log.push(line) } });
  const port = await freePort();
  const config = readSandboxConfig({ UPSCOM_CONTROL_TOKEN: controlToken, UPSCOM_PORT: String(port), ...options.env });
  const sandbox = await createSandbox({ database, config, logger });
  const { control } = sandbox;
  const clock = { now: () => control.now() };
  const settings = { current: () => control.settings() };
  const authorization = createAuthorization({ database, clock, settings });
  const people = createPeople({
    database, clock, logger, config, settings, authorization, passwords: createPasswordHasher(),
    throttle: createThrottle({ database, table: 'upscom.throttle', clock }),
    mailer: createMailer({ database, table: 'upscom.mail', clock, logger, from: config.mailFrom }),
  });
  for (const client of [idm, idh]) await control.registerApplication({ ...client, displayName: client === idm ? 'Intelligent Data Management' : 'Intelligent Delivery History', redirectUris: [client.redirectUri] });
  const profile = options.profile ?? await control.createProfile({ username: 'harborpine', email: 'shipping@harborpine.example', password, accounts: (options.accounts ?? []).map((number) => ({ number, name: number })) });
  const url = await sandbox.app.listen({ host: config.host, port });
  let { epoch } = profile;
  return {
    url, database, control, authorization, profile, log,
    async changePassword() {
      const hash = await people.passwords.hash(`${password} ${epoch}`);
      const current = { ...profile, epoch };
      epoch = await people.db.transaction().execute((trx) => replacePassword(people, trx, current, hash));
    },
    async [Symbol.asyncDispose]() {
      // Connections that clients opened ahead of a request count as busy; node would wait for them.
      const closed = sandbox.close();
      sandbox.app.server.closeAllConnections();
      await closed;
      await own?.close();
    },
  };
}

/** A port that nobody uses. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('the system gave no port');
  return address.port;
}

/** A code as the Password page issues it. */
export function issueCode(site: MachineSite, client: Client = idm, changes: { codeChallenge?: string | undefined; epoch?: number; scope?: string } = { codeChallenge: challenge }): Promise<string> {
  return site.authorization.issueCode(site.database.kysely(), {
    clientId: client.clientId, profileId: site.profile.id, epoch: changes.epoch ?? site.profile.epoch,
    redirectUri: client.redirectUri, codeChallenge: changes.codeChallenge, scope: changes.scope,
  });
}

export function basic({ clientId, clientSecret }: { clientId: string; clientSecret: string }): Record<string, string> {
  return { authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}` };
}

/** Sends a form to a path of the stand-in. */
export async function post(site: { url: string }, path: string, form: Record<string, string> | string, headers: Record<string, string> = {}): Promise<Answer> {
  const body = typeof form === 'string' ? form : new URLSearchParams(form).toString();
  return answer(await fetch(site.url + path, { method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers }, body }));
}

export async function get(site: { url: string }, path: string, headers: Record<string, string> = {}): Promise<Answer> {
  return answer(await fetch(site.url + path, { headers, redirect: 'manual' }));
}

export async function answer(response: Response): Promise<Answer> {
  const text = await response.text();
  const isJson = /^application\/json(;|$)/.test(response.headers.get('content-type') ?? '');
  return { status: response.status, headers: response.headers, text, json: isJson ? JSON.parse(text) as Record<string, unknown> : {} };
}

/** The exchange in UPS's PKCE form: no Authorization header. */
export function exchange(site: { url: string }, code: string, client: Client = idm, changes: Record<string, string> = {}): Promise<Answer> {
  return post(site, '/security/v1/oauth/token', {
    grant_type: 'authorization_code', code, redirect_uri: client.redirectUri, client_id: client.clientId, code_verifier: verifier, ...changes,
  });
}

/** The exchange with Basic, for a code issued without a challenge. */
export function exchangeBasic(site: { url: string }, code: string, client: Client = idm, changes: Record<string, string> = {}): Promise<Answer> {
  return post(site, '/security/v1/oauth/token', { grant_type: 'authorization_code', code, redirect_uri: client.redirectUri, ...changes }, basic(client));
}

export function refresh(site: { url: string }, refreshToken: string, client: Client = idm): Promise<Answer> {
  return post(site, '/security/v1/oauth/refresh', { grant_type: 'refresh_token', refresh_token: refreshToken }, basic(client));
}

export function track(site: { url: string }, accessToken: string, number = '1Z1442YY7229014688'): Promise<Answer> {
  return get(site, `/api/track/v1/details/${number}`, { authorization: `Bearer ${accessToken}`, transid: crypto.randomUUID(), transactionsrc: 'test' });
}

/** Numbers of the world as control lists them. */
export async function trackingNumbers(site: { url: string }, limit: number): Promise<string[]> {
  const { json } = await get(site, `/control/parcels?limit=${limit}`, { authorization: `Bearer ${controlToken}` });
  return json['tracking_numbers'] as string[];
}

/** A pair of tokens that an opt-in just led to. */
export async function tokens(site: MachineSite, client: Client = idm): Promise<{ access: string; refresh: string }> {
  return pair(await exchange(site, await issueCode(site, client), client));
}

export function pair(given: Answer): { access: string; refresh: string } {
  if (given.status !== 200) throw new Error(`no tokens: ${given.status} ${given.text}`);
  return { access: String(given.json['access_token']), refresh: String(given.json['refresh_token']) };
}

/** UPS's error code and message, as `10400 Invalid Redirect URL`. */
export function refusal({ status, json }: Answer): string {
  const { errors } = (json['response'] ?? {}) as { errors?: { code: string; message: string }[] };
  const [error] = errors ?? [];
  return `${status} ${error?.code} ${error?.message}`;
}
