import {
  AccountExecutiveBlock, ButtonLink, formatInstant, Layout, PageHead, PasswordWarning, PostButton, Prose, PublicLayout, Section,
  type Frame, type Product,
} from '../ui/index.js';
import { applicationWords } from './application-words.js';
import type { Explanation } from './not-completed.js';

/** Says why an opt-in came to nothing, what that left unchanged, and how to start again. */
export function NotCompletedPage(props: { frame: Frame; explanation: Explanation; reference: string; now: Date }): JSX.Element {
  const { frame, now } = props;
  const words = applicationWords[frame.product];
  const { title, lead, ifAgain } = props.explanation;
  const stands = frame.grants[frame.product].state === 'authorized';
  const unchanged = stands ? `Nothing was changed: the ${words.noun} you had before still works.` : 'Nothing was changed.';
  const admin = frame.member.role === 'admin';
  return (
    <Layout frame={frame} title={title} current={frame.product === 'idm' ? 'admin' : 'company-manager'} head={<PageHead title={title} lead={`${lead} ${unchanged}`} />}>
      {admin ? (
        <div class="answers">
          <PostButton label="Start again" kind="primary" action={words.beginPath} csrf={frame.csrf} leavesSite />
          <ButtonLink label={`Back to ${words.homeName}`} href={words.homePath} />
        </div>
      ) : (
        <div class="answers">
          <ButtonLink label="Back" href={`/${frame.product}`} />
        </div>
      )}
      {ifAgain ? (
        <Section title="If it happens again">
          <Prose>
            <p safe>{ifAgain}</p>
          </Prose>
        </Section>
      ) : (
        ''
      )}
      <AccountExecutiveBlock executive={frame.executive} admin={admin} />
      <PasswordWarning product={frame.product} />
      <p class="reference">
        Reference for support:{' '}
        <code class="chip" safe>
          {props.reference}
        </code>{' '}
        <span safe>{`at ${formatInstant(now, frame.member.timeZone)}`}</span>
      </p>
    </Layout>
  );
}

/** The same for somebody who came back from UPS.com without being signed in here. */
export function SignedOutPage({ product, trademarkNotice }: { product: Product; trademarkNotice: string }): JSX.Element {
  const { noun, begin } = applicationWords[product];
  return (
    <PublicLayout title="You were signed out meanwhile" product={product} trademarkNotice={trademarkNotice}>
      <p safe>{`You came back from UPS.com, but you are not signed in here any more, so the ${noun} was not completed. Nothing was changed.`}</p>
      <p safe>{`Sign in, then press ${begin} once more.`}</p>
      <ButtonLink label="Sign In" kind="primary" href={`/${product}/sign-in`} />
      <PasswordWarning product={product} />
    </PublicLayout>
  );
}
