import { Instant, MailAddress, Panel, Table, Text, type Row } from '../ui/index.js';
import type { Admin } from './admin-store.js';

/** The admins of the company, for members who may not do something themselves. */
export function WhoCan({ title, admins, timeZone }: { title: string; admins: readonly Admin[]; timeZone: string }): JSX.Element {
  const rows = admins.map(({ mail, lastSignedInAt }): Row => ({
    cells: [
      <MailAddress mail={mail} />,
      lastSignedInAt ? <Instant at={lastSignedInAt} timeZone={timeZone} padded /> : <Text text="Not yet" />,
      <a href={`mailto:${encodeURIComponent(mail)}`} aria-label={`Write a mail to ${mail}`}>
        Write a mail
      </a>,
    ],
  }));
  return (
    <Panel title={title}>
      <Table caption={title} columns={[{ label: 'Admin', kind: 'head' }, { label: 'Last signed in' }, { label: 'Write', kind: 'actions' }]} rows={rows} />
    </Panel>
  );
}
