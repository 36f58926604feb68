import type { IssuedTokenState, IssuedTokenView } from '@wayleave/vault';
import { applicationWords } from '../opt-in/application-words.js';
import { ClearPanel, type ClearQuestion } from '../opt-in/clear-panel.js';
import { GrantFacts } from '../opt-in/grant-facts.js';
import { SuspendedBanner } from '../opt-in/suspended-banner.js';
import { TroubleBanner } from '../opt-in/trouble-banner.js';
import type { FollowCounts } from '../retrieval/followed-package-store.js';
import {
  AccountExecutiveBlock, Badge, Banner, ButtonLink, EmptyState, Fingerprint, formatInstant, Instant, Layout, MailAddress, PageHead, Pagination,
  PasswordWarning, PostButton, Section, Table, Text, WithSide, type BadgeWord, type Frame, type Page, type Row,
} from '../ui/index.js';

export interface TokenManagerProps {
  readonly frame: Frame;
  readonly counts: FollowCounts;
  /** The UPS.com login of the authorization; null where UPS does not tell. */
  readonly login: string | null;
  readonly tokens: readonly IssuedTokenView[];
  readonly page: Page;
  /** Set on the page that asks before a Clear. */
  readonly question?: ClearQuestion;
}

const words = applicationWords.idm;

/** The Token Manager: the state of the authorization, what one may do with it, and the access tokens that came of it. */
export function TokenManagerPage({ frame, counts, login, tokens, page, question }: TokenManagerProps): JSX.Element {
  const { state } = frame.grants.idm;
  const living = state === 'authorized' || state === 'suspended' || state === 'needs-opt-in' || state === 'clearing';
  const executive = <AccountExecutiveBlock executive={frame.executive} admin />;
  const head = (
    <PageHead
      title="Token Manager"
      badge={<Badge word={words.stateWords[state]} />}
      lead={`${frame.member.companyName}’s permission for Intelligent Data Management to retrieve its UPS.com data.`}
      actions={question ? undefined : <Actions frame={frame} />}
    />
  );
  return (
    <Layout frame={frame} title="Token Manager" current="admin" head={head}>
      {question ? <ClearPanel frame={frame} question={question} /> : ''}
      <SuspendedBanner frame={frame} />
      <TroubleBanner frame={frame} />
      {living ? (
        <>
          {state === 'clearing' ? <Clearing /> : ''}
          <WithSide side={executive}>
            <GrantFacts frame={frame} counts={counts} login={login} />
          </WithSide>
          <PasswordWarning product="idm" />
        </>
      ) : (
        <>
          <Nothing frame={frame} />
          <WithSide side={executive}>
            <PasswordWarning product="idm" />
          </WithSide>
        </>
      )}
      {page.total > 0 ? <TokenGrid frame={frame} tokens={tokens} page={page} /> : ''}
    </Layout>
  );
}

function Actions({ frame }: { frame: Frame }): JSX.Element {
  const { csrf } = frame;
  const { state } = frame.grants.idm;
  return (
    <>
      {state === 'authorized' || state === 'needs-opt-in' ? <PostButton label="Check now" kind="quiet" action={words.checkPath} csrf={csrf} /> : ''}
      {state === 'authorized' || state === 'suspended' || state === 'clearing' ? <PostButton label={words.begin} action={words.beginPath} csrf={csrf} leavesSite /> : ''}
      {state === 'authorized' || state === 'suspended' ? <ButtonLink label="Clear" kind="destructive" href={words.clearPath} /> : ''}
    </>
  );
}

function Clearing(): JSX.Element {
  return (
    <Banner tone="info" heading="The authorization is being cleared">
      <p>Nothing new is retrieved. The last calls are being cut off; load this page again in a few seconds.</p>
    </Banner>
  );
}

function Nothing({ frame }: { frame: Frame }): JSX.Element {
  const { endedAt, endedBy, state } = frame.grants.idm;
  const cleared = state === 'cleared' && endedAt
    ? `It was cleared at ${formatInstant(endedAt, frame.member.timeZone)}${endedBy ? ` by ${endedBy.label}` : ''}. `
    : '';
  return (
    <EmptyState
      icon="key"
      title={cleared === '' ? 'No authorization yet' : 'No authorization any more'}
      text={`${cleared}You will go to UPS.com, accept the Confidentiality Agreement, and log in. That takes about a minute and brings you back here.`}
      action={<PostButton label={words.begin} kind="primary" action={words.beginPath} csrf={frame.csrf} leavesSite />}
    />
  );
}

const tokenWords: Readonly<Record<IssuedTokenState, BadgeWord>> = {
  'in use': 'In use', 'replaced': 'Replaced', 'expired': 'Expired', 'destroyed by Clear': 'Destroyed by Clear', 'voided': 'Voided', 'never stored': 'Never stored',
  'waiting': 'Waiting', 'never used': 'Never used',
};

function TokenGrid({ frame, tokens, page }: Pick<TokenManagerProps, 'frame' | 'tokens' | 'page'>): JSX.Element {
  const { timeZone } = frame.member;
  const rows = tokens.map((token): Row => ({
    cells: [
      <Instant at={token.createdAt} timeZone={timeZone} padded />,
      <Instant at={token.expiresAt} timeZone={timeZone} padded />,
      <Text text={token.cameBy === 'opt-in' ? 'Opt-in' : 'Refresh'} />,
      <MailAddress mail={token.optedInBy.label} />,
      <Fingerprint text={token.fingerprint} />,
      <Badge word={tokenWords[token.state]} />,
    ],
  }));
  return (
    <Section title="Most recent access tokens" id="tokens" remark="Newest first. The tokens themselves are never shown.">
      <Table
        caption="Most recent access tokens, newest first"
        columns={[
          { label: 'Created', kind: 'head' }, { label: 'Expires' }, { label: 'Came by' }, { label: 'Opted in by' }, { label: 'Fingerprint' },
          { label: 'State', kind: 'state' },
        ]}
        rows={rows}
      />
      <Pagination {...page} what={page.total === 1 ? 'token' : 'tokens'} href={(number) => `${words.homePath}?page=${number}#tokens`} />
    </Section>
  );
}
