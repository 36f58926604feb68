import type { Secret } from '@wayleave/platform/secret';
import type { VaultEvent, VaultEventType } from '@wayleave/vault';
import { createHmac } from 'node:crypto';

/** The events that an endpoint can be told of, and what each says to a reader of the page. */
export const webhookEvents = [
  { type: 'grant.opted_in', meaning: 'somebody opted in' },
  { type: 'grant.pending', meaning: 'somebody opted in with another UPS.com login; an admin has to confirm' },
  { type: 'grant.pending_ended', meaning: 'an opt-in that waited was refused, replaced or cleared, or took too long' },
  { type: 'grant.refreshed', meaning: 'a new access token was issued' },
  { type: 'grant.voided', meaning: 'UPS ended it; a new opt-in is needed' },
  { type: 'grant.clearing', meaning: 'a Clear began' },
  { type: 'grant.cleared', meaning: 'a Clear is complete; nothing more is retrieved' },
  { type: 'grant.issued_after_clear', meaning: 'UPS issued a token during a Clear; it was destroyed unused' },
  { type: 'key.rotated', meaning: 'the tokens were put under a new master key' },
] as const satisfies readonly { type: VaultEventType; meaning: string }[];

export type WebhookEventType = (typeof webhookEvents)[number]['type'];

export const testEventType = 'webhook.test';

/** What an event may say besides company, application and generation. Anything else that the vault notes stays inside. */
const details: Readonly<Record<WebhookEventType, readonly string[]>> = {
  'grant.opted_in': ['member', 'replaced', 'confirmedBy'],
  'grant.pending': ['number', 'member', 'expiresAt'],
  'grant.pending_ended': ['number', 'reason'],
  'grant.refreshed': [],
  'grant.voided': ['reason'],
  'grant.clearing': ['cleared'],
  'grant.cleared': ['callsCutOff', 'lastCallEndedAt'],
  'grant.issued_after_clear': ['fingerprint', 'expiresAt'],
  'key.rotated': [],
};

/** The event type that a text names, or undefined. */
export function parseWebhookEvent(text: string): WebhookEventType | undefined {
  return webhookEvents.find(({ type }) => type === text)?.type;
}

/** The body for an event of the vault; null for one that nobody can subscribe to. */
export function eventBody({ type, at, company, application, generation, data, audit }: VaultEvent): string | null {
  const known = parseWebhookEvent(type);
  if (!known) return null;
  const more = Object.fromEntries(details[known].flatMap((name) => (name in data ? [[name, data[name]]] : [])));
  return JSON.stringify({ type, timestamp: at.toISOString(), data: { company, application, generation, ...more, audit } });
}

/** The body of a test event. */
export function testBody(company: string, at: Date): string {
  return JSON.stringify({ type: testEventType, timestamp: at.toISOString(), data: { company } });
}

const secretPrefix = 'whsec_';

/** A signing secret as receivers are given it: `whsec_` and the key in base64 (Standard Webhooks). */
export function formatSecret(key: Buffer): string {
  return secretPrefix + key.toString('base64');
}

/** The headers of one attempt, signed as Standard Webhooks says: HMAC-SHA256 over id, seconds and body. */
export function signedHeaders(key: Secret<Buffer>, messageId: string, at: Date, body: string): Record<string, string> {
  const seconds = Math.floor(at.getTime() / 1000);
  const signature = createHmac('sha256', key.reveal()).update(`${messageId}.${seconds}.${body}`).digest('base64');
  return {
    'content-type': 'application/json',
    'content-length': String(Buffer.byteLength(body)),
    'user-agent': 'Wayleave-Webhooks/1',
    'webhook-id': messageId,
    'webhook-timestamp': String(seconds),
    'webhook-signature': `v1,${signature}`,
  };
}

const firstPauseMs = 5_000;
const longestPauseMs = 6 * 60 * 60_000;

/** How long a delivery is tried before it is dead: three days. */
export const giveUpAfterMs = 3 * 24 * 60 * 60_000;

/**
 * The time of the next attempt after this many failed ones: 5 s, 15 s, 45 s and so on up to 6 h, each a quarter shorter
 * or longer by chance (`random` from 0 to 1). The last attempt is made at `giveUpAt`; null when that is over.
 */
export function nextAttempt(attempts: number, now: Date, giveUpAt: Date, random: number): Date | null {
  if (now >= giveUpAt) return null;
  const pause = Math.min(firstPauseMs * 3 ** (attempts - 1), longestPauseMs) * (0.75 + random / 2);
  return new Date(Math.min(now.getTime() + pause, giveUpAt.getTime()));
}
