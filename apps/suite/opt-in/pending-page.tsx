import type { PendingConsentView } from '@wayleave/vault';
import {
  AccountExecutiveBlock, Banner, ButtonLink, formatInstant, Instant, Layout, MailAddress, PageHead, PostButton, productName, Prose, Section, Table, Text, WithSide,
  type Frame, type Row,
} from '../ui/index.js';
import { applicationWords } from './application-words.js';

/** Asks an admin about a consent by another UPS.com login: who gave it, when, what differs, and what either decision does. */
export function PendingPage({ frame, pending }: { frame: Frame; pending: PendingConsentView }): JSX.Element {
  const { product, csrf, member } = frame;
  const { noun, pendingPath, homePath, homeName } = applicationWords[product];
  const { state } = frame.grants[product];
  const stands = state === 'authorized';
  const suspended = state === 'suspended';
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
      {suspended ? <CannotConfirm frame={frame} /> : ''}
      <div class="answers">
        {suspended ? '' : <PostButton label="Confirm" kind="primary" action={`${pendingPath}/confirm`} csrf={csrf} fields={fields} />}
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

/** In place of *Confirm* while the grant is suspended: why, and who ends that. */
function CannotConfirm({ frame: { product, operatorIsTold } }: { frame: Frame }): JSX.Element {
  const { noun, again } = applicationWords[product];
  return (
    <Banner tone="warn" heading="It cannot be confirmed now">
      <p safe>
        {`The database of this server was restored or moved, and the ${noun} of before is suspended. What waits here may have been cleared since. Whoever runs this server ends that with the command "wayleave resume"${operatorIsTold ? ', and is told by mail' : ''}; Confirm is here again then.`}
      </p>
      <p safe>{`It can be refused meanwhile. If it cannot wait: Clear, then ${again} with the new UPS.com login. After a Clear, no login is asked about.`}</p>
    </Banner>
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
