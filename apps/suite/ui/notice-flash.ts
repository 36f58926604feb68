import type { Flash } from '@wayleave/platform/session';

import type { Notice } from './banner.js';

/** The notice a session keeps for its next page, or null when what it keeps is none. */
export function parseNotice(flash: Flash | null): Notice | null {
  if (!flash) return null;
  const { tone, heading, lines, linkHref, linkLabel } = flash;
  if (tone !== 'ok' && tone !== 'bad' && tone !== 'info') return null;
  if (typeof heading !== 'string' || !isTexts(lines)) return null;
  return {
    tone, heading, lines,
    ...(typeof linkHref === 'string' ? { linkHref } : {}),
    ...(typeof linkLabel === 'string' ? { linkLabel } : {}),
  };
}

function isTexts(value: Flash[string] | undefined): value is readonly string[] {
  return typeof value === 'object' && value !== null && value.every((item) => typeof item === 'string');
}
