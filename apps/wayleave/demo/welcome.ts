import { demoCompanies, demoProfile } from './demo-people.js';
import type { DemoSecrets } from './demo-secrets.js';

/** What the terminal shows once the demo answers: addresses and who can sign in where. */
export function welcome(settings: Readonly<Record<string, string | undefined>>, secrets: DemoSecrets, folder: string): string {
  const members = demoCompanies.flatMap(({ name, members }) =>
    members.map(({ signInName, role }) => [`${name}, ${role}`, signInName, secrets.passwords[signInName] ?? '']),
  );
  const profile = [`UPS.com profile, accounts ${demoProfile.accounts.map(({ number }) => number).join(' and ')}`, demoProfile.username, secrets.passwords[demoProfile.username] ?? ''];
  return `
Wayleave is running. Ctrl+C stops it.

  Suite               ${settings['SUITE_PUBLIC_URL'] ?? ''}
  UPS.com stand-in    ${settings['UPSCOM_PUBLIC_URL'] ?? ''}

${table([['Sign in to the suite as', 'Sign In', 'Password'], ...members])}

${table([['Sign in to the stand-in as', 'Username', 'Password'], profile])}

Data and passwords are kept in ${folder}
`;
}

function table(rows: readonly (readonly string[])[]): string {
  const widths = [45, 20];
  return rows.map((cells) => `  ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' ').trimEnd()}`).join('\n');
}
