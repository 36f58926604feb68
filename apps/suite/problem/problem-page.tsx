import { Forbidden, NotSignedIn, TooManyRequests, type Problem } from '@wayleave/platform/errors';

import type { Admin } from '../opt-in/admin-store.js';
import { WhoCan } from '../opt-in/who-can.js';
import { DeadLink } from '../sign-in/password.js';
import {
  AccountExecutiveBlock, ButtonLink, formatInstant, Layout, PageHead, PasswordWarning, productName, Prose, PublicLayout, Section,
  type Frame, type Product,
} from '../ui/index.js';

export interface ProblemPageProps {
  problem: Problem;
  /** The request's id, under which the log has more. */
  reference: string;
  now: Date;
}

/** Something that went wrong, for somebody who is signed in: what, what to do next, and whom to ask. */
export function FramedProblemPage(props: ProblemPageProps & { frame: Frame; admins: readonly Admin[] }): JSX.Element {
  const { problem, frame, admins } = props;
  const { timeZone } = frame.member;
  return (
    <Layout frame={frame} title={problem.heading} withoutEndedBanner head={<PageHead title={problem.heading} lead={problem.message} />}>
      <div class="answers">
        <ButtonLink label={`Back to ${productName[frame.product]}`} href={`/${frame.product}`} />
      </div>
      {problem instanceof Forbidden && frame.member.role === 'user' ? <WhoCan title="Who can" admins={admins} timeZone={timeZone} /> : ''}
      <NextStep problem={problem} />
      <AccountExecutiveBlock executive={frame.executive} admin={frame.member.role === 'admin'} />
      <PasswordWarning product={frame.product} />
      <Reference reference={props.reference} text={formatInstant(props.now, timeZone)} />
    </Layout>
  );
}

/** The same for somebody who is not signed in. */
export function PublicProblemPage(props: ProblemPageProps & { product: Product | undefined; trademarkNotice: string }): JSX.Element {
  const { problem, product } = props;
  return (
    <PublicLayout title={problem.heading} product={product} trademarkNotice={props.trademarkNotice}>
      <p class="lead" safe>
        {problem.message}
      </p>
      <div class="answers">
        {problem instanceof NotSignedIn ? (
          <ButtonLink label="Sign In" kind="primary" href={`/${product ?? 'idh'}/sign-in`} />
        ) : problem instanceof DeadLink ? (
          <ButtonLink label="Get a new link" kind="primary" href="/forgot-password" />
        ) : (
          <ButtonLink label="To the front page" href="/" />
        )}
      </div>
      <NextStep problem={problem} />
      <Reference reference={props.reference} text={formatInstant(props.now, 'UTC')} />
    </PublicLayout>
  );
}

function NextStep({ problem }: { problem: Problem }): JSX.Element {
  const text = nextStep(problem);
  if (text === null) return '';
  return (
    <Section title="What to do">
      <Prose>
        <p safe>{text}</p>
      </Prose>
    </Section>
  );
}

function nextStep(problem: Problem): string | null {
  if (problem instanceof TooManyRequests) return 'Waiting is all it takes. Others in your company are not affected, and nothing was changed.';
  switch (problem.status) {
    case 404: return 'Check the address. If a link of ours led here, what it led to may have been removed meanwhile.';
    case 409: return 'Open the page again to see how things stand now, then decide anew.';
    case 413: return 'Split it into smaller parts and send them one after the other.';
    case 500: return 'Try once more. If it stays, tell whoever runs this server the reference below: it leads to what happened in the log.';
    case 503: return 'Wait a minute and load the page again. Nothing was lost.';
    default: return null;
  }
}

function Reference({ reference, text }: { reference: string; text: string }): JSX.Element {
  return (
    <p class="reference">
      Reference for support:{' '}
      <code class="chip" safe>
        {reference}
      </code>{' '}
      at <span safe>{text}</span>
    </p>
  );
}
