import type { ClearOutcome, GrantView, PendingOutcome, ProbeOutcome } from '@wayleave/vault';
import { formatInstant, productName, type Notice, type Product } from '../ui/index.js';
import { applicationWords } from './application-words.js';
import { troubleWords } from './trouble-words.js';

/** How the tokens of a grant can be ended at UPS.com itself: UPS gives applications no way to withdraw them. */
export interface VoidingAtUps {
  readonly sentence: string;
  readonly href: string;
  readonly label: string;
}

/** Where UPS.com's own pages let somebody end the tokens. Only the stand-in lists connected applications. */
export function voidingAtUps(ups: { environment: string; baseUrl: URL }): VoidingAtUps {
  return ups.environment === 'stand-in'
    ? {
      sentence: 'UPS gives applications no way to withdraw a token. To end the tokens at UPS.com as well, withdraw the application in the UPS.com profile, or change its password.',
      href: new URL('/profile', ups.baseUrl).href, label: 'Open the UPS.com profile',
    }
    : {
      sentence: 'UPS gives applications no way to withdraw a token. To end the tokens at UPS.com as well, change the password of the UPS.com profile; that ends every earlier opt-in of it.',
      href: 'https://www.ups.com', label: 'Open UPS.com',
    };
}

/** The confirmation after an opt-in. */
export function generatedNotice(product: Product, replaced: boolean): Notice {
  const { covers, noun } = applicationWords[product];
  const where = product === 'idm' ? 'The access token is the first row below.' : 'Delivery History is open to everyone now.';
  return {
    tone: 'ok', heading: 'A token was generated',
    lines: [
      `${covers}, until you clear it or the UPS.com password changes. ${where}`,
      ...(replaced ? [`It replaces the ${noun} you had before, whose tokens were destroyed here.`] : []),
    ],
  };
}

/** What an admin's decision about a consent by another UPS.com login did. */
export function decidedNotice(product: Product, outcome: PendingOutcome, voiding: VoidingAtUps): Notice {
  const { noun, covers } = applicationWords[product];
  switch (outcome.kind) {
    case 'confirmed':
      return {
        tone: 'ok', heading: `The new ${noun} is confirmed`,
        lines: [
          `${covers}, with the new UPS.com login, until you clear it or the password of that login changes.`,
          ...(outcome.replaced ? [`It replaces the ${noun} you had before, whose tokens were destroyed here.`] : []),
        ],
      };
    case 'refused':
      return {
        tone: 'ok', heading: `The new ${noun} was refused`, lines: ['Its tokens were destroyed here without having been used.', voiding.sentence],
        linkHref: voiding.href, linkLabel: voiding.label,
      };
    case 'suspended':
      return {
        tone: 'info', heading: 'Nothing was decided',
        lines: [`The new ${noun} still waits. Confirm it when the ${noun} of before is not suspended any more, in time.`],
      };
    case 'gone':
      return {
        tone: 'info', heading: 'Nothing was decided',
        lines: [`The ${noun} that your page showed does not wait any more: somebody decided about it, cleared, or made a newer one, or it took too long.`],
      };
  }
}

/** For somebody who looks for a consent that waits when there is none. */
export function nothingWaitsNotice(product: Product): Notice {
  return { tone: 'info', heading: 'Nothing waits for an admin', lines: [`There is no ${applicationWords[product].noun} by another UPS.com login to decide about.`] };
}

/** What a Clear did, or that there was nothing to do. */
export function clearedNotice(product: Product, outcome: Exclude<ClearOutcome, { kind: 'moved' }>, timeZone: string, voiding: VoidingAtUps): Notice {
  const { noun } = applicationWords[product];
  const link = { linkHref: voiding.href, linkLabel: voiding.label };
  if (outcome.kind === 'nothing') return { tone: 'info', heading: 'There was nothing to clear', lines: [nothingLine(outcome.grant, noun, timeZone)] };
  const { callsCutOff: cut, lastCallEndedAt, renewed } = outcome;
  const last = lastCallEndedAt ? `; the last one ended at ${formatInstant(lastCallEndedAt, timeZone)}` : '';
  const calls = cut === 0 ? 'No call was running.' : `${cut} ${cut === 1 ? 'call was' : 'calls were'} cut off${last}. Nothing they brought back was stored.`;
  const rest = [...subscriptionLines(outcome), voiding.sentence];
  if (renewed === null) return { tone: 'ok', heading: `The ${noun} is cleared`, lines: [`Retrieval has stopped. ${calls}`, ...rest], ...link };
  return {
    tone: 'info', heading: `The ${noun} of before is cleared`,
    lines: [`Retrieval under it has stopped. ${calls}`, `${renewedBy(renewed, noun, timeZone)}, before this answer came. To clear that as well, press Clear again.`, ...rest],
    ...link,
  };
}

/** What became of the accounts that UPS pushed events about. */
function subscriptionLines({ unsubscribed, stillSubscribed }: Pick<Extract<ClearOutcome, { kind: 'cleared' }>, 'unsubscribed' | 'stillSubscribed'>): string[] {
  const accounts = (numbers: readonly string[]) => `${numbers.length === 1 ? 'account' : 'accounts'} ${numbers.join(', ')}`;
  return [
    ...(unsubscribed.length > 0 ? [`UPS has stopped sending events about ${accounts(unsubscribed)}.`] : []),
    ...(stillSubscribed.length > 0 ? [`UPS did not confirm that it stops sending events about ${accounts(stillSubscribed)}. The next Clear will ask it again.`] : []),
  ];
}

function nothingLine(grant: GrantView, noun: string, timeZone: string): string {
  if (grant.state === 'cleared' && grant.endedAt) {
    return `The ${noun} was cleared already, at ${formatInstant(grant.endedAt, timeZone)}${grant.endedBy ? ` by ${grant.endedBy.label}` : ''}. Nothing is being retrieved.`;
  }
  return `There is no ${noun}. Nothing is being retrieved.`;
}

/** Who made the grant that a Clear was not meant for, and when. */
export function movedSentence(product: Product, grant: GrantView, timeZone: string): string {
  return `${renewedBy(grant, applicationWords[product].noun, timeZone)}, after your page was made. Nothing was cleared.`;
}

function renewedBy({ optedInBy, since }: GrantView, noun: string, timeZone: string): string {
  return `${optedInBy?.label ?? 'Somebody'} renewed the ${noun}${since ? ` at ${formatInstant(since, timeZone)}` : ''}`;
}

/** What *Check now* found out. */
export function checkedNotice(product: Product, outcome: ProbeOutcome, timeZone: string, operatorIsTold: boolean): Notice {
  const { noun } = applicationWords[product];
  switch (outcome.kind) {
    case 'stands':
      return { tone: 'ok', heading: `The ${noun} stands`, lines: [`UPS.com answered ${productName[product]} at ${formatInstant(outcome.at, timeZone)}.`] };
    case 'refused':
      return { tone: 'info', heading: 'Not certain yet', lines: [`UPS.com refused a token that it made moments ago. It is looked at again at ${formatInstant(outcome.checkedAgainAt, timeZone)}.`] };
    case 'unanswered': {
      const { what, next } = troubleWords(outcome.reason, product, operatorIsTold);
      return { tone: 'bad', heading: 'Nothing was learnt', lines: [`${what} The ${noun} is as it was.`, next] };
    }
    case 'voided':
      return { tone: 'info', heading: 'Checked just now', lines: [`UPS.com no longer accepts this ${noun}.`] };
    case 'no-grant':
      return { tone: 'info', heading: 'Nothing to check', lines: [`There is no ${noun}.`] };
  }
}
