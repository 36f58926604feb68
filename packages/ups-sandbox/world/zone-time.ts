/** What the clock at a place shows: date `YYYYMMDD`, time `HHMMSS`, offset `-05:00`. */
export interface LocalTime {
  readonly date: string;
  readonly time: string;
  readonly offset: string;
}

/** The instants (milliseconds since 1970) at which a zone's distance from GMT changes, and the distance from then on, in minutes. */
interface Transition {
  readonly fromMs: number;
  readonly minutes: number;
}

const minuteMs = 60_000;
const dayMs = 86_400_000;

/** What the clocks of an IANA zone show at an instant. */
export function localTime(at: Date | number, zone: string): LocalTime {
  const atMs = Number(at);
  const minutes = offsetMinutes(zone, atMs);
  const iso = new Date(atMs + minutes * minuteMs).toISOString();
  const distance = Math.abs(minutes);
  const offset = `${minutes < 0 ? '-' : '+'}${two(Math.floor(distance / 60))}:${two(distance % 60)}`;
  return { date: iso.slice(0, 4) + iso.slice(5, 7) + iso.slice(8, 10), time: iso.slice(11, 13) + iso.slice(14, 16) + iso.slice(17, 19), offset };
}

/** The calendar day at a place, in days since 1970-01-01. */
export function localDay(atMs: number, zone: string): number {
  return Math.floor((atMs + offsetMinutes(zone, atMs) * minuteMs) / dayMs);
}

/** When the clocks of a zone show a minute (0 to 1439) of a day; the earlier instant where they show it twice. */
export function instantOf(day: number, minuteOfDay: number, zone: string): number {
  const wall = day * dayMs + minuteOfDay * minuteMs;
  const first = wall - offsetMinutes(zone, wall - dayMs / 2) * minuteMs;
  return offsetMinutes(zone, first) === offsetMinutes(zone, wall - dayMs / 2) ? first : wall - offsetMinutes(zone, first) * minuteMs;
}

function two(value: number): string {
  return value < 10 ? `0${value}` : String(value);
}

/** A stretch of time in which a zone's distance from GMT is the same. */
interface Stretch {
  readonly fromMs: number;
  readonly untilMs: number;
  readonly minutes: number;
}

const lastAsked = new Map<string, Stretch>();
const known = new Map<string, readonly Transition[]>();

function offsetMinutes(zone: string, atMs: number): number {
  const last = lastAsked.get(zone);
  if (last && atMs >= last.fromMs && atMs < last.untilMs) return last.minutes;
  const stretch = stretchAt(zone, atMs);
  lastAsked.set(zone, stretch);
  return stretch.minutes;
}

function stretchAt(zone: string, atMs: number): Stretch {
  const year = new Date(atMs).getUTCFullYear();
  const key = `${zone} ${year}`;
  let transitions = known.get(key);
  if (!transitions) {
    transitions = transitionsOf(zone, year);
    known.set(key, transitions);
  }
  const index = transitions.findLastIndex(({ fromMs }) => fromMs <= atMs);
  const { fromMs, minutes } = transitions[index] ?? { fromMs: atMs, minutes: 0 };
  return { fromMs, minutes, untilMs: transitions[index + 1]?.fromMs ?? Date.UTC(year + 1, 0, 1) };
}

/** No zone here changes twice within a month. */
function transitionsOf(zone: string, year: number): Transition[] {
  const begin = Date.UTC(year, 0, 1);
  const found: Transition[] = [{ fromMs: begin, minutes: askedOffset(zone, begin) }];
  for (let month = 0; month < 12; month += 1) {
    let before = Date.UTC(year, month, 1);
    let after = Date.UTC(year, month + 1, 1) - 1;
    const minutes = askedOffset(zone, after);
    if (askedOffset(zone, before) === minutes) continue;
    while (after - before > 1) {
      const middle = Math.floor((before + after) / 2);
      if (askedOffset(zone, middle) === minutes) after = middle;
      else before = middle;
    }
    found.push({ fromMs: after, minutes });
  }
  return found;
}

const formatters = new Map<string, Intl.DateTimeFormat>();

function askedOffset(zone: string, atMs: number): number {
  let formatter = formatters.get(zone);
  if (!formatter) {
    formatter = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' });
    formatters.set(zone, formatter);
  }
  const name = formatter.formatToParts(atMs).find(({ type }) => type === 'timeZoneName')?.value ?? '';
  const parts = /([+-])(\d\d):(\d\d)/.exec(name);
  if (!parts) return 0;
  const minutes = Number(parts[2]) * 60 + Number(parts[3]);
  return parts[1] === '-' ? -minutes : minutes;
}
