import { Visitor } from '@wayleave/dev/visitor';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestSuite, tokenOf, type TestSuite } from './tests/test-suite.js';

describe('the suite on the web', () => {
  let suite: TestSuite;
  let admin: Visitor;
  beforeAll(async () => {
    suite = await startTestSuite();
    admin = await suite.visitor(suite.admin);
  });
  afterAll(() => suite[Symbol.asyncDispose]());

  const at = (path: string) => new URL(path, suite.url);
  const publicPages = ['/', '/idm/sign-in', '/idh/sign-in', '/forgot-password', '/link-mailed', '/password-set', '/set-password?token=x', '/mailbox', '/nowhere'];
  const memberPages = [
    '/idm', '/idm/token-manager', '/idm/clear', '/idm/packages', '/idm/help', '/idh/opt-in', '/idh/history', '/idh/packages', '/idh/clear', '/idh/help',
    '/company-manager', '/company-manager/members/add', '/idm/nowhere',
  ];

  it.each([...publicPages, ...memberPages])('HD01 HD02 HD03 %s has no inline script or style, cannot be framed, and sends no referrer', async (path) => {
    const { headers, body, status } = await admin.request('GET', at(path));
    const policy = headers.get('content-security-policy') ?? '';
    for (const part of [`default-src 'none'`, `script-src 'self'`, `object-src 'none'`, `base-uri 'none'`, `frame-ancestors 'none'`]) expect(policy).toContain(part);
    expect(policy).not.toContain('unsafe');
    expect(headers.get('x-frame-options')).toBe('DENY');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(body).not.toMatch(/<script(?![^>]* src=)|<style| style="| on[a-z]+="/);
    if (status < 300 || status >= 400) expect(body).toMatch(/<h1>/);
  });

  it('SS05 every address that takes a form takes only one of our own, with its token, from our own pages', async () => {
    const paths = formPaths(suite.web);
    expect(paths).toEqual(expect.arrayContaining(['/sign-out', '/set-password', '/idm/clear', '/idh/pending/confirm', '/company-manager/members/:id/remove', '/company-manager/webhooks/deliveries/:id/send-again']));
    const csrf = /name="csrf" value="([^"]+)"/.exec((await admin.goTo(at('/idm/help'))).body)?.[1] ?? '';
    for (const path of paths) {
      const post = async (fields: Record<string, string>, headers: Record<string, string> = {}) =>
        (await admin.request('POST', at(path.replaceAll(/:\w+/g, '1')), new URLSearchParams(fields), headers)).status;
      expect(await post({}), path).toBe(403);
      expect(await post({ csrf: 'x' }), path).toBe(403);
      expect(await post({ csrf }, { origin: 'https://evil.example' }), path).toBe(403);
      expect(await post({ csrf }, { 'sec-fetch-site': 'cross-site' }), path).toBe(403);
      expect([403, 415], path).toContain(await post({ csrf }, { 'content-type': 'text/plain' }));
    }
    expect(await suite.context.sessions.find(admin.cookies(suite.url).get('wayleave') ?? '')).not.toBeNull();
  });

  it.each(['/sign-out', '/idm/authorize', '/idm/check', '/idh/check', '/company-manager/members'])('SS05 %s does nothing by GET', async (path) => {
    expect([403, 404, 405]).toContain((await admin.request('GET', at(path))).status);
    expect(await suite.context.sessions.find(admin.cookies(suite.url).get('wayleave') ?? '')).not.toBeNull();
  });

  it.each(memberPages)('CB08 %s sends a stranger to sign in and back', async (path) => {
    const { status, headers } = await new Visitor().request('GET', at(path));
    if (path === '/idm/nowhere') return expect(status).toBe(404);
    expect(status).toBe(303);
    const product = path.startsWith('/idm') ? 'idm' : 'idh';
    expect(headers.get('location')).toBe(`/${product}/sign-in?return_to=${encodeURIComponent(path)}`);
  });

  it('HD03 keeps one-time tokens out of the log', async () => {
    const token = tokenOf(suite.admin.link);
    await admin.request('GET', at(`/set-password?token=${token}`));
    expect(admin.page.status).toBe(410);
    expect(suite.log.join('')).not.toContain(token);
  });

  it.each([['//', 404], ['//evil.example:x/', 404], ['//%zz', 400], ['/%zz', 400], ['/idm/', 404], ['/idm/%zz?from=idm', 400]])('answers %s, which is no address, with a page', async (path, status) => {
    for (const visitor of [new Visitor(), admin]) {
      const answer = await visitor.request('GET', new URL(suite.url.origin + path));
      expect(answer.status).toBe(status);
      expect(answer.body).toMatch(/<h1>/);
    }
  });

  it('refuses a NUL character, which no table can hold, and says so', async () => {
    const visitor = new Visitor();
    await visitor.goTo(at('/idm/sign-in'));
    await visitor.press('Sign In', { 'Sign In name': 'nul\0', Password: 'x' });
    expect(visitor.page.status).toBe(400);
    expect(visitor.text).toContain('holds a NUL character');
  });

  it('shows a page of its own look for what is not there, too large, and broken here, with what to do next', async () => {
    await admin.request('GET', at('/idm/nowhere'));
    expect(admin.text).toMatch(/Not found There is no page at this address\. .* What to do .* Reference for support/);
    await admin.request('POST', at('/company-manager/members'), new URLSearchParams({ mail: 'x'.repeat(1_100_000) }));
    expect(admin.page.status).toBe(413);
    expect(admin.text).toContain('Too much at once');
    await sql`alter table suite.member rename to member_away`.execute(suite.context.db);
    await admin.request('GET', at('/idm/help'));
    expect(admin.page.status).toBe(500);
    expect(admin.text).toContain('Something went wrong here');
    expect(admin.page.body).not.toMatch(/member_away|relation|select/);
    await sql`alter table suite.member_away rename to member`.execute(suite.context.db);
  });
});

/** Every address of a server that takes POST, read from the tree that it prints of its routes. */
function formPaths(web: TestSuite['web']): string[] {
  const branch: string[] = [];
  const lines = web.printRoutes({ commonPrefix: false }).trimEnd().split('\n');
  return lines.flatMap((line) => {
    const [, indent = '', part = '', methods = ''] = /^([│ ]*)[├└]── (\S+)(?: \((.*)\))?/.exec(line) ?? [];
    branch.length = indent.length / 4;
    branch.push(part);
    return methods.split(', ').includes('POST') ? [branch.join('')] : [];
  });
}
