import type { Flash } from '@wayleave/platform/session';
import type { CallbackRefusal, ExchangeFailure, OptInOutcome } from '@wayleave/vault';
import type { ApplicationWords } from './application-words.js';

/** Why an opt-in came to nothing: what the vault says, or that whoever came back may not finish it. */
export type Reason = CallbackRefusal | ExchangeFailure | 'denied' | 'superseded' | 'not-admin';

/** What the page says about an opt-in that came to nothing. */
export interface Explanation {
  readonly status: number;
  readonly title: string;
  readonly lead: string;
  /** What to do when starting again does not help. */
  readonly ifAgain?: string;
}

/** An opt-in that came to nothing, as it waits in the session for the page that says so. */
export interface NotCompleted {
  readonly reason: Reason;
  /** The id under which the log holds the request. */
  readonly reference: string;
}

const wait = 'Wait a few minutes. When UPS.com is down, trying more often does not help. Your Account Executive can tell whether there is a known outage.';
const callOperator = 'This cannot be mended on these pages. Tell whoever runs this server, or ask your Account Executive.';
const useTheButton = 'Start with the button below and stay in the same browser until UPS.com brings you back.';

/** What to tell about a reason. `lifetimeMinutes` is how long an opt-in may take. */
export function explain(reason: Reason, { noun }: ApplicationWords, lifetimeMinutes: number): Explanation {
  const explanations: Record<Reason, Explanation> = {
    'denied': { status: 200, title: `The ${noun} was cancelled`, lead: 'UPS.com sent you back without a permission.' },
    'superseded': { status: 200, title: 'Something newer came first', lead: `While you were at UPS.com, somebody completed a newer ${noun} or pressed Clear. Yours was not kept.` },
    'not-admin': { status: 403, title: 'Only an admin may finish this', lead: `You are not an admin of your company any more, so the ${noun} was not completed. Ask an admin.` },
    'state-missing': { status: 400, title: 'This answer cannot be used', lead: `What arrived from UPS.com does not say which ${noun} it belongs to. ${useTheButton}` },
    'state-unknown': { status: 400, title: 'This answer cannot be used', lead: `What arrived from UPS.com does not belong to any ${noun} that was started here. ${useTheButton}` },
    'malformed': { status: 400, title: 'This answer cannot be used', lead: `What arrived from UPS.com is not a complete answer. ${useTheButton}` },
    'state-used': { status: 400, title: 'This answer was used already', lead: 'Each answer from UPS.com counts once. That happens when a page is reloaded or the browser goes back.' },
    'state-expired': { status: 400, title: 'That took too long', lead: `The way through UPS.com has to be finished within ${lifetimeMinutes} minutes.` },
    'other-session': { status: 403, title: 'Started by somebody else', lead: 'This answer belongs to another sign-in: another person’s, one of yours that has ended, or one from before your role was changed. It was not accepted.' },
    'other-callback': { status: 400, title: 'This answer came to the wrong address', lead: `It was meant for another application or another UPS system. ${useTheButton}` },
    'unreachable': { status: 502, title: 'UPS.com did not answer in time', lead: 'You logged in, but UPS.com did not hand over a token.', ifAgain: wait },
    'throttled': { status: 503, title: 'UPS.com asks us to wait', lead: 'You logged in, but UPS.com takes no more requests from this application right now.', ifAgain: wait },
    'unreadable': { status: 502, title: 'UPS.com sent something unreadable', lead: 'You logged in, but what UPS.com sent instead of a token cannot be read.', ifAgain: wait },
    'code-refused': { status: 502, title: 'UPS.com refused the last step', lead: 'You logged in, but UPS.com did not accept the code that it had sent. Such a code counts once and only for a short time.', ifAgain: wait },
    'blocked-merchant': { status: 502, title: 'UPS has blocked this application', lead: 'You logged in, but UPS refuses to give this application any token.', ifAgain: callOperator },
    'client-refused': { status: 502, title: 'UPS.com does not accept this application', lead: 'You logged in, but UPS.com does not recognise the application’s own sign-in.', ifAgain: callOperator },
  };
  return explanations[reason];
}

/** The reason behind an outcome, or null when UPS.com gave a token that was kept. */
export function reasonOf(outcome: OptInOutcome): Reason | null {
  if (outcome.kind === 'opted-in' || outcome.kind === 'pending') return null;
  return 'reason' in outcome ? outcome.reason : outcome.kind;
}

export function toFlash({ reason, reference }: NotCompleted): Flash {
  return { kind: 'not-completed', reason, reference };
}

/** Reads what `toFlash` wrote; null for anything else. */
export function parseNotCompleted(flash: Flash | null): NotCompleted | null {
  if (flash?.['kind'] !== 'not-completed' || typeof flash['reference'] !== 'string') return null;
  const reason = reasons.find((known) => known === flash['reason']);
  return reason ? { reason, reference: flash['reference'] } : null;
}

const reasons: readonly Reason[] = [
  'denied', 'superseded', 'not-admin', 'state-missing', 'state-unknown', 'malformed', 'state-used', 'state-expired', 'other-session',
  'other-callback', 'unreachable', 'throttled', 'unreadable', 'code-refused', 'blocked-merchant', 'client-refused',
];
