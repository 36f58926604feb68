/**
 * What is wrong with a mail address, as a sentence, or null. Judges only what can be said without sending: one `@`, a
 * name before it, a host with an ending after it, no spaces, at most 254 characters.
 */
export function wrongMailAddress(text: string): string | null {
  if (text === '') return 'Enter a mail address.';
  if (text.length > 254) return 'This address is longer than 254 characters.';
  if (/\s/.test(text)) return 'This address has a space in it. Remove it.';
  const [name, host, ...more] = text.split('@');
  if (host === undefined) return 'This address has no @.';
  if (more.length > 0) return 'This address has more than one @.';
  if (!name) return 'This address has nothing before the @.';
  if (host === '') return 'This address has nothing after the @.';
  if (!host.includes('.')) return 'This address has no ending, such as .com.';
  if (!/^[a-z0-9-]+(\.[a-z0-9-]+)+$/i.test(host)) return 'The part after the @ is not the name of a mail host, such as example.com.';
  if (!/^[^\p{C}<>()[\]\\,;:"]+$/u.test(name)) return 'The part before the @ has a character that mail addresses do not have.';
  return null;
}
