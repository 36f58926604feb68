import { shortestPassword } from '@wayleave/platform/password';

import { Button, PostForm } from '../ui/button.js';
import { Field } from '../ui/field.js';
import { PublicLayout } from '../ui/layout.js';
import type { Product } from '../ui/product.js';

import type { Member } from './member.js';
import { ProductLinks } from './sign-in-page.js';

interface Common {
  csrf: string;
  trademarkNotice: string;
}

/** Where a one-time link leads: the new password, once. */
export function SetPasswordPage(props: Common & { member: Member; token: string; problem?: string }): JSX.Element {
  const { member } = props;
  return (
    <PublicLayout title="Set your password" trademarkNotice={props.trademarkNotice}>
      <p class="lead">
        For <strong safe>{member.companyName}</strong>. It opens both products; it is not your UPS.com password.
      </p>
      <PostForm action="/set-password" csrf={props.csrf} fields={{ token: props.token }}>
        <Field label="Sign In name" name="username" value={member.signInName} autocomplete="username" readonly />
        <Field
          label="New password" name="password" type="password" autocomplete="new-password" required autofocus error={props.problem}
          hint={`At least ${shortestPassword} characters; four unrelated words make a good one. Every session of yours ends.`}
        />
        <Button label="Set password" kind="primary" wide />
      </PostForm>
    </PublicLayout>
  );
}

/** After a password was set. */
export function PasswordSetPage({ trademarkNotice }: { trademarkNotice: string }): JSX.Element {
  return (
    <PublicLayout title="Your password is set" trademarkNotice={trademarkNotice}>
      <p class="lead">Now sign in with it. You were told by mail as well, in case it was somebody else.</p>
      <ProductLinks />
    </PublicLayout>
  );
}

/** Asks for whom a link is wanted. */
export function ForgotPasswordPage(props: Common & { product: Product | undefined; problem?: string; typed?: string }): JSX.Element {
  return (
    <PublicLayout title="Get a new password" product={props.product} trademarkNotice={props.trademarkNotice}>
      <p class="lead">We mail you a link that works once and for an hour.</p>
      <PostForm action="/forgot-password" csrf={props.csrf} fields={{ product: props.product ?? '' }}>
        <Field label="Sign In name or mail address" name="who" value={props.typed} autocomplete="username" required autofocus error={props.problem} />
        <Button label="Mail me a link" kind="primary" wide />
      </PostForm>
      <p class="hint">
        <a href={`/${props.product ?? 'idh'}/sign-in`}>Back to sign-in</a>
      </p>
    </PublicLayout>
  );
}

/** The same for everybody, whether or not there is such a member. */
export function LinkMailedPage(props: { product: Product | undefined; trademarkNotice: string }): JSX.Element {
  return (
    <PublicLayout title="Look into your mail" product={props.product} trademarkNotice={props.trademarkNotice}>
      <p class="lead">
        If that is a Sign In name or mail address here, a link to set a new password is on its way. It works once and for an hour.
      </p>
      <p class="hint">Nothing came? Look into the junk folder, or ask an admin of your company which address is entered for you.</p>
      <p class="hint">
        <a href={`/${props.product ?? 'idh'}/sign-in`}>Back to sign-in</a>
      </p>
    </PublicLayout>
  );
}
