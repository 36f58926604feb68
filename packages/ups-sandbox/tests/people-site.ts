import { testDatabase, type DatabaseKind, type TestDatabase } from '@wayleave/dev/database';
import { MovableClock } from '@wayleave/platform/clock';
import { createServer } from '@wayleave/platform/http';
import { createLogger } from '@wayleave/platform/logging';
import { createMailer, type Mail } from '@wayleave/platform/mail';
import { packageRoot } from '@wayleave/platform/package-root';
import { createPasswordHasher } from '@wayleave/platform/password';
import { Secret } from '@wayleave/platform/secret';
import { createThrottle } from '@wayleave/platform/throttle';
import type { FastifyInstance } from 'fastify';
import { createServer as createTcpServer, type AddressInfo } from 'node:net';
import { createAuthorization, type Authorization } from '../authorization/authorization.js';
import { defaultSettings, type SettingValues } from '../config/settings.js';
import { registerPages } from '../pages.js';
import type { People } from '../people.js';
import { createProfile } from '../profile/create-profile.js';
import type { Profile } from '../profile/profile.js';
import type { SandboxContext } from '../sandbox-context.js';
import { renderProblemPage } from '../ui/problem-page.js';
import { Visitor, type Site } from './visitor.js';

/** The pages on a real port, with one application and one profile. */
export interface PeopleSite extends Site, AsyncDisposable {
  readonly app: FastifyInstance;
  readonly database: TestDatabase;
  readonly people: People;
  readonly authorization: Authorization;
  readonly clock: MovableClock;
  readonly settings: { -readonly [Name in keyof SettingValues]: SettingValues[Name] };
  readonly profile: Profile;
  /** The log so far, one JSON line an event. */
  readonly log: readonly string[];
  visitor(address?: string): Visitor;
  /** The path of the Log In page with UPS's parameters; a parameter given as null is left out. */
  signInPath(parameters?: Record<string, string | null>): string;
  /** The newest mail to an address, or the newest with this subject. */
  newestMail(to: string, subject?: string): Promise<Mail>;
  /** One more profile, with names of its own. */
  newProfile(): Promise<Profile & { readonly password: string }>;
}

export const clientId = 'wayleave-idm-client-0001';
export const redirectUri = 'http://localhost:4000/callback/stand-in/idm';
export const password = 'harbour pine granite 41';

/** Boots the pages. `publicUrl` defaults to the port they listen on; `beside` shares the other one's database and profile. */
export async function startPeopleSite(options: { kind?: DatabaseKind; publicUrl?: URL; beside?: PeopleSite } = {}): Promise<PeopleSite> {
  const root = packageRoot(import.meta.url);
  const database = options.beside?.database ?? await testDatabase(options.kind, [{ schema: 'upscom', directory: new URL('migrations/', root) }]);
  const port = await freePort();
  const publicUrl = options.publicUrl ?? new URL(`http://127.0.0.1:${port}`);
  const clock = new MovableClock();
  const log: string[] = [];
  let made = 0;
  const logger = createLogger({ name: 'upscom', level: 'info', destination: { write: (line: string) => void log.push(line) } });
  const settings = { ...defaultSettings };
  const authorization = createAuthorization({ database, clock, settings: { current: () => settings } });
  const context: SandboxContext = {
    database, clock, logger, authorization,
    settings: { current: () => settings },
    config: {
      host: '127.0.0.1', port, publicUrl, trustedProxies: [], mailFrom: 'noreply@upscom.invalid', logLevel: 'info', settings, world: { seed: 7, size: 100 },
      secrets: { smtpUrl: undefined, csrfKey: new Secret(Buffer.alloc(32, 1)), controlToken: new Secret('unused') },
    },
    passwords: createPasswordHasher(),
    throttle: createThrottle({ database, table: 'upscom.throttle', clock }),
    mailer: createMailer({ database, table: 'upscom.mail', clock, logger, from: 'noreply@upscom.invalid' }),
  };
  const app = await createServer({
    publicUrl, logger, cookieName: 'upscom', csrfKey: Buffer.alloc(32, 1), trustedProxies: [], ready: () => database.ping(),
    assets: [{ prefix: '/assets/', directory: new URL('assets/', root) }], renderProblem: renderProblemPage,
  });
  const { people } = registerPages(app, context);
  if (!options.beside) await authorization.registerApplication({ clientId, clientSecret: 'a-secret-of-the-tests', displayName: 'Intelligent Data Management', redirectUris: [redirectUri] });
  const profile = options.beside?.profile ?? await createProfile(people, {
    username: 'harborpine-shipping', email: 'shipping@harborpine.example', password, accounts: [{ number: 'A1B2C3', name: 'Harbor Pine' }, { number: '4D5E6F', name: 'Harbor Pine Returns' }],
  });
  await app.listen({ host: '127.0.0.1', port });
  return {
    app, database, people, authorization, clock, settings, profile, log, port, publicUrl,
    visitor: (address) => new Visitor({ port, publicUrl }, address),
    signInPath: (parameters = {}) => `/lasso/signin?${query(parameters)}`,
    async newestMail(to, subject) {
      const mail = (await people.mailer.list(200)).find((one) => one.recipient === to && (subject ?? one.subject) === one.subject);
      if (!mail) throw new Error(`no such mail to ${to}`);
      return mail;
    },
    async newProfile() {
      made += 1;
      const names = { username: `shipper-${made}`, email: `shipper${made}@harborpine.example`, password };
      return { ...await createProfile(people, { ...names, accounts: [] }), password };
    },
    async [Symbol.asyncDispose]() {
      await app.close();
      if (!options.beside) await database.close();
    },
  };
}

/** The first link in a mail's text. */
export function linkIn(mail: Mail): URL {
  const [link] = /https?:\/\/\S+/.exec(mail.body) ?? [];
  if (!link) throw new Error(`no link in "${mail.subject}"`);
  return new URL(link);
}

function query(parameters: Record<string, string | null>): string {
  const all = {
    client_id: clientId, redirect_uri: redirectUri, response_type: 'code', scope: 'read', state: 'st-1', type: 'ups_com_api',
    code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM', ...parameters,
  };
  return Object.entries(all).flatMap(([name, value]) => value === null ? [] : [`${name}=${encodeURIComponent(value)}`]).join('&');
}

async function freePort(): Promise<number> {
  const server = createTcpServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
