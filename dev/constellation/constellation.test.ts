import { describe, expect, it } from 'vitest';
import { databaseKinds } from '../database/index.js';
import { Visitor } from '../visitor/index.js';
import { optIn, signIn, startTestConstellation } from './index.js';

describe.each(databaseKinds())('the constellation on %s', (kind) => {
  it('lets an admin sign in and opt in for both products, without script', async () => {
    await using constellation = await startTestConstellation({ kind });
    const { suiteUrl, signIns, control } = constellation;
    const admin = new Visitor();
    await signIn(admin, constellation, signIns.admin);
    expect(admin.page.url.pathname).toBe('/idm');
    await optIn(admin, constellation, 'idm', signIns.profile);
    expect(admin.page.url.href).toBe(new URL('/idm/token-manager', suiteUrl).href);
    expect(admin.text).toMatch(/token was generated/i);
    await optIn(admin, constellation, 'idh', signIns.profile);
    expect(admin.text).toMatch(/token was generated/i);
    const exchanges = (await control.ledger()).filter(({ path, status }) => path.endsWith('/token') && status === 200);
    expect(exchanges.map(({ client_id }) => client_id)).toEqual(['wayleave-demo-idm', 'wayleave-demo-idh']);
  });
});
