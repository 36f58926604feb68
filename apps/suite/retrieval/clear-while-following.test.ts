import { optIn, signIn, startTestConstellation } from '@wayleave/dev/constellation';
import { databaseKinds } from '@wayleave/dev/database';
import { readForms, Visitor } from '@wayleave/dev/visitor';
import { describe, expect, it, vi } from 'vitest';
import { postForm } from '../tests/walk.js';

const numbers = Array.from({ length: 40 }, (_, index) => `1Z8A3F47${String(index).padStart(10, '0')}`).join('\n');
const patience = { timeout: 40_000, interval: 50 };

describe.each(databaseKinds())('Clear while packages are being asked for, on %s', (kind) => {
  it('lets no call with its grant reach UPS after it answered, stores nothing more, and lets the other application go on', async () => {
    await using constellation = await startTestConstellation({ kind, worker: true, settings: { FOLLOW_INTERVAL_SECONDS: '1' } });
    const { control, suiteUrl, signIns } = constellation;
    const calls = async (application: 'idm' | 'idh') => (await control.ledger({ application: `wayleave-demo-${application}` })).filter(({ path }) => path.includes('/track/'));
    const admin = new Visitor();
    const listOf = async () => {
      await admin.goTo(new URL('/idm/packages', suiteUrl));
      return admin.text.replace(/Last updated at.*?EST ?\./, '');
    };
    await signIn(admin, constellation, signIns.admin);
    for (const product of ['idm', 'idh'] as const) {
      await optIn(admin, constellation, product, signIns.profile);
      await postForm(admin, constellation, `/${product}/packages`, `/${product}/packages`, { numbers });
    }
    await vi.waitFor(async () => expect((await calls('idm')).length).toBeGreaterThan(10), patience);
    await control.orderWeather({ endpoint: 'track', latency_ms: 1_500, times: 1_000 });
    await vi.waitFor(async () => expect((await calls('idm')).some(({ status }) => status === null)).toBe(true), patience);

    await admin.goTo(new URL('/idm/clear', suiteUrl));
    const form = readForms(admin.page.body).find(({ buttons }) => buttons.has('Clear'));
    await admin.request('POST', new URL('/idm/clear', suiteUrl), form?.fields);
    const answeredAt = new Date();
    await admin.goTo(new URL('/idm/token-manager', suiteUrl));
    expect(admin.text).toMatch(/[1-4] calls? (was|were) cut off; the last one ended at/);
    const list = await listOf();
    expect(list).toContain('Paused: UPS is not asked.');

    await control.clearWeather();
    const before = (await calls('idh')).length;
    await vi.waitFor(async () => expect((await calls('idh')).length).toBeGreaterThan(before + 40), patience);
    expect((await calls('idm')).filter(({ at }) => new Date(at) > answeredAt)).toEqual([]);
    expect(await listOf()).toBe(list);
  });
});
