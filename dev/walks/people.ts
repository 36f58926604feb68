import { addCompany, addMember, setPassword, type AddedMember } from '@wayleave/suite';
import type { CompanyId } from '@wayleave/vault';
import type { SignIn, TestConstellation } from '../constellation/index.js';

/** A company that one test has for itself, so that tests share a constellation and nothing else. */
export interface WalkCompany {
  readonly id: CompanyId;
  readonly name: string;
  readonly admin: SignIn;
  readonly user: SignIn;
}

const password = 'four unrelated words here';
const names = ['Harborpine', 'Lowtide', 'Quarrystone', 'Fennelworth', 'Oxbridge', 'Millrace', 'Saltmarsh', 'Thistledown'];
let made = 0;

/** Adds a company with an admin and a user, both with a password. */
export async function newCompany({ suite }: Pick<TestConstellation, 'suite'>): Promise<WalkCompany> {
  const word = nextWord();
  const name = `${word} Trading`;
  const domain = `${word.toLowerCase()}.example`;
  const admin = await addCompany(suite, { name, adminMail: `admin@${domain}` });
  const user = await addMember(suite, admin.company, { mail: `dock@${domain}`, role: 'user', signInName: '' });
  const withPassword = async ({ link, mail, signInName }: AddedMember): Promise<SignIn> => {
    await setPassword(suite, { token: new URL(link).searchParams.get('token') ?? '', password, browser: 'a browser of the past' });
    return { name: signInName, mail, password };
  };
  return { id: admin.company, name, admin: await withPassword(admin), user: await withPassword(user) };
}

/** Registers a UPS.com profile at the stand-in. */
export async function newProfile({ control }: Pick<TestConstellation, 'control'>): Promise<SignIn> {
  const word = nextWord().toLowerCase();
  const profile = { name: `${word}-shipping`, mail: `shipping@${word}.example`, password };
  await control.addProfile({ username: profile.name, email: profile.mail, password, accounts: [{ number: 'A1B2C3' }] });
  return profile;
}

function nextWord(): string {
  const word = names[made % names.length] ?? '';
  made += 1;
  return `${word}${made}`;
}
