import type { Admin } from '../opt-in/admin-store.js';
import { applicationWords } from '../opt-in/application-words.js';
import { WhoCan } from '../opt-in/who-can.js';
import type { FollowCounts } from '../retrieval/followed-package-store.js';
import { AccountExecutiveBlock, Badge, ButtonLink, Instant, Layout, PageHead, Prose, Section, WithSide, type Frame } from '../ui/index.js';

/** Where signing in to Intelligent Data Management leads: whether it may retrieve data, who can change that, what there is to do. */
export function IdmHomePage({ frame, counts, admins }: { frame: Frame; counts: FollowCounts; admins: readonly Admin[] }): JSX.Element {
  const { member } = frame;
  const grant = frame.grants.idm;
  const admin = member.role === 'admin';
  const authorized = grant.state === 'authorized';
  const title = 'Intelligent Data Management';
  const head = (
    <PageHead
      title={title}
      badge={<Badge word={applicationWords.idm.stateWords[grant.state]} />}
      lead={authorized
        ? `${member.companyName} has authorized this application to retrieve its UPS.com data.`
        : grant.state === 'suspended'
          ? `The authorization of ${member.companyName} is suspended until whoever runs this server confirms it. Nothing is being retrieved.`
          : `${member.companyName} has no standing authorization, so nothing is being retrieved.`}
    />
  );
  return (
    <Layout frame={frame} title={title} current="home" head={head}>
      <WithSide side={<AccountExecutiveBlock executive={frame.executive} admin={admin} />}>
        {authorized ? (
          <Section title="Packages">
            <Prose>
              {counts.total === 0 ? (
                <p>Nothing is followed yet. Paste package numbers, and their status is kept up to date here.</p>
              ) : (
                <p>
                  <span safe>{counts.total === 1 ? '1 package is followed.' : `${counts.total.toLocaleString('en-US')} packages are followed.`}</span>
                  {counts.lastAnswerAt ? (
                    <>
                      {' '}
                      UPS last answered at <Instant at={counts.lastAnswerAt} timeZone={member.timeZone} />.
                    </>
                  ) : (
                    ''
                  )}
                </p>
              )}
            </Prose>
            <div class="answers">
              <ButtonLink label={counts.total === 0 ? 'Paste a list' : 'Show the packages'} kind="primary" icon="box" href="/idm/packages" />
            </div>
          </Section>
        ) : admin ? (
          <Section title="How to authorize">
            <Prose>
              <p>Choose Admin in the menu, then press Authorize. You will go to UPS.com, accept the Confidentiality Agreement, and log in.</p>
            </Prose>
            <div class="answers">
              <ButtonLink label="Token Manager" kind="primary" icon="key" href={applicationWords.idm.homePath} />
            </div>
          </Section>
        ) : (
          <WhoCan title="Who can authorize" admins={admins} timeZone={member.timeZone} />
        )}
      </WithSide>
      {authorized && admin ? (
        <Section title="Authorization">
          <Prose>
            <p>
              <span safe>{grant.optedInBy?.label ?? 'Somebody'}</span> authorized this application
              {grant.since ? (
                <>
                  {' '}
                  at <Instant at={grant.since} timeZone={member.timeZone} />
                </>
              ) : (
                ''
              )}
              . Choose Admin in the menu to see its tokens, to check it, or to end it.
            </p>
          </Prose>
        </Section>
      ) : (
        ''
      )}
    </Layout>
  );
}
