/** A secret that is looked for. Bytes where it is no text. */
export interface Canary {
  readonly name: string;
  readonly value: string | Buffer;
}

/** Shorter pieces would be found by chance. */
const shortest = 10;
const pieceLength = 24;

/** Gives the names of the secrets of which some spelling stands in a text. */
export type Search = (text: string) => string[];

export function searchFor(canaries: readonly Canary[]): Search {
  const spelled = canaries.map(({ name, value }) => ({ name, spellings: spellings(value) }));
  return (text) => [...new Set(spelled.filter((canary) => canary.spellings.some((spelling) => text.includes(spelling))).map(({ name }) => name))];
}

/**
 * How a secret may be written down: as it is, in JSON, HTML, a URL or a form, in hex, in pieces of some length, and in
 * base64 or base64url wherever it stands in what was encoded. A text that itself is base64 counts as its bytes, too.
 */
export function spellings(value: string | Buffer): string[] {
  if (typeof value !== 'string') return [...new Set(encodings(value))].filter(({ length }) => length >= shortest);
  const bytes = Buffer.from(value.replace(/^[a-z]{2,5}[-_]/, ''), 'base64url');
  const form = new URLSearchParams([['', value]]).toString().slice(1);
  const html = value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;').replaceAll("'", '&#39;');
  const texts = [value, JSON.stringify(value).slice(1, -1), html, encodeURIComponent(value), form, ...encodings(Buffer.from(value)), ...pieces(value)];
  const isEncoded = /^[\w+/=-]+$/.test(value) && bytes.length >= 16;
  return [...new Set([...texts, ...(isEncoded ? encodings(bytes) : [])])].filter(({ length }) => length >= shortest);
}

/** What a text that was cut short still shows. */
function pieces(value: string): string[] {
  return Array.from({ length: Math.floor(value.length / pieceLength) }, (_, index) => value.slice(index * pieceLength, (index + 1) * pieceLength));
}

function encodings(bytes: Buffer): string[] {
  const hex = bytes.toString('hex');
  const inner = [0, 1, 2].flatMap((before) => [insideBase64(bytes, before, 'base64'), insideBase64(bytes, before, 'base64url')]);
  return [hex, hex.toUpperCase(), ...inner];
}

/** What does not depend on the bytes around it, when `before` bytes stand before it in its group of three. */
function insideBase64(bytes: Buffer, before: number, encoding: 'base64' | 'base64url'): string {
  const text = Buffer.concat([Buffer.alloc(before), bytes]).toString(encoding).replace(/=+$/, '');
  const untouchedEnd = Math.floor(((before + bytes.length) * 8) / 6);
  return text.slice(Math.ceil((before * 8) / 6), untouchedEnd);
}
