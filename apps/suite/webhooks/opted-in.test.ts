import { optIn, signIn, startTestConstellation } from '@wayleave/dev/constellation';
import { databaseKinds } from '@wayleave/dev/database';
import { Visitor } from '@wayleave/dev/visitor';
import { describe, expect, it } from 'vitest';
import { changeUpsPassword } from '../tests/walk.js';
import { startReceiver, verify } from './tests/receiver.js';

describe.each(databaseKinds())('a company with a webhook, on %s', (kind) => {
  it('is told by signed messages of its opt-in, Clear, second opt-in and void, in this order, without any secret', async () => {
    await using constellation = await startTestConstellation({ kind });
    await using receiver = await startReceiver();
    const { suiteUrl, signIns, worker, clock, control } = constellation;
    const admin = new Visitor();
    await signIn(admin, constellation, signIns.admin);
    await admin.goTo(new URL('/company-manager/webhooks/add?from=idm', suiteUrl));
    await admin.press('Add the endpoint', { Address: receiver.url });
    const secret = /value="(whsec_[^"]+)"/.exec(admin.page.body)?.[1] ?? '';

    await optIn(admin, constellation, 'idm', signIns.profile);
    await worker.tick();
    await admin.goTo(new URL('/idm/clear', suiteUrl));
    await admin.press('Clear');
    await optIn(admin, constellation, 'idm', signIns.profile);
    await worker.tick();
    for (const message of receiver.received) verify(secret, message);
    await changeUpsPassword(constellation, { to: 'five quite unrelated words here' });
    await expect.poll(async () => {
      clock.advance(16 * 60_000);
      await control.advanceClock(16 * 60_000);
      await worker.tick();
      return receiver.received.at(-1)?.type;
    }, { timeout: 30_000 }).toBe('grant.voided');

    const told = receiver.received.filter(({ type }) => type !== 'grant.refreshed');
    expect(told.map(({ type }) => type)).toEqual(['grant.opted_in', 'grant.clearing', 'grant.cleared', 'grant.opted_in', 'grant.voided']);
    expect(told[0]?.data).toMatchObject({ application: 'idm', member: signIns.admin.mail, replaced: false });
    expect(told[2]?.data).toMatchObject({ callsCutOff: 0, lastCallEndedAt: null });
    expect(told[4]?.data).toMatchObject({ reason: 'password-or-withdrawal' });
    const generations = told.map(({ data }) => Number(data['generation']));
    expect(generations).toEqual([...generations].sort((a, b) => a - b));
    expect(constellation.log.join('\n')).not.toContain(secret.slice('whsec_'.length));
  });
});
