import type { AuditEntry } from '@wayleave/vault';
import {
  Button, ButtonLink, EmptyState, Instant, Layout, MailAddress, PageHead, Pagination, productName, products, SecondLine, Section, Select, Table, Text,
  type Frame, type Page, type Product, type Row,
} from '../ui/index.js';
import { actionWords, detailWords } from './audit-words.js';

export interface AuditPageProps {
  readonly frame: Frame;
  readonly entries: readonly AuditEntry[];
  readonly page: Page;
  /** Shown alone; null for all applications. */
  readonly application: Product | null;
}

export const auditPath = '/company-manager/audit';
export const auditFilePath = '/company-manager/audit.jsonl';

/** Everything that was done with the company's permissions, newest first; for admins. */
export function AuditPage({ frame, entries, page, application }: AuditPageProps): JSX.Element {
  const from = `from=${frame.product}`;
  const filter = application ? `&application=${application}` : '';
  const head = (
    <PageHead
      title="Audit" lead={`Everything that was done with the permissions of ${frame.member.companyName}. Entries are only ever added, and each is chained to the one before.`}
      actions={<ButtonLink label="Back to the company manager" href={`/company-manager?${from}`} />}
    />
  );
  return (
    <Layout frame={frame} title="Audit" current="company-manager" withoutEndedBanner head={head}>
      <Section title="Entries" id="entries" action={page.total > 0 ? <ButtonLink small label="Download as JSON Lines" href={auditFilePath} /> : undefined}>
        <form method="get" action={auditPath} class="inline-form">
          <input type="hidden" name="from" value={frame.product} />
          <Select
            label="Application" name="application" value={application ?? ''}
            options={[{ value: '', label: 'All applications' }, ...products.map((product) => ({ value: product, label: productName[product] }))]}
          />
          <Button small label="Show" />
        </form>
        {page.total === 0 ? (
          <EmptyState icon="list" title="Nothing was done yet" text="Opt-ins, uses, renewals and Clears are listed here from the first one on." />
        ) : (
          <>
            <Entries frame={frame} entries={entries} />
            <Pagination {...page} what={page.total === 1 ? 'entry' : 'entries'} href={(number) => `${auditPath}?${from}${filter}&page=${number}#entries`} />
          </>
        )}
      </Section>
    </Layout>
  );
}

function Entries({ frame, entries }: Pick<AuditPageProps, 'frame' | 'entries'>): JSX.Element {
  return (
    <Table
      caption="What was done, newest first"
      columns={[{ label: 'When', kind: 'head' }, { label: 'Application' }, { label: 'What happened' }, { label: 'Who' }]}
      rows={entries.map((entry): Row => {
        const detail = detailWords(entry);
        return {
          id: `entry-${entry.seq}`,
          cells: [
            <Instant at={entry.at} timeZone={frame.member.timeZone} padded />,
            <Text text={productName[entry.application]} />,
            <>
              <Text text={actionWords[entry.action]} />
              {detail === '' ? '' : <SecondLine text={detail} />}
            </>,
            entry.actor ? <MailAddress mail={entry.actor.label} /> : <Text text="Nobody: by itself" />,
          ],
        };
      })}
    />
  );
}
