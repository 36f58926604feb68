import { CommandError, UsageError } from '@wayleave/platform/command';
import { addCompany, addMember, changeRole, findCompanies, findMemberBySignInName, parseRole, removeMember } from '@wayleave/suite';
import type { AddedMember, CompanyContext, Role } from '@wayleave/suite';
import type { CompanyId } from '@wayleave/vault';
import { parseArgs, type ParseArgsConfig } from 'node:util';

/** What a command does once the suite is open; it answers the text to print. */
export type Administration = (suite: CompanyContext) => Promise<string>;

/** Understands `company …` and `member …`. Throws UsageError. */
export function parseAdministration(words: readonly string[]): Administration {
  const [noun, verb, ...rest] = words;
  switch (`${noun ?? ''} ${verb ?? ''}`) {
    case 'company add': return parseCompanyAdd(rest);
    case 'member add': return parseMemberAdd(rest);
    case 'member role': return parseMemberRole(rest);
    case 'member remove': return parseMemberRemove(rest);
    default: throw new UsageError(`There is no command "${words.slice(0, 2).join(' ')}".`);
  }
}

function parseCompanyAdd(words: string[]): Administration {
  const { values, positionals } = parse(words, { admin: { type: 'string' } });
  const name = only(positionals, 'company add takes the name of the company; put it in quotes when it has spaces.');
  const adminMail = text(values['admin'], 'company add needs --admin with the mail address of the first admin.');
  return async (suite) => invitation(`Added the company ${name}.`, await addCompany(suite, { name, adminMail }));
}

function parseMemberAdd(words: string[]): Administration {
  const { values, positionals } = parse(words, { company: { type: 'string' }, role: { type: 'string', default: 'user' } });
  const mail = only(positionals, 'member add takes one mail address.');
  const name = text(values['company'], 'member add needs --company with the name of the company.');
  const role = parseKnownRole(text(values['role'], 'member add needs a role after --role.'));
  return async (suite) => {
    const company = await companyNamed(suite, name);
    return invitation(`Added a member of ${name}, role ${role}.`, await addMember(suite, company, { mail, role, signInName: '' }));
  };
}

function parseMemberRole(words: string[]): Administration {
  const { positionals } = parse(words, {});
  const [signInName, roleText, ...more] = positionals;
  if (!signInName || !roleText || more.length > 0) throw new UsageError('member role takes a Sign In name and a role.');
  const role = parseKnownRole(roleText);
  return async (suite) => {
    const member = await memberNamed(suite, signInName);
    await changeRole(suite, member.companyId, member.id, role);
    return `${member.signInName} of ${member.companyName} is now ${role}.\n`;
  };
}

function parseMemberRemove(words: string[]): Administration {
  const { positionals } = parse(words, {});
  const signInName = only(positionals, 'member remove takes one Sign In name.');
  return async (suite) => {
    const member = await memberNamed(suite, signInName);
    await removeMember(suite, member.companyId, member.id);
    return `Removed ${member.signInName} from ${member.companyName}.\n`;
  };
}

function invitation(done: string, member: AddedMember): string {
  return `${done}
Sign In name: ${member.signInName}
Set the password here, once, until ${member.expiresAt.toISOString()}:
${member.link}
`;
}

async function companyNamed(suite: CompanyContext, name: string): Promise<CompanyId> {
  const [company, ...others] = await findCompanies(suite.db, name);
  if (!company) throw new CommandError(`There is no company "${name}". Add it with: wayleave company add "${name}" --admin <mail>`);
  if (others.length > 0) throw new CommandError(`${others.length + 1} companies have the name "${name}". Add the member on the company manager page instead.`);
  return company.id;
}

async function memberNamed(suite: CompanyContext, signInName: string) {
  const member = await findMemberBySignInName(suite.db, signInName.trim().toLowerCase());
  if (!member) throw new CommandError(`Nobody has the Sign In name "${signInName}".`);
  return member;
}

function parse<T extends NonNullable<ParseArgsConfig['options']>>(words: string[], options: T) {
  try {
    return parseArgs({ args: words, options, allowPositionals: true, strict: true });
  } catch (error) {
    if (error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS')) throw new UsageError(`${error.message.split('. ')[0]}.`);
    throw error;
  }
}

function only(positionals: readonly string[], sentence: string): string {
  const [first, ...more] = positionals;
  if (!first?.trim() || more.length > 0) throw new UsageError(sentence);
  return first.trim();
}

function text(value: unknown, sentence: string): string {
  if (typeof value !== 'string' || value.trim() === '') throw new UsageError(sentence);
  return value.trim();
}

function parseKnownRole(value: string): Role {
  const role = parseRole(value);
  if (!role) throw new UsageError(`"${value}" is not a role; a role is admin or user.`);
  return role;
}
