import { signIn, startTestConstellation, type TestConstellation } from '@wayleave/dev/constellation';
import { readForms, Visitor } from '@wayleave/dev/visitor';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findCredentials } from '../sign-in/member-store.js';
import { answerOfUps, beginOptIn, freshCallback } from '../tests/walk.js';

describe('a code that does not belong to the opt-in it comes back to', () => {
  let constellation: TestConstellation;
  beforeAll(async () => {
    constellation = await startTestConstellation();
  });
  afterAll(() => constellation.stop());

  const signedIn = async (who: 'admin' | 'otherAdmin'): Promise<Visitor> => {
    const visitor = new Visitor();
    await signIn(visitor, constellation, constellation.signIns[who]);
    return visitor;
  };
  const stored = async (who: 'admin' | 'otherAdmin') => {
    const { suite, signIns } = constellation;
    const member = await findCredentials(suite.db, signIns[who].name);
    if (!member) throw new Error('the member is gone');
    const { state } = await suite.vault.grant(member.companyId, 'idm');
    const { total } = await suite.vault.issuedTokens(member.companyId, 'idm', { page: 1, pageSize: 10 });
    return { state, total };
  };
  const exchanges = async () => (await constellation.control.ledger()).filter(({ path }) => path.endsWith('/token')).map(({ status }) => status);

  it('PK07 is refused by UPS when somebody stripped the challenge on the way there: the verifier that we send all the same fits nothing', async () => {
    const { suiteUrl } = constellation;
    const admin = await signedIn('admin');
    await admin.goTo(new URL('/idm/token-manager', suiteUrl));
    const form = readForms(admin.page.body).find(({ buttons }) => buttons.has('Authorize'));
    const answer = await admin.request('POST', new URL('/idm/authorize', suiteUrl), form?.fields);
    const address = new URL(answer.headers.get('location') ?? '');
    expect(address.searchParams.get('code_challenge')).toMatch(/^[\w-]{43}$/);
    for (const name of [...address.searchParams.keys()].filter((name) => name.startsWith('code_challenge'))) address.searchParams.delete(name);
    await admin.goTo(address);
    const before = await exchanges();
    await admin.goTo(await answerOfUps(admin, constellation));
    expect(admin.page.url.pathname).toBe('/idm/not-completed');
    expect(admin.text).toContain('Nothing was changed.');
    expect(await exchanges()).toEqual([...before, 401]);
    expect(await stored('admin')).toEqual({ state: 'none', total: 0 });
  });

  it('CB04 is refused by UPS when an attacker pastes the code of somebody else into an opt-in of their own', async () => {
    const victim = await signedIn('admin');
    const attacker = await signedIn('otherAdmin');
    const stolen = (await freshCallback(victim, constellation, 'idm')).searchParams.get('code') ?? '';
    const state = await beginOptIn(attacker, constellation, 'idm');
    const pasted = new URL('/callback/stand-in/idm', constellation.suiteUrl);
    pasted.search = new URLSearchParams({ code: stolen, state }).toString();
    const before = await exchanges();
    await attacker.goTo(pasted);
    expect(attacker.text).toContain('UPS.com refused the last step');
    expect(await exchanges()).toEqual([...before, 400]);
    expect(await stored('otherAdmin')).toEqual({ state: 'none', total: 0 });
    expect(await stored('admin')).toEqual({ state: 'none', total: 0 });
  });
});
