import type { PendingConsentView } from '@wayleave/vault';
import {
  AccountExecutiveBlock, ButtonLink, formatInstant, Instant, Layout, MailAddress, PageHead, PostButton, productName, Prose, Section, Table, Text, WithSide,
  type Frame, type Row,
} from '../ui/index.js';
import { applicationWords } from './application-words.js';

/** Asks an admin about a consent by another UPS.com login: who gave it, when, what differs, and what either decision does. */
export function PendingPage({ frame, pending }: { frame: Frame; pending: PendingConsentView }): JSX.Element {
  const { product, csrf, member } = frame;
  const { noun, pendingPath, homePath, homeName } = applicationWords[product];
  const stands = frame.grants[product].state === 'authorized';
  const title = 'Another UPS.com login';
  const until = formatInstant(pending.expiresAt, member.timeZone);
  const fields = { number: `${pending.number}` };
  const head = (
    <PageHead
      title={title}
      lead={`${pending.optedInBy.label} gave ${productName[product]} an ${noun} with another UPS.com login than before. It is not used until an admin confirms it.`}
    />
  );
  return (
    <Layout frame={frame} title={title} current={product === 'idm' ? 'admin' : 'company-manager'} withoutEndedBanner head={head}>
      <Consents frame={frame} pending={pending} />
      <div class="answers">
        <PostButton label="Confirm" kind="primary" action={`${pendingPath}/confirm`} csrf={csrf} fields={fields} />
        <PostButton label="Refuse" action={`${pendingPath}/refuse`} csrf={csrf} fields={fields} />
        <ButtonLink label={`Back to ${homeName}`} kind="quiet" href={homePath} />
      </div>
      <WithSide side={<AccountExecutiveBlock executive={frame.executive} admin />}>
        <Section title="What either does">
          <Prose>
            <ul>
              <li safe>{`Confirm: ${member.companyName}’s data is retrieved with the new login from now on, for the accounts of that login.${stands ? ` The ${noun} of before is replaced and its tokens are destroyed here.` : ''} What was retrieved so far stays beside it.`}</li>
              <li safe>{`Refuse: the new tokens are destroyed here.${stands ? ` The ${noun} of before goes on as it is.` : ''}`}</li>
              <li safe>{`If nobody decides, the new tokens are destroyed at ${until}.`}</li>
            </ul>
          </Prose>
        </Section>
      </WithSide>
    </Layout>
  );
}

function Consents({ frame, pending }: { frame: Frame; pending: PendingConsentView }): JSX.Element {
  const { product, member: { timeZone } } = frame;
  const before = frame.grants[product];
  const row = (name: string, by: string | undefined, at: Date | null, login: string | null): Row => ({
    cells: [
      <Text text={name} />,
      by === undefined ? <Text text="Nobody" /> : <MailAddress mail={by} />,
      at ? <Instant at={at} timeZone={timeZone} padded /> : <Text text="–" />,
      login === null ? <Text text="Not known" /> : <MailAddress mail={login} />,
    ],
  });
  return (
    <Table
      caption="The two that differ"
      columns={[
        { label: product === 'idm' ? 'Authorization' : 'Opt-in', kind: 'head' }, { label: product === 'idm' ? 'Authorized by' : 'Opted in by' }, { label: 'At' },
        { label: 'UPS.com login' },
      ]}
      rows={[row('New, waiting', pending.optedInBy.label, pending.arrivedAt, pending.login), row('Before', before.optedInBy?.label, before.since, pending.formerLogin)]}
    />
  );
}
