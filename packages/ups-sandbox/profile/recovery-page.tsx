import type { Html } from '@wayleave/platform/html';
import { logInPath, withOptIn, type PendingOptIn } from '../sign-in/pending-opt-in.js';
import { Field, firstWrong, Form, formTitle, Message, PasswordOwner, type FieldErrors } from '../ui/form.js';
import { Page } from '../ui/layout.js';
import { NewPasswordField } from './sign-up-page.js';

/** What a person has to know before a password is changed, wherever that can be done. */
export function PasswordWarning(): Html {
  return (
    <Message kind="warning">
      <p>
        <strong>A new password ends every earlier opt-in.</strong> All applications that were authorized with this profile
        stop at once and have to be authorized again.
      </p>
    </Message>
  );
}

/** Forgotten username and forgotten password, one form each. */
export function ForgotPage(props: { csrf: string; pending: PendingOptIn; email: string; name: string; errors: FieldErrors }): Html {
  const { errors, pending } = props;
  const focus = firstWrong(errors);
  return (
    <Page title={formTitle('Forgot Username/Password', errors)}>
      <h1>Forgot Username/Password</h1>
      {pending === null ? '' : <p>The authorization you came for waits: after this you go on with it.</p>}
      <h2>Forgot your username?</h2>
      <Form action={withOptIn('/lasso/forgot/username', pending)} csrf={props.csrf}>
        <Field name="email" label="Email" type="email" value={props.email} autocomplete="email" hint="Your username is mailed there." error={errors['email']} focus={focus === 'email'} />
        <div class="actions">
          <button class="primary" type="submit">Mail my username</button>
        </div>
      </Form>
      <h2>Forgot your password?</h2>
      <PasswordWarning />
      <Form action={withOptIn('/lasso/forgot/password', pending)} csrf={props.csrf}>
        <Field name="name" label="Email or Username" value={props.name} autocomplete="username" hint="A link to set a new password is mailed to your profile's address." error={errors['name']} focus={focus === 'name'} />
        <div class="actions">
          <button class="primary" type="submit">Mail a link</button>
        </div>
      </Form>
      <p><a class="more" href={logInPath(pending)}>Back to Log In</a></p>
    </Page>
  );
}

/** What the mailed link opens. Looking at it spends nothing. */
export function ResetPage(props: { csrf: string; token: string; username: string; pending: PendingOptIn; errors: FieldErrors }): Html {
  const { errors } = props;
  return (
    <Page title={formTitle('Set a new password', errors)}>
      <h1>Set a new password</h1>
      <p>For <strong safe>{props.username}</strong>.</p>
      <PasswordWarning />
      {props.pending === null ? '' : <p>The authorization you came for waits: then accept the agreement and log in with the new password.</p>}
      <Form action="/lasso/reset" csrf={props.csrf}>
        <input type="hidden" name="token" value={props.token} />
        <PasswordOwner name={props.username} />
        <NewPasswordField label="New password" error={errors['password']} focus={firstWrong(errors) === 'password'} />
        <div class="actions">
          <button class="primary" type="submit">Set the new password</button>
        </div>
      </Form>
    </Page>
  );
}
