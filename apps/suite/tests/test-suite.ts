import { databaseKinds, testDatabase, type DatabaseKind, type TestDatabase } from '@wayleave/dev/database';
import { Visitor } from '@wayleave/dev/visitor';
import { MovableClock } from '@wayleave/platform/clock';
import { createLogger } from '@wayleave/platform/logging';
import { vaultMigrations } from '@wayleave/vault';
import type { FastifyInstance } from 'fastify';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { Writable } from 'node:stream';
import { addCompany, addMember, createWeb, openSuite, readSuiteConfig, setPassword, suiteMigrations, type AddedMember, type SuiteContext } from '../index.js';

export { databaseKinds };

/** Everybody's password in these tests. */
export const password = 'four unrelated words here';

/** The suite's pages on a fresh database, with two companies; nobody answers where UPS should be. */
export interface TestSuite extends AsyncDisposable {
  readonly url: URL;
  readonly web: FastifyInstance;
  readonly context: SuiteContext;
  readonly clock: MovableClock;
  readonly database: TestDatabase;
  readonly admin: AddedMember;
  readonly user: AddedMember;
  /** The admin of the second company. */
  readonly stranger: AddedMember;
  /** Every line logged. */
  readonly log: readonly string[];
  /** Somebody signed in by way of the page. */
  visitor(who: AddedMember, product?: 'idm' | 'idh'): Promise<Visitor>;
}

/** Settings with which the suite starts. */
export function testSettings(port: number): Record<string, string> {
  return {
    SUITE_PORT: String(port),
    SUITE_PUBLIC_URL: `http://localhost:${port}`,
    WAYLEAVE_MASTER_KEY: Buffer.alloc(32, 7).toString('base64'),
    UPS_BASE_URL: 'http://127.0.0.1:9',
    UPS_LOGIN_ORIGIN: 'http://127.0.0.1:9',
    UPS_ENVIRONMENT: 'stand-in',
    UPS_IDM_CLIENT_ID: 'idm-client',
    UPS_IDM_CLIENT_SECRET: 'idm-secret',
    UPS_IDH_CLIENT_ID: 'idh-client',
    UPS_IDH_CLIENT_SECRET: 'idh-secret',
  };
}

export async function startTestSuite(kind: DatabaseKind = 'pglite', settings: Record<string, string> = {}): Promise<TestSuite> {
  const port = await freePort();
  const config = readSuiteConfig({ ...testSettings(port), ...settings });
  const database = await testDatabase(kind, [vaultMigrations, suiteMigrations]);
  const clock = new MovableClock();
  const log: string[] = [];
  const destination = new Writable({ write: (chunk: Buffer, _, done) => (log.push(chunk.toString()), done()) });
  const context = await openSuite({ config, database, clock, logger: createLogger({ name: 'test', level: 'info', destination }) });
  const web = await createWeb(context);
  await web.listen({ port, host: '127.0.0.1' });
  const admin = await addCompany(context, { name: 'Harborpine Trading', adminMail: 'admin@harborpine.example' });
  const user = await addMember(context, admin.company, { mail: 'dock@harborpine.example', role: 'user', signInName: '' });
  const stranger = await addCompany(context, { name: 'Lowtide Hardware', adminMail: 'owner@lowtide.example' });
  for (const { link } of [admin, user, stranger]) await setPassword(context, { token: tokenOf(link), password, browser: 'a browser of the past' });
  const url = config.publicUrl;
  return {
    url, web, context, clock, database, admin, user, stranger, log,
    async visitor(who, product = 'idh') {
      const visitor = new Visitor();
      await visitor.goTo(new URL(`/${product}/sign-in`, url));
      await visitor.press('Sign In', { 'Sign In name': who.signInName, Password: password });
      return visitor;
    },
    async [Symbol.asyncDispose]() {
      await web.close();
      await context.vault.close();
      await database.close();
    },
  };
}

/** The token of a link as it stands in a mail. */
export function tokenOf(link: string): string {
  return new URL(link).searchParams.get('token') ?? '';
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('the system gave no port');
  return address.port;
}
