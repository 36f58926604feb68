import { companyId, memberId, type GrantView } from '@wayleave/vault';
import { describe, expect, it } from 'vitest';
import { clearedNotice, generatedNotice, voidingAtUps } from './opt-in-notices.js';

const at = new Date('2026-11-02T19:05:00Z');
const renewed: GrantView = {
  company: companyId('co_1'), application: 'idm', state: 'authorized', generation: 3, optedInBy: { id: memberId('m_bob'), label: 'bob@example.test' }, since: at,
  accessTokenExpiresAt: null, refreshTokenExpiresAt: null, nextRefreshAt: null, lastUseAt: null, suspendedAt: null, endedAt: null, endedBy: null,
  endReason: null, pending: null, trouble: null,
};
const cleared = { kind: 'cleared', at, callsCutOff: 2, lastCallEndedAt: null, unsubscribed: [], stillSubscribed: [] } as const;
const notice = (grant: GrantView | null) =>
  clearedNotice('idm', { ...cleared, renewed: grant }, 'America/New_York', voidingAtUps({ environment: 'production', baseUrl: new URL('https://ups.test') }));

describe('what a Clear did', () => {
  it('is that retrieval has stopped', () => {
    expect(notice(null)).toMatchObject({ tone: 'ok', heading: 'The authorization is cleared', lines: ['Retrieval has stopped. 2 calls were cut off. Nothing they brought back was stored.', expect.any(String)] });
  });

  it('CB14 does not end the tokens at UPS itself, which a changed password of the UPS.com profile alone does', () => {
    expect(notice(null)).toMatchObject({ linkHref: 'https://www.ups.com' });
    expect(notice(null).lines.at(-1)).toBe(
      'UPS gives applications no way to withdraw a token. To end the tokens at UPS.com as well, change the password of the UPS.com profile; that ends every earlier opt-in of it.',
    );
  });

  it('CB13 is told after an opt-in that replaced another, whosever UPS.com login that was', () => {
    expect(generatedNotice('idm', true).lines).toContain('It replaces the authorization you had before, whose tokens were destroyed here.');
    expect(generatedNotice('idm', false).lines.join()).not.toContain('replaces');
  });

  it('is also that somebody has renewed the grant since, before the answer came', () => {
    const { tone, heading, lines } = notice(renewed);
    expect([tone, heading]).toEqual(['info', 'The authorization of before is cleared']);
    expect(lines.slice(0, 2)).toEqual([
      'Retrieval under it has stopped. 2 calls were cut off. Nothing they brought back was stored.',
      'bob@example.test renewed the authorization at 2 Nov 2026 2:05\u00a0PM EST, before this answer came. To clear that as well, press Clear again.',
    ]);
  });
});
