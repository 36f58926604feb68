import type { Html } from '@wayleave/platform/html';
import { Field, Form, formTitle, PasswordOwner, type FieldErrors } from '../ui/form.js';
import { Page } from '../ui/layout.js';
import { agreementName } from './agreement.js';
import { logInPath, withOptIn } from './pending-opt-in.js';

/** The second page of an authorization. It shows the name exactly as typed: a looked-up one would tell who has a profile. */
export function PasswordPage(props: {
  csrf: string; requestId: string; query: string; displayName: string; typedName: string; errors: FieldErrors;
}): Html {
  const { errors, query, typedName } = props;
  return (
    <Page title={formTitle('Password', errors)}>
      <h1>Password</h1>
      <p>
        Welcome back, <span class="typed" safe>{typedName}</span>
        <br />
        <a class="more" href={logInPath(query, { username: typedName })}>Log in with another name</a>
      </p>
      <Form action="/lasso/password" csrf={props.csrf}>
        <input type="hidden" name="request" value={props.requestId} />
        <PasswordOwner name={typedName} />
        <Field name="password" label="Password" type="password" autocomplete="current-password" error={errors['password']} focus={true} />
        <p>Logging in completes the authorization of <strong safe>{agreementName(props.displayName)}</strong>.</p>
        <div class="actions">
          <button class="primary" type="submit" name="action" value="log-in">Log In</button>
          <button type="submit" name="action" value="cancel">Cancel</button>
        </div>
      </Form>
      <p><a class="more" href={withOptIn('/lasso/forgot', query)}>Forgot Username/Password</a></p>
    </Page>
  );
}

/** Why a log-in cannot be completed here (any more). `origin` is the application's, to start again there. */
export function CannotCompletePage(props: { why: 'used' | 'unknown' | 'stopped'; origin: string | null }): Html {
  const { heading, text } = reasons[props.why];
  return (
    <Page title={heading}>
      <h1>{heading}</h1>
      <p>{text}</p>
      {props.origin ? <p>The application is at <a class="more" href={props.origin} safe>{props.origin}</a>.</p> : ''}
    </Page>
  );
}

const reasons = {
  used: {
    heading: 'This log-in is already finished',
    text: 'Its answer went to the application once, and is not sent a second time. If the application does not show the authorization, start again there.',
  },
  unknown: {
    heading: 'There is no log-in to continue here',
    text: 'It was begun in another browser, or too long ago. Nothing was authorized. Start again at the application.',
  },
  stopped: {
    heading: 'You stopped here',
    text: 'Nothing was authorized, and the application was not told. You can close this page.',
  },
} as const;
