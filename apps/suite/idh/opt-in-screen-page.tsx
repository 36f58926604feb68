import type { Admin } from '../opt-in/admin-store.js';
import { applicationWords } from '../opt-in/application-words.js';
import { WhoCan } from '../opt-in/who-can.js';
import { AccountExecutiveBlock, Badge, ButtonLink, Layout, PageHead, PasswordWarning, Prose, Section, WithSide, type Frame } from '../ui/index.js';

export interface OptInScreenProps {
  readonly frame: Frame;
  readonly admins: readonly Admin[];
  /** Packages whose state was retrieved under an earlier opt-in. */
  readonly retrievedBefore: number;
}

const words = applicationWords.idh;

/** The landing page of Intelligent Delivery History while no opt-in stands. Admins go on from here; others see who can. */
export function OptInScreenPage({ frame, admins, retrievedBefore }: OptInScreenProps): JSX.Element {
  const { member } = frame;
  const { state } = frame.grants.idh;
  const admin = member.role === 'admin';
  const ended = state === 'needs-opt-in';
  const suspended = state === 'suspended';
  const title = suspended ? 'Paused until it is confirmed' : admin ? 'See every delivery in one place' : 'Waiting for an admin to opt in';
  const lead = suspended
    ? `The database of this server was restored or moved. Whoever runs it has to confirm that the opt-in of ${member.companyName} still holds; until then nothing is retrieved.`
    : admin
      ? `${member.companyName} has ${ended ? 'no opt-in any more' : state === 'cleared' || state === 'clearing' ? 'cleared its opt-in' : 'not opted in yet'}. One opt-in covers Intelligent Delivery History and ODCS, for everyone in the company.`
      : `Delivery History opens for you as soon as one of ${member.companyName}’s admins has opted in at UPS.com. There is nothing you have to do.`;
  return (
    <Layout frame={frame} title={title} current="opt-in" head={<PageHead title={title} badge={<Badge word={words.stateWords[state]} />} lead={lead} />}>
      {admin ? (
        <div class="answers">
          <ButtonLink label="Opt-In" kind="primary" href={words.homePath} />
          <p class="remark">Takes about a minute. You need a UPS.com profile, or can sign up on the way.</p>
        </div>
      ) : (
        ''
      )}
      <WithSide side={<AccountExecutiveBlock executive={frame.executive} admin={admin} />}>
        {admin ? <WhatWillHappen /> : <WhoCan title="Who can opt in" admins={admins} timeZone={member.timeZone} />}
        <Section title="What it may read">
          <Prose>
            <p>
              Shipping account numbers, contact information, rates, and package tracking status of the UPS.com profile that is logged in with. It cannot ship,
              pay, or change anything.
            </p>
          </Prose>
        </Section>
        {retrievedBefore > 0 ? (
          <Section title="What was retrieved before">
            <Prose>
              <p>
                <span safe>{retrievedBefore === 1 ? '1 package' : `${retrievedBefore.toLocaleString('en-US')} packages`}</span>, as UPS last described them.{' '}
                <a href="/idh/history">Show what was retrieved before</a>
              </p>
            </Prose>
          </Section>
        ) : (
          ''
        )}
      </WithSide>
      <PasswordWarning product="idh" />
      {admin ? <p class="remark">Once the opt-in is complete, nobody in the company sees this screen.</p> : ''}
    </Layout>
  );
}

function WhatWillHappen(): JSX.Element {
  return (
    <Section title="What will happen">
      <Prose>
        <ol>
          <li>You choose Opt-In once more in the company manager.</li>
          <li>UPS.com asks for an email or username, the Confidentiality Agreement, and the password.</li>
          <li>You come back, and Delivery History opens for everyone in the company.</li>
        </ol>
      </Prose>
    </Section>
  );
}
