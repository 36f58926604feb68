import { commonPasswords } from './common-passwords.js';

/** In characters (code points). ASVS 6.2.1 asks for 8 at least and recommends 15; 6.2.9 for 64 allowed at least. */
export const shortestPassword = 10;
export const longestPassword = 1_000;

/**
 * Judges a new password by ASVS 6.2: length, no composition rules, not a common one, nothing made of the words that
 * belong to its owner (`context`: names, addresses, the product). Gives the sentence to show, or null when it may be used.
 */
export function checkNewPassword(password: string, context: readonly string[]): string | null {
  const length = [...password].length;
  if (length < shortestPassword) return `Use at least ${shortestPassword} characters; this one has ${length}.`;
  if (length > longestPassword) return `Use at most ${longestPassword} characters; this one has ${length}.`;
  if (password.includes('\0')) return 'A password cannot contain the NUL character.';
  const folded = password.toLowerCase();
  if (commonPasswords.has(folded) || commonPasswords.has(folded.replace(/[\d\W_]+$/, ''))) {
    return 'This password is on the lists that attackers try first. Use another, such as four unrelated words.';
  }
  if (new Set(folded).size < 4) return 'This password repeats the same few characters. Use a more varied one.';
  const rest = context.flatMap(wordsOf).reduce((text, word) => text.replaceAll(word, ''), folded);
  if ([...rest.replace(/[\d\W_]/g, '')].length < 4 && rest !== folded) {
    return 'This password is little more than your name, your address or the name of the product. Use another.';
  }
  return null;
}

function wordsOf(text: string): string[] {
  const folded = text.toLowerCase();
  return [folded, ...folded.split(/[^a-z0-9]+/)].filter((word) => word.length >= 3).sort((a, b) => b.length - a.length);
}
