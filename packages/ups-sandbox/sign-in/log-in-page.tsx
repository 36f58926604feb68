import type { Html } from '@wayleave/platform/html';
import { ErrorSummary, Field, firstWrong, Form, formTitle, type FieldErrors } from '../ui/form.js';
import { Page } from '../ui/layout.js';
import { ArrivalNotice } from '../ui/notice.js';
import { AgreementBox } from './agreement-box.js';
import { withOptIn, type Notice } from './pending-opt-in.js';

/** The first page of an authorization. `query` is the validated request; the agreement box is never ticked beforehand. */
export function LogInPage(props: {
  csrf: string; query: string; displayName: string; unusedMs: number; username: string; notice: Notice | null; errors: FieldErrors; agreed: boolean;
}): Html {
  const { errors, query } = props;
  const focus = firstWrong(errors) ?? (props.username === '' ? 'username' : 'agreement');
  return (
    <Page title={formTitle('Log In', errors)}>
      <h1>Log In</h1>
      <ArrivalNotice notice={props.notice} />
      <ErrorSummary errors={errors} heading="Two things to mend" />
      <p>Don't have a profile? <a class="more" href={withOptIn('/lasso/signup', query)}>Sign up</a></p>
      <Form action={withOptIn('/lasso/signin', query)} csrf={props.csrf}>
        <Field name="username" label="Email or Username" value={props.username} autocomplete="username" error={errors['username']} focus={focus === 'username'} />
        <AgreementBox displayName={props.displayName} unusedMs={props.unusedMs} agreed={props.agreed} error={errors['agreement']} focus={focus === 'agreement'} />
        <div class="actions">
          <button class="primary" type="submit" name="action" value="continue">Continue</button>
          <button type="submit" name="action" value="cancel">Cancel</button>
        </div>
      </Form>
      <p><a class="more" href={withOptIn('/lasso/forgot', query)}>Forgot Username/Password</a></p>
    </Page>
  );
}
