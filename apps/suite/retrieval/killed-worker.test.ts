import { optIn, signIn, type SignIn } from '@wayleave/dev/constellation';
import { databaseKinds } from '@wayleave/dev/database';
import { startDeployment } from '@wayleave/dev/deployment';
import { Visitor } from '@wayleave/dev/visitor';
import { describe, expect, it, vi } from 'vitest';
import { postForm } from '../tests/walk.js';
import { expectWithin } from './tests/window.js';

const numbers = Array.from({ length: 300 }, (_, index) => `1Z8A3F47${String(index).padStart(10, '0')}`).join(' ');
const perMinute = { application: 150, grant: 100 };
const settings = {
  FOLLOW_INTERVAL_SECONDS: '1',
  UPS_FOLLOW_CALLS_PER_MINUTE: String(perMinute.application),
  UPS_FOLLOW_CALLS_PER_MINUTE_PER_COMPANY: String(perMinute.grant),
};
const longTest = 240_000;
const patience = { timeout: 120_000, interval: 250 };

describe.runIf(databaseKinds().includes('postgres'))('worker processes of which two are killed', () => {
  it('keep both budgets in every window as UPS sees it, and go on without them', { timeout: longTest }, async () => {
    await using deployment = await startDeployment({ webs: 1, workers: 3, settings });
    const { control, signIns, workers } = deployment;
    const calls = async () => (await control.ledger({ application: 'wayleave-demo-idm' }))
      .flatMap(({ at, path, grant, status }) => (path.includes('1Z8A3F47') ? [{ at: Date.parse(at), grant: grant ?? '', status }] : []));
    const follow = async (who: SignIn) => {
      const admin = new Visitor();
      await signIn(admin, deployment, who);
      await optIn(admin, deployment, 'idm', signIns.profile);
      await postForm(admin, deployment, '/idm/packages', '/idm/packages', { numbers });
    };
    await control.orderWeather({ endpoint: 'track', latency_ms: 150, times: 10_000 });
    await follow(signIns.admin);
    await follow(signIns.otherAdmin);
    await vi.waitFor(async () => expect((await calls()).some(({ status }, index) => index > 20 && status === null)).toBe(true), { ...patience, interval: 20 });
    await Promise.all(workers.slice(1).map((worker) => worker.stop('SIGKILL')));
    const killedAt = Date.now();
    await vi.waitFor(async () => {
      const since = (await calls()).filter(({ at }) => at > killedAt);
      const grants = [...new Set(since.map(({ grant }) => grant))];
      expect(grants.filter((one) => since.filter(({ grant }) => grant === one).length >= 10)).toHaveLength(2);
    }, patience);

    const all = (await calls()).sort((one, other) => one.at - other.at);
    const grants = [...new Set(all.map(({ grant }) => grant))];
    expect(grants).toHaveLength(2);
    expectWithin(all, perMinute.application, 16_000);
    for (const one of grants) expectWithin(all.filter(({ grant }) => grant === one), perMinute.grant, 16_000);
  });
});
