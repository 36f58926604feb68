import type { Html } from '@wayleave/platform/html';
import { agreementName } from '../sign-in/agreement.js';
import type { Notice } from '../sign-in/pending-opt-in.js';
import { ErrorSummary, Field, firstWrong, Form, formTitle, Message, PasswordOwner, type FieldErrors } from '../ui/form.js';
import { Page } from '../ui/layout.js';
import { ArrivalNotice } from '../ui/notice.js';
import type { Profile, ShipperAccount } from './profile.js';
import { PasswordWarning } from './recovery-page.js';
import { NewPasswordField } from './sign-up-page.js';

/** An application that can read the profile's data now. */
export interface ConnectedApplication {
  readonly clientId: string;
  readonly displayName: string;
  readonly since: Date;
}

/** The profile's own log-in, for people who come without an application. */
export function ProfileLogInPage(props: { csrf: string; username: string; notice: Notice | null; errors: FieldErrors }): Html {
  const { errors } = props;
  const focus = firstWrong(errors) ?? (props.username === '' ? 'username' : 'password');
  return (
    <Page title={formTitle('Log In', errors)}>
      <h1>Log In</h1>
      <ArrivalNotice notice={props.notice} />
      <p>Don't have a profile? <a class="more" href="/lasso/signup">Sign up</a></p>
      <Form action="/log-in" csrf={props.csrf}>
        <Field name="username" label="Email or Username" value={props.username} autocomplete="username" error={errors['username']} focus={focus === 'username'} />
        <Field name="password" label="Password" type="password" autocomplete="current-password" error={errors['password']} focus={focus === 'password'} />
        <div class="actions">
          <button class="primary" type="submit">Log In</button>
        </div>
      </Form>
      <p><a class="more" href="/lasso/forgot">Forgot Username/Password</a></p>
    </Page>
  );
}

/** A profile: who it is, which applications it lets in, and its password. */
export function ProfilePage(props: {
  csrf: string; profile: Profile; accounts: readonly ShipperAccount[]; applications: readonly ConnectedApplication[]; said: string | null; errors: FieldErrors;
}): Html {
  const { csrf, profile, errors } = props;
  const focus = firstWrong(errors);
  return (
    <Page title={formTitle('Your profile', errors)} width="wide">
      <h1>Your profile</h1>
      {props.said === null ? '' : <Message kind="good"><p safe>{props.said}</p></Message>}
      <dl class="facts">
        <div><dt>Username</dt><dd safe>{profile.username}</dd></div>
        <div><dt>Email</dt><dd safe>{profile.email}</dd></div>
        <div><dt>Shipper accounts</dt><dd><Accounts accounts={props.accounts} /></dd></div>
      </dl>
      <Form action="/log-out" csrf={csrf}>
        <button type="submit">Log out</button>
      </Form>

      <h2>Connected applications</h2>
      <Applications csrf={csrf} applications={props.applications} />

      <h2>Change password</h2>
      <PasswordWarning />
      <ErrorSummary errors={errors} heading="The password was not changed" />
      <Form action="/profile/password" csrf={csrf}>
        <PasswordOwner name={profile.username} />
        <Field name="current" label="Current password" type="password" autocomplete="current-password" error={errors['current']} focus={focus === 'current'} />
        <NewPasswordField label="New password" error={errors['password']} focus={focus === 'password'} />
        <div class="actions">
          <button class="primary" type="submit">Change password</button>
        </div>
      </Form>
    </Page>
  );
}

function Accounts(props: { accounts: readonly ShipperAccount[] }): Html {
  if (props.accounts.length === 0) return <>none</>;
  return <>{props.accounts.map(({ number, name }) => <div safe>{name === '' ? number : `${number} · ${name}`}</div>)}</>;
}

function Applications(props: { csrf: string; applications: readonly ConnectedApplication[] }): Html {
  if (props.applications.length === 0) return <p>No application may read your data. One appears here after you authorized it.</p>;
  return (
    <>
      <p>These may read your data. <em>Withdraw</em> ends it at once for that application, and only for that one.</p>
      <ul class="rows">
        {props.applications.map(({ clientId, displayName, since }) => (
          <li>
            <p>
              <strong safe>{agreementName(displayName)}</strong>
              <br />
              <span class="quiet" safe>{`authorized ${minute(since)}`}</span>
            </p>
            <Form action="/profile/withdraw" csrf={props.csrf}>
              <input type="hidden" name="client_id" value={clientId} />
              <button type="submit">Withdraw<span class="unseen" safe>{` ${agreementName(displayName)}`}</span></button>
            </Form>
          </li>
        ))}
      </ul>
    </>
  );
}

const minuteFormat = new Intl.DateTimeFormat('en-US', {
  timeZone: 'UTC', day: 'numeric', month: 'short', year: 'numeric', hour: 'numeric', minute: '2-digit', hour12: true,
});

/** A time as the pages write it, such as 20 Nov 2026 2:05 PM UTC. */
export function minute(at: Date): string {
  const part = Object.fromEntries(minuteFormat.formatToParts(at).map(({ type, value }) => [type, value]));
  return `${part['day']} ${part['month']} ${part['year']} ${part['hour']}:${part['minute']} ${part['dayPeriod']} UTC`;
}
