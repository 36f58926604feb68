import { Secret } from '@wayleave/platform/secret';
import { companyId, type VaultEvent } from '@wayleave/vault';
import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { verify } from './tests/receiver.js';
import { eventBody, formatSecret, giveUpAfterMs, nextAttempt, parseWebhookEvent, signedHeaders, testBody } from './webhook.js';

const event: VaultEvent = {
  id: '7', type: 'grant.voided', company: companyId('harbor'), application: 'idm', generation: 3, at: new Date('2026-11-22T04:00:00Z'), audit: { seq: 12, hash: 'ab' },
  data: { reason: 'password-or-withdrawal', something: 'that stays inside' },
};

describe('a webhook', () => {
  it('says what happened to which grant, and nothing that was not meant to leave', () => {
    expect(JSON.parse(eventBody(event) ?? '')).toEqual({
      type: 'grant.voided', timestamp: '2026-11-22T04:00:00.000Z',
      data: { company: 'harbor', application: 'idm', generation: 3, reason: 'password-or-withdrawal', audit: { seq: 12, hash: 'ab' } },
    });
  });

  it('tells of a new master key without naming the keys', () => {
    const rotated = JSON.parse(eventBody({ ...event, type: 'key.rotated', data: { from: 'mk-1', to: 'mk-2' } }) ?? '') as { type: string; data: object };
    expect(rotated.type).toBe('key.rotated');
    expect(Object.keys(rotated.data)).toEqual(['company', 'application', 'generation', 'audit']);
  });

  it('knows only the events that can be chosen', () => {
    expect(parseWebhookEvent('grant.cleared')).toBe('grant.cleared');
    expect(parseWebhookEvent('grant.exploded')).toBeUndefined();
    expect(parseWebhookEvent('')).toBeUndefined();
  });

  it('is signed so that the library of Standard Webhooks accepts it, and refuses every change', () => {
    const key = new Secret(randomBytes(32));
    const secret = formatSecret(key.reveal());
    const body = testBody('harbor – ünïcode', new Date());
    const headers = signedHeaders(key, 'msg_one', new Date(), body);
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(verify(secret, { body, headers })).toEqual(JSON.parse(body));
    expect(() => verify(secret, { body: `${body} `, headers })).toThrow();
    expect(() => verify(secret, { body, headers: { ...headers, 'webhook-id': 'msg_two' } })).toThrow();
    expect(() => verify(formatSecret(randomBytes(32)), { body, headers })).toThrow();
    const old = new Date(Date.now() - 6 * 60_000);
    expect(() => verify(secret, { body, headers: signedHeaders(key, 'msg_one', old, body) })).toThrow(/too old/);
  });

  it('is tried after growing pauses with a last attempt three days later, whatever chance says', () => {
    for (const random of [0, 0.5, 0.999]) {
      const begin = new Date('2026-11-22T04:00:00Z');
      const giveUpAt = new Date(begin.getTime() + giveUpAfterMs);
      const pauses: number[] = [];
      let now = begin;
      for (let attempts = 1; ; attempts += 1) {
        const next = nextAttempt(attempts, now, giveUpAt, random);
        if (!next) break;
        pauses.push((next.getTime() - now.getTime()) / 1000);
        now = next;
      }
      expect(now).toEqual(giveUpAt);
      expect(pauses[0]).toBeCloseTo(5 * (0.75 + random / 2), 1);
      const growing = pauses.slice(0, 8);
      expect(growing).toEqual([...growing].sort((a, b) => a - b));
      expect(Math.max(...pauses)).toBeLessThanOrEqual(6 * 3600 * 1.25);
      expect(pauses.length).toBeGreaterThan(15);
      expect(pauses.length).toBeLessThan(30);
    }
  });
});
