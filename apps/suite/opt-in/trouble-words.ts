import type { TroubleKind } from '@wayleave/vault';
import { productName, type Product } from '../ui/index.js';
import { applicationWords } from './application-words.js';

/** What keeps a grant from being used at UPS.com, as pages say it. */
export interface TroubleWords {
  readonly heading: string;
  /** What happened, in a sentence that can stand alone. */
  readonly what: string;
  /** What happens next, and who must do something. */
  readonly next: string;
}

/** The words for a trouble of one application; `operatorIsTold` when whoever runs this server gets mail about it. */
export function troubleWords(kind: TroubleKind, product: Product, operatorIsTold: boolean): TroubleWords {
  const { noun, again } = applicationWords[product];
  const nothing = 'It is tried again by itself, with growing pauses; nothing has to be done here.';
  const operator = `That is not your company’s doing: the ${noun} stands, and nothing has to be done here. Whoever runs this server has to see to it${operatorIsTold ? ' and is told by mail' : ''}.`;
  const words: Record<TroubleKind, TroubleWords> = {
    'throttled': {
      heading: 'UPS.com asks us to call less often',
      what: `UPS.com takes no more requests from ${productName[product]} right now.`, next: nothing,
    },
    'unreachable': { heading: 'UPS.com does not answer', what: 'UPS.com could not be reached, or gave no answer in time.', next: nothing },
    'ups-fault': { heading: 'UPS.com reports a fault of its own', what: 'UPS.com answered, but only that it cannot serve anybody properly.', next: nothing },
    'client-refused': {
      heading: `UPS.com does not accept ${productName[product]}`,
      what: `UPS.com refuses the sign-in of the application itself, not the ${noun} of your company.`, next: operator,
    },
    'blocked-merchant': { heading: `UPS has blocked ${productName[product]}`, what: 'UPS refuses every request of this application.', next: operator },
    'uncertain': {
      heading: 'An answer of UPS.com was lost',
      what: 'A refresh was sent, but UPS.com’s answer was lost on the way, so it is not known which token UPS.com honours next.',
      next: `The present token is used to its end; then UPS.com is asked once more. Nothing has to be done now. Should UPS.com refuse then, an admin has to ${again}, and admins are told by mail.`,
    },
  };
  return words[kind];
}
