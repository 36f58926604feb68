import type { Html } from '@wayleave/platform/html';
import { Page } from '../ui/layout.js';
import { agreedData, agreementVersion } from './agreement.js';

/** The text that the agreement box names. It is ours: short, and true of the stand-in. */
export function TechnologyAgreementPage(): Html {
  return (
    <Page title="UPS Technology Agreement" width="wide">
      <h1>UPS Technology Agreement</h1>
      <p>This page stands where UPS.com shows its agreement. The text is the stand-in's own and binds nobody.</p>
      <h2>What you allow</h2>
      <p>An application that you authorize may ask the stand-in for the data of your profile, in your name and without your password:</p>
      <ul>
        {agreedData.map((kind) => <li>{kind}</li>)}
      </ul>
      <h2>What you do not allow</h2>
      <p>The application never learns your password, cannot change your profile, and cannot authorize another application.</p>
      <h2>How long it lasts</h2>
      <p>
        Until you withdraw it on <a href="/profile">your profile page</a>, until you change your password (which ends
        everything that any application was allowed before), or until the application has left it unused for too long.
      </p>
      <p class="quiet">Version {agreementVersion}</p>
    </Page>
  );
}
