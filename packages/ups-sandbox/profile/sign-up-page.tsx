import type { Html } from '@wayleave/platform/html';
import { shortestPassword } from '@wayleave/platform/password';
import { logInPath, withOptIn, type PendingOptIn } from '../sign-in/pending-opt-in.js';
import { ErrorSummary, Field, firstWrong, Form, formTitle, type FieldErrors } from '../ui/form.js';
import { Page } from '../ui/layout.js';
import type { WaitingSignUp } from './sign-up.js';

/** The form for a new profile. With a pending opt-in it says that the authorization waits. */
export function SignUpPage(props: { csrf: string; pending: PendingOptIn; username: string; email: string; errors: FieldErrors }): Html {
  const { errors, pending } = props;
  const focus = firstWrong(errors);
  return (
    <Page title={formTitle('Sign up', errors)}>
      <h1>Sign up</h1>
      {pending === null ? '' : <p>The authorization you came for waits: after this you go on with it.</p>}
      <ErrorSummary errors={errors} heading="There is no profile yet" />
      <Form action={withOptIn('/lasso/signup', pending)} csrf={props.csrf}>
        <Field name="username" label="Username" value={props.username} autocomplete="username" error={errors['username']} focus={focus === 'username'} />
        <Field name="email" label="Email" type="email" value={props.email} autocomplete="email" hint="A mail with a link to confirm it is sent there." error={errors['email']} focus={focus === 'email'} />
        <NewPasswordField label="Password" error={errors['password']} focus={focus === 'password'} />
        <div class="actions">
          <button class="primary" type="submit">Sign up</button>
          <a class="button" href={logInPath(pending)}>Back to Log In</a>
        </div>
      </Form>
    </Page>
  );
}

/** The field for a password that is to be set. */
export function NewPasswordField(props: { label: 'Password' | 'New password'; error: string | undefined; focus: boolean }): Html {
  return (
    <Field
      name="password"
      label={props.label}
      type="password"
      autocomplete="new-password"
      hint={`At least ${shortestPassword} characters. Four unrelated words are good; spaces and all signs are allowed.`}
      error={props.error}
      focus={props.focus}
    />
  );
}

/** After a form that sends a mail. Looks the same whether or not the address is known. */
export function LookIntoMailboxPage(props: { text: string; pending: PendingOptIn; mailbox: boolean }): Html {
  return (
    <Page title="Look into your mailbox">
      <h1>Look into your mailbox</h1>
      <p safe>{props.text}</p>
      <div class="actions">
        {props.mailbox ? <a class="button primary" href="/mailbox">Open the stand-in's mailbox</a> : ''}
        <a class="button" href={logInPath(props.pending)}>Back to Log In</a>
      </div>
    </Page>
  );
}

/** What the mailed link opens: one press confirms, so that a mail scanner that only looks spends nothing. */
export function ConfirmSignUpPage(props: { csrf: string; token: string; waiting: WaitingSignUp; username: string; errors: FieldErrors }): Html {
  const { errors } = props;
  return (
    <Page title={formTitle('Confirm your mail address', errors)}>
      <h1>Confirm your mail address</h1>
      <p>This makes the profile of <strong safe>{props.waiting.email}</strong>.</p>
      <Form action="/lasso/signup/confirm" csrf={props.csrf}>
        <input type="hidden" name="token" value={props.token} />
        <Field name="username" label="Username" value={props.username} autocomplete="username" error={errors['username']} focus={firstWrong(errors) === 'username'} />
        <div class="actions">
          <button class="primary" type="submit">Confirm</button>
        </div>
      </Form>
    </Page>
  );
}

/** For a mailed link that is good no more. */
export function DeadLinkPage(props: { again: string; path: string }): Html {
  return (
    <Page title="This link is good no more">
      <h1>This link is good no more</h1>
      <p>It was used, a newer one was mailed, or it is too old. Nothing was changed.</p>
      <div class="actions">
        <a class="button primary" href={props.path} safe>{props.again}</a>
        <a class="button" href="/log-in">Log In</a>
      </div>
    </Page>
  );
}
