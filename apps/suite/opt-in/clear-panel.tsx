import { ConfirmPanel, productName, type Frame, type Product } from '../ui/index.js';
import { applicationWords } from './application-words.js';
import type { VoidingAtUps } from './opt-in-notices.js';

export interface ClearQuestion {
  readonly followed: number;
  readonly voiding: VoidingAtUps;
  /** Set when the grant was renewed after the page was made, by whom and when: the sentence that says so. */
  readonly moved?: string | undefined;
}

/** The question before a Clear: what stops, what is destroyed, what stays. The form carries the generation it was asked about. */
export function ClearPanel({ frame, question }: { frame: Frame; question: ClearQuestion }): JSX.Element {
  const { product, member, csrf } = frame;
  const { noun, clearPath, homePath } = applicationWords[product];
  const other: Product = product === 'idm' ? 'idh' : 'idm';
  const stops = `${productName[product]} stops retrieving data for ${member.companyName} at once.`;
  return (
    <ConfirmPanel
      heading={question.moved ? `Clear the ${noun} that is there now?` : `Clear this ${noun}?`}
      lead={question.moved ? `${question.moved} If you clear now, ${stops}` : stops}
      destroy={{
        label: question.moved ? 'Clear what is there now' : 'Clear', action: clearPath, csrf,
        fields: { generation: `${frame.grants[product].generation}` },
      }}
      keep={{ label: `Keep the ${noun}`, href: homePath }}
    >
      <li>Calls that are running now are cut off, and nothing they bring back is stored.</li>
      <li>The tokens are destroyed here and cannot be brought back.</li>
      {frame.grants[product].pending ? <li safe>{`The ${noun} that waits for an admin is destroyed as well.`}</li> : ''}
      <li>
        <strong safe>{question.followed === 1 ? '1 package' : `${question.followed.toLocaleString('en-US')} packages`}</strong>
        {question.followed === 1 ? ' stops' : ' stop'} being followed. What was retrieved so far stays.
      </li>
      {product === 'idh' ? <li>ODCS is covered by this opt-in and stops as well.</li> : ''}
      {frame.grants[other].state === 'authorized' ? <li safe>{`${productName[other]} has its own ${applicationWords[other].noun} and goes on.`}</li> : ''}
      <li safe>{question.voiding.sentence}</li>
    </ConfirmPanel>
  );
}
