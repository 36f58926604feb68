import type { Html } from '@wayleave/platform/html';
import { Page } from './layout.js';

/** The front door, for people who came without an application. */
export function HomePage(props: { mailbox: boolean; control: boolean }): Html {
  return (
    <Page title="Welcome">
      <h1>A stand-in for UPS.com</h1>
      <p>Applications send people here to authorize them, as they would to UPS.com. Without an application you can:</p>
      <ul class="rows">
        <li><a class="more" href="/profile">See your profile and the applications connected to it</a></li>
        <li><a class="more" href="/lasso/signup">Sign up for a profile</a></li>
        {props.mailbox ? <li><a class="more" href="/mailbox">Read the mail that was sent from here</a></li> : ''}
        {props.control ? <li><a class="more" href="/weather">Make weather, or look at the ledger of calls</a></li> : ''}
      </ul>
    </Page>
  );
}
