/** How many package numbers one pasted list may hold. */
export const longestList = 500;

const shortestNumber = 7;
const longestNumber = 34;

/** One thing in a pasted list that is not a package number. `line` counts from 1; `text` is safe to print. */
export interface BadEntry {
  readonly line: number;
  readonly text: string;
  readonly reason: string;
}

export type PastedList =
  | { readonly kind: 'list'; readonly numbers: readonly string[]; readonly repeated: number }
  | { readonly kind: 'bad'; readonly entries: readonly BadEntry[] }
  | { readonly kind: 'empty' }
  | { readonly kind: 'too-long'; readonly count: number };

/**
 * Reads a pasted list of package numbers. Whitespace, commas and semicolons separate; case does not matter; a number
 * given more than once counts once. A number is what UPS's Track takes (7 to 34 letters and digits). The check digit is
 * not looked at, because numbers in UPS's own documentation fail it.
 */
export function parsePastedList(text: string): PastedList {
  const numbers = new Set<string>();
  const entries: BadEntry[] = [];
  let given = 0;
  for (const [index, line] of text.split(/\r\n|[\n\r\u2028\u2029]/).entries()) {
    for (const segment of line.split(/[,;]/)) {
      for (const piece of pieces(segment)) {
        given += 1;
        const reason = whatIsWrong(piece);
        if (reason === null) numbers.add(piece.toUpperCase());
        else entries.push({ line: index + 1, text: printable(piece), reason });
      }
    }
  }
  if (entries.length > 0) return { kind: 'bad', entries };
  if (numbers.size === 0) return { kind: 'empty' };
  if (numbers.size > longestList) return { kind: 'too-long', count: numbers.size };
  return { kind: 'list', numbers: [...numbers], repeated: given - numbers.size };
}

/** The entries between two commas. A number written in groups is one entry, so that it is one mistake and not six. */
function pieces(segment: string): string[] {
  const parts = segment.split(/\s+/).filter((part) => part !== '');
  const grouped = parts.length > 1 && parts.every((part) => part.length < shortestNumber) && whatIsWrong(parts.join('')) === null;
  return grouped ? [parts.join(' ')] : parts;
}

function whatIsWrong(piece: string): string | null {
  if (/^[0-9A-Za-z ]+$/.test(piece) && piece.includes(' ')) return 'it has spaces inside; write the number without them';
  const stranger = /[^0-9A-Za-z]/u.exec(piece)?.[0];
  if (stranger !== undefined) return `it contains “${printable(stranger)}”; a package number has only letters A–Z and digits`;
  if (piece.length < shortestNumber) return `it has ${piece.length} ${piece.length === 1 ? 'character' : 'characters'}; a package number has at least ${shortestNumber}`;
  if (piece.length > longestNumber) return `it has ${piece.length} characters; a package number has at most ${longestNumber}`;
  return null;
}

/** At most 40 characters, with everything that would not show replaced by its code point. */
function printable(text: string): string {
  const shown = [...text.slice(0, 100)].map((character) => {
    if (/^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u.test(character)) return character;
    return `U+${character.codePointAt(0)?.toString(16).toUpperCase().padStart(4, '0')}`;
  });
  const characters = [...shown.join('')];
  return characters.length > 40 ? `${characters.slice(0, 39).join('')}…` : characters.join('');
}
