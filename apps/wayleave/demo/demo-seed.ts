import { InvalidForm } from '@wayleave/platform/errors';
import { addCompany, addMember, findMemberBySignInName, storePassword, type SuiteContext } from '@wayleave/suite';
import type { CompanyId } from '@wayleave/vault';
import type { Constellation } from '../constellation.js';
import { demoApplications, demoCompanies, demoProfile, type DemoCompany } from './demo-people.js';
import type { DemoSecrets } from './demo-secrets.js';

type Demo = Pick<Constellation, 'suite' | 'sandbox'>;

/**
 * Puts the demo's applications, profile, companies and members where they are missing. What is there stays as it is, so
 * that it can be run at every start and goes on where an interrupted one stopped.
 */
export async function seedDemo({ suite, sandbox }: Demo, secrets: DemoSecrets): Promise<void> {
  for (const application of ['idm', 'idh'] as const) {
    const { clientId, redirectUri } = suite.config.ups.applications[application];
    await sandbox.control.registerApplication({
      clientId,
      clientSecret: secrets.clientSecrets[application],
      displayName: demoApplications[application].displayName,
      redirectUris: [redirectUri],
    });
  }
  if (await isSeeded(suite)) return;
  await seedProfile(sandbox, secrets);
  for (const company of demoCompanies) await seedCompany(suite, company, secrets);
}

/** The first admin of the last company is written last. */
async function isSeeded(suite: SuiteContext): Promise<boolean> {
  const last = demoCompanies.at(-1)?.members.at(-1);
  const member = last && (await findMemberBySignInName(suite.db, last.signInName));
  return Boolean(member?.hasPassword);
}

async function seedProfile(sandbox: Demo['sandbox'], secrets: DemoSecrets): Promise<void> {
  try {
    await sandbox.control.createProfile({ ...demoProfile, password: secrets.passwords[demoProfile.username] ?? '' });
  } catch (error) {
    if (!(error instanceof InvalidForm && ('username' in error.fields || 'email' in error.fields))) throw error;
  }
}

async function seedCompany(suite: SuiteContext, company: DemoCompany, secrets: DemoSecrets): Promise<void> {
  let companyId: CompanyId | undefined;
  for (const { signInName, mail, role } of company.members) {
    let member = await findMemberBySignInName(suite.db, signInName);
    if (!member) {
      await (companyId ? addMember(suite, companyId, { mail, role, signInName }) : addCompany(suite, { name: company.name, adminMail: mail }));
      member = await findMemberBySignInName(suite.db, signInName);
    }
    if (!member) throw new Error(`the demo's member ${signInName} was added under another Sign In name`);
    companyId = member.companyId;
    if (!member.hasPassword) {
      const hash = await suite.passwords.hash(secrets.passwords[signInName] ?? '');
      await storePassword(suite.db, member.companyId, member.id, hash);
    }
  }
}
