import { optIn, signIn, startTestConstellation, type TestConstellation } from '@wayleave/dev/constellation';
import { Visitor } from '@wayleave/dev/visitor';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findCredentials } from '../sign-in/member-store.js';
import { postForm } from '../tests/walk.js';

describe('the audit', () => {
  let constellation: TestConstellation;
  let admin: Visitor;
  beforeAll(async () => {
    constellation = await startTestConstellation();
    admin = new Visitor();
    await signIn(admin, constellation, constellation.signIns.admin);
  });
  afterAll(() => constellation.stop());

  const at = (path: string) => new URL(path, constellation.suiteUrl);

  it('of a company that did nothing yet says so, and is linked from the company manager', async () => {
    await admin.goTo(at('/company-manager?from=idm'));
    await admin.follow('Audit: everything that was done with these permissions');
    expect(admin.text).toContain('Nothing was done yet');
    expect(admin.page.body).not.toContain('audit.jsonl');
  });

  it('tells what was done in plain words, newest first, with times in the company’s zone', async () => {
    await optIn(admin, constellation, 'idm', constellation.signIns.profile);
    await postForm(admin, constellation, '/idm/packages', '/idm/check');
    const { suite, signIns } = constellation;
    const credentials = await findCredentials(suite.db, signIns.admin.name);
    await suite.vault.refresh(credentials!.companyId, 'idm');
    await admin.goTo(at('/company-manager/audit'));
    expect(admin.text).toMatch(/The token was renewed .*Nobody: by itself.* Opted in .* Went to UPS\.com to opt in/);
    expect(admin.page.body).toMatch(/<time datetime="[^"]+"><span>[^<]+<\/span> <span class="zone">E[SD]T</);
    expect(admin.text).toMatch(/of \d+ entries/);
  });

  it('shows one application alone, and takes any page number', async () => {
    await optIn(admin, constellation, 'idh', constellation.signIns.profile);
    for (const [query, there, gone] of [['application=idh', 'Intelligent Delivery History', 'The token was renewed'], ['application=x&page=999', 'The token was renewed', 'nothing'], ['page=a&from=zzz', 'Opted in', 'nothing']]) {
      const visit = await admin.goTo(at(`/company-manager/audit?${query}`));
      const table = /<tbody>.*<\/tbody>/s.exec(visit.body)?.[0] ?? '';
      expect(visit.status).toBe(200);
      expect(table).toContain(there);
      expect(table).not.toContain(gone);
    }
  });

  it('is downloaded as JSON Lines that chain to each other', async () => {
    const visit = await admin.request('GET', at('/company-manager/audit.jsonl'));
    expect(visit.headers.get('content-type')).toContain('application/x-ndjson');
    expect(visit.headers.get('content-disposition')).toBe('attachment; filename="audit.jsonl"');
    const entries = visit.body.trim().split('\n').map((line) => JSON.parse(line) as { seq: number; hash: string; previousHash: string });
    expect(entries.length).toBeGreaterThan(3);
    entries.forEach((entry, index) => {
      expect(entry.seq).toBe(index + 1);
      if (index > 0) expect(entry.previousHash).toBe(entries[index - 1]?.hash);
    });
  });

  it('CB12 is closed to users, and to whoever is not signed in', async () => {
    const user = new Visitor();
    await signIn(user, constellation, constellation.signIns.user);
    const nobody = new Visitor();
    for (const path of ['/company-manager/audit', '/company-manager/audit.jsonl']) {
      const visit = await user.request('GET', at(path));
      expect(visit.status).toBe(403);
      expect(visit.body).not.toContain('Opted in');
      expect((await nobody.request('GET', at(path))).status).toBe(303);
    }
  });
});
