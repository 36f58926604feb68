import { CommandError, progressLine, UsageError } from '@wayleave/platform/command';
import { openDatabase } from '@wayleave/platform/database';
import { companyId, verifyAudit, type AuditProgress, type CompanyId } from '@wayleave/vault';
import { dataFolder, openDemoDatabase } from './data-folder.js';
import { databaseUrl } from './database-url.js';

/**
 * `wayleave verify-audit [company id]`: one sentence for each company whose audit is not what was written, and exit code 1
 * when there is any. Needs no key and no other setting.
 */
export async function verifyAuditCommand(words: string[], env: NodeJS.ProcessEnv): Promise<void> {
  const [id, ...more] = words;
  if (more.length > 0) throw new UsageError('"verify-audit" takes the id of one company, or nothing for all.');
  const which = id === undefined ? 'all' : parseCompany(id);
  const database = env['DATABASE_URL']?.trim() ? await openDatabase({ url: databaseUrl(env), max: 2 }) : await openDemoDatabase(env, dataFolder(env));
  try {
    const say = progressLine();
    const { companies, entries, findings } = await verifyAudit(database, which, { onProgress: (progress) => say(sentenceOf(progress)) });
    if (which !== 'all' && entries === 0 && findings.length === 0) throw new CommandError(`There is no audit of a company with the id "${which}".`);
    for (const { sentence } of findings) process.stdout.write(`${sentence}\n`);
    if (findings.length > 0) throw new CommandError(`The audit of ${findings.length} of ${companies} companies is not what was written.`);
    process.stdout.write(`The audit is intact: ${entries} entries of ${companies} companies.\n`);
  } finally {
    await database.close();
  }
}

function parseCompany(text: string): CompanyId {
  try {
    return companyId(text);
  } catch {
    throw new UsageError(`"${text}" is not the id of a company.`);
  }
}

function sentenceOf({ companies, of, entries }: AuditProgress): string {
  return `${companies} of ${of} companies, ${entries} entries`;
}
