/** A day: who says more has mistaken something, and nobody should have to wait for that to be noticed. */
const mostSeconds = 86_400;
/** The form in which servers write it today (RFC 9110 §5.6.7). */
const httpDate = /^[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT$/;

/**
 * How many seconds an answer asks to wait, said as seconds or as a date (RFC 9110 §10.2.3); null where it does not say. A date
 * is read by the clock of the server that wrote it, where it tells its own. A day at most.
 */
export function retryAfterSeconds(headers: Readonly<Record<string, string>>): number | null {
  const said = headers['retry-after'] ?? '';
  const atMs = instantOf(said);
  const seconds = atMs === null ? secondsOf(said) : Math.max(0, Math.ceil((atMs - (instantOf(headers['date'] ?? '') ?? Date.now())) / 1_000));
  return seconds === null ? null : Math.min(seconds, mostSeconds);
}

function secondsOf(text: string): number | null {
  return /^\d+$/.test(text) ? Number(text) : null;
}

function instantOf(text: string): number | null {
  const atMs = httpDate.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(atMs) ? null : atMs;
}
