import { InvalidForm } from '@wayleave/platform/errors';
import type { CompanyId } from '@wayleave/vault';

import type { SuiteContext } from '../suite.js';
import type { AccountExecutive } from '../ui/account-executive.js';

import { saveAccountExecutive } from './account-executive-store.js';
import { wrongMailAddress } from './mail-address.js';

/** Enters or empties the company's Account Executive. Throws InvalidForm (fields `name`, `mail`, `phone`) with nothing written. */
export async function enterAccountExecutive({ db }: Pick<SuiteContext, 'db'>, company: CompanyId, typed: AccountExecutive): Promise<void> {
  const executive = { name: typed.name.trim(), mail: typed.mail.trim(), phone: typed.phone.trim() };
  const problems = {
    name: executive.name.length > 100 ? 'Use at most 100 characters.' : null,
    mail: executive.mail === '' ? null : wrongMailAddress(executive.mail),
    phone: executive.phone === '' ? null : wrongPhone(executive.phone),
  };
  const fields = Object.fromEntries(
    Object.entries(problems).flatMap(([name, problem]) => (problem === null ? [] : [[name, `${problem} Nothing was saved.`]])),
  );
  if (Object.keys(fields).length > 0) throw new InvalidForm(fields);
  await saveAccountExecutive(db, company, executive);
}

function wrongPhone(phone: string): string | null {
  if (!/^[+\d\s().\-/x]+$/i.test(phone)) return 'A phone number has digits, spaces and + ( ) - . / x for an extension.';
  const digits = phone.replace(/\D/g, '').length;
  return digits >= 5 && digits <= 20 ? null : 'This number has too few or too many digits.';
}
