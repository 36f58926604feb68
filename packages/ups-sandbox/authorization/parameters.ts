import { invalidRequest } from '../ups-refusal.js';

/** The parameters of a query or a form body. A parameter with an empty value counts as left out (RFC 6749 §3.1). */
export interface Parameters {
  /** The decoded value, or undefined. Throws UpsRefusal when the parameter was sent twice. */
  single(name: string): string | undefined;
  /** The value as it was sent, not decoded, or undefined. */
  raw(name: string): string | undefined;
  /** Throws UpsRefusal when any parameter at all was sent twice. */
  refuseRepeated(): void;
}

const mostParameters = 100;

/**
 * Reads `application/x-www-form-urlencoded` text. Empty segments (`&&`) are tolerated, as UPS's own instructions send
 * them. Throws UpsRefusal for what does not decode to UTF-8, for NUL, and for more than 100 parameters.
 */
export function readParameters(text: string): Parameters {
  const values = new Map<string, { decoded: string; raw: string }[]>();
  const segments = text.split('&').filter((segment) => segment !== '');
  if (segments.length > mostParameters) throw invalidRequest('Too many parameters');
  for (const segment of segments) {
    const equals = segment.indexOf('=');
    const name = decode(equals < 0 ? segment : segment.slice(0, equals));
    const raw = equals < 0 ? '' : segment.slice(equals + 1);
    values.set(name, [...(values.get(name) ?? []), { decoded: decode(raw), raw }]);
  }

  function only(name: string): { decoded: string; raw: string } | undefined {
    const given = values.get(name);
    if (given && given.length > 1) throw invalidRequest('A parameter was sent more than once');
    return given?.[0];
  }

  return {
    single: (name) => only(name)?.decoded || undefined,
    raw: (name) => only(name)?.raw || undefined,
    refuseRepeated() {
      for (const name of values.keys()) only(name);
    },
  };
}

/** Decodes one name or value by form rules. Throws UpsRefusal when it is not valid percent-encoded UTF-8 without NUL. */
export function decode(text: string): string {
  let decoded: string;
  try {
    decoded = decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    throw invalidRequest('A parameter is not valid percent-encoded UTF-8');
  }
  if (decoded.includes('\0')) throw invalidRequest('A parameter holds a NUL character');
  return decoded;
}
