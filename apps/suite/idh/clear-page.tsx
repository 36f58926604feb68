import { applicationWords } from '../opt-in/application-words.js';
import { ClearPanel, type ClearQuestion } from '../opt-in/clear-panel.js';
import { GrantFacts } from '../opt-in/grant-facts.js';
import type { FollowCounts } from '../retrieval/followed-package-store.js';
import { AccountExecutiveBlock, Badge, Layout, PageHead, PasswordWarning, productName, WithSide, type Frame } from '../ui/index.js';

/** Asks before the opt-in of Intelligent Delivery History and ODCS is cleared. */
export function IdhClearPage({ frame, counts, login, question }: { frame: Frame; counts: FollowCounts; login: string | null; question: ClearQuestion }): JSX.Element {
  const title = productName.idh;
  const head = (
    <PageHead
      title={title} badge={<Badge word={applicationWords.idh.stateWords[frame.grants.idh.state]} />}
      lead={`${frame.member.companyName}’s opt-in, which covers Intelligent Delivery History and ODCS.`}
    />
  );
  return (
    <Layout frame={frame} title={`Clear · ${title}`} current="company-manager" head={head}>
      <ClearPanel frame={frame} question={question} />
      <WithSide side={<AccountExecutiveBlock executive={frame.executive} admin />}>
        <GrantFacts frame={frame} counts={counts} login={login} />
      </WithSide>
      <PasswordWarning product="idh" />
    </Layout>
  );
}
