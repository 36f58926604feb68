import { InvalidForm } from '@wayleave/platform/errors';
import type { CompanyId } from '@wayleave/vault';

import type { SuiteContext } from '../suite.js';

import { updateTimeZone } from './company-store.js';

/** The zone of a company that names none. */
export const defaultTimeZone = 'America/New_York';

/** What an admin can choose from, as IANA names. */
export const timeZones: readonly string[] = ['UTC', ...Intl.supportedValuesOf('timeZone')];

/** Whether this is the IANA name of a time zone, also an old name. */
export function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

/** Has the company's pages and mails state times in another zone from now on. Throws InvalidForm (field `time_zone`). */
export async function changeTimeZone({ db }: Pick<SuiteContext, 'db'>, company: CompanyId, name: string): Promise<void> {
  if (!isTimeZone(name)) throw new InvalidForm({ time_zone: 'Choose a time zone from the list. Nothing was saved.' });
  await updateTimeZone(db, company, name);
}
