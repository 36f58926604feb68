import type { Html } from '@wayleave/platform/html';
import { FieldError } from '../ui/form.js';
import { agreedData, agreementName, agreementVersion, lifetimeInWords } from './agreement.js';

/** The box without which nobody is authorized: what the application will read, for how long, and how that ends. */
export function AgreementBox(props: { displayName: string; unusedMs: number; agreed: boolean; error: string | undefined; focus: boolean }): Html {
  return (
    <fieldset class={props.error ? 'wrong' : ''}>
      <legend id="agreement-legend">Confidentiality Agreement</legend>
      <div class="tick">
        <input
          id="agreement"
          name="agreement"
          type="checkbox"
          value={agreementVersion}
          checked={props.agreed}
          aria-labelledby="agreement-legend agreement-text"
          aria-invalid={props.error ? 'true' : undefined}
          aria-describedby={`agreement-data agreement-lifetime${props.error ? ' agreement-error' : ''}`}
          autofocus={props.focus}
        />
        <label id="agreement-text" for="agreement">
          I accept the <a href="/lasso/technology-agreement" target="_blank" rel="noopener">UPS Technology Agreement<span class="unseen"> (opens a new tab)</span></a>{' '}
          and let <strong safe>{agreementName(props.displayName)}</strong> read the data that belongs to the username entered above:
        </label>
      </div>
      <ul id="agreement-data">
        {agreedData.map((kind) => <li>{kind}</li>)}
      </ul>
      <p id="agreement-lifetime">
        This lasts until you end it: by <em>Withdraw</em> on your profile page, or by changing your password, which ends
        every authorization you gave before. Left unused for <span safe>{lifetimeInWords(props.unusedMs)}</span>, it ends by itself.
      </p>
      <FieldError name="agreement" error={props.error} />
    </fieldset>
  );
}
