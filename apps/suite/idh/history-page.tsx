import { LastScan, PackageState } from '../retrieval/followed-region.js';
import {
  Badge, ButtonLink, EmptyState, formatInstant, Layout, PageHead, Pagination, Prose, Section, Table, TrackingNumber, type Frame, type Row,
} from '../ui/index.js';
import { applicationWords } from '../opt-in/application-words.js';
import type { HistoryPart } from './history.js';

/** Delivery History: what every member lands on while the opt-in stands, and what remains readable after it. */
export function HistoryPage({ frame, history }: { frame: Frame; history: HistoryPart }): JSX.Element {
  const { state } = frame.grants.idh;
  const open = state === 'authorized';
  const { completeThrough, page } = history;
  const title = 'Delivery History';
  const through = completeThrough ? ` UPS last answered at ${formatInstant(completeThrough, frame.member.timeZone)}.` : '';
  const lead = open
    ? `The packages your company follows, each as UPS last described it.${through}`
    : `What was retrieved while the opt-in stood.${through} Nothing is being retrieved now.`;
  const head = (
    <PageHead
      title={title} lead={lead}
      badge={open ? undefined : <Badge word={applicationWords.idh.stateWords[state]} />}
      actions={open ? <ButtonLink label="Paste a list" href="/idh/packages" icon="box" /> : <ButtonLink label="Back to Opt-In" href="/idh/opt-in" />}
    />
  );
  return (
    <Layout frame={frame} title={title} current={open ? 'history' : 'opt-in'} head={head}>
      {page.total === 0 ? (
        <EmptyState
          icon="box" title="No deliveries yet"
          text="Paste the numbers of packages to follow, and they appear here with their status and last scan."
        />
      ) : (
        <Section title="Deliveries">
          <Table
            caption="Deliveries, the newest followed first"
            columns={[{ label: 'Package number', kind: 'head' }, { label: 'State' }, { label: 'Last scan' }]}
            rows={history.deliveries.map((item): Row => ({
              cells: [<TrackingNumber number={item.number} />, <PackageState item={item} />, <LastScan item={item} timeZone={frame.member.timeZone} />],
            }))}
          />
          <Pagination {...page} what={page.total === 1 ? 'delivery' : 'deliveries'} href={(number) => `/idh/history?page=${number}`} />
        </Section>
      )}
      <Section title="What this page does not hold yet">
        <Prose>
          <p>
            This version shows only packages whose numbers somebody pasted, and of each only its latest state. Every delivery of your UPS accounts, with
            all its scans and its proof of delivery, is not retrieved yet.
          </p>
        </Prose>
      </Section>
    </Layout>
  );
}
