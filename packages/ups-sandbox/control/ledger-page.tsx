import type { Html } from '@wayleave/platform/html';
import type { Application } from '../authorization/application.js';
import { Field, type FieldErrors } from '../ui/form.js';
import { Choice, ControlPage, Table } from './control-pages.js';
import { mostEntries, type LedgerEntry } from './ledger.js';

/** The filters as typed. */
export interface LedgerFilters {
  readonly since: string;
  readonly until: string;
  readonly application: string;
  readonly grant: string;
}

/** Which calls arrived between two instants, and with which grant; the newest first. */
export function LedgerPage(props: {
  csrf: string; filters: LedgerFilters; errors: FieldErrors; applications: readonly Application[]; entries: readonly LedgerEntry[]; found: number;
}): Html {
  const { filters, errors, entries, found } = props;
  const names = new Map(props.applications.map(({ clientId, displayName }) => [clientId, displayName]));
  return (
    <ControlPage title="Ledger" path="/ledger" csrf={props.csrf} errors={errors}>
      <p>Every call that reached the OAuth and data endpoints, by real time, with the grant that it carried. It is kept for a week; in memory, the newest hundred thousand.</p>
      <form method="get" action="/ledger" novalidate>
        <div class="columns">
          <Field name="since" label="From" value={filters.since} autocomplete="off" hint="UTC, such as 2026-01-31 12:00:00" error={errors['since']} />
          <Field name="until" label="Until" value={filters.until} autocomplete="off" hint="UTC; what arrived then is not shown." error={errors['until']} />
          <Choice name="application" label="Application" value={filters.application} options={[['', 'any'], ...[...names].map(([clientId, name]) => [clientId, name] as const)]} />
          <Field name="grant" label="Grant" value={filters.grant} autocomplete="off" error={errors['grant']} />
        </div>
        <div class="actions">
          <button class="primary" type="submit">Show</button>
          <a class="button" href="/ledger">Show all</a>
        </div>
      </form>
      <p role="status" safe>{foundText(found, entries.length)}</p>
      {entries.length === 0 ? '' : (
        <Table name="Calls" head={['Arrived, UTC', 'Call', 'Status', 'Application', 'Grant']}>
          {entries.map((entry) => (
            <tr>
              <td class="quiet" safe>{entry.at.replace('T', ' ').replace('Z', '')}</td>
              <th scope="row" safe>{`${entry.method} ${entry.path}`}</th>
              <td safe>{entry.status === null ? 'none' : String(entry.status)}</td>
              <td safe>{entry.client_id === null ? 'unknown' : names.get(entry.client_id) ?? entry.client_id}</td>
              <td class="quiet" safe>{entry.grant ?? 'none'}</td>
            </tr>
          ))}
        </Table>
      )}
    </ControlPage>
  );
}

function foundText(found: number, shown: number): string {
  if (found === 0) return 'No call fits.';
  const calls = found > mostEntries ? `More than ${mostEntries} calls` : `${found} ${found === 1 ? 'call' : 'calls'}`;
  return shown < found ? `${calls}; the newest ${shown} are shown.` : `${calls}.`;
}
