declare const dayMark: unique symbol;
declare const timeMark: unique symbol;
declare const instantMark: unique symbol;

/** A day of the calendar, `YYYY-MM-DD`, at a place that the field's owner knows or nobody. Never an instant. */
export type Day = string & { readonly [dayMark]: true };
/** What a clock shows, `HH:MM:SS`, from 00:00:00 to 23:59:59. */
export type TimeOfDay = string & { readonly [timeMark]: true };
/** A point in time. */
export type Instant = Date & { readonly [instantMark]: true };

/** A wall clock somewhere. */
export interface WallClock {
  readonly day: Day;
  readonly time: TimeOfDay;
}

/**
 * When something happened, as UPS told it: `day` and `time` are what the clock at the place showed, `offset` (`-05:00`)
 * its distance from GMT. `instant` is known only where UPS gave a zone; `basis` says whether by its GMT fields or by the
 * local time and its offset. With `none` the zone is anybody's guess and not made here.
 */
export interface Moment {
  readonly day: Day | null;
  readonly time: TimeOfDay | null;
  readonly offset: string | null;
  readonly instant: Instant | null;
  readonly basis: 'gmt' | 'offset' | 'none';
}

/** `YYYYMMDD` or `YYYY-MM-DD`, a day that the calendar has; else null. */
export function parseDay(text: string): Day | null {
  const parts = /^(\d{4})(-?)(\d{2})\2(\d{2})$/.exec(text);
  if (!parts) return null;
  const month = Number(parts[3]);
  const date = new Date(Date.UTC(Number(parts[1]), month - 1, Number(parts[4])));
  // A day that the month does not have has become one of the next month.
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === Number(parts[4]) ? (`${parts[1]}-${parts[3]}-${parts[4]}` as Day) : null;
}

/** `HHMMSS`, `H:MM:SS`, `HH:MM:SS`, and digits that have lost their leading zeros (`74700`); else null. */
export function parseTime(text: string): TimeOfDay | null {
  if (/^\d{1,6}$/.test(text)) return clock(text.padStart(6, '0'));
  return /^\d{1,2}:\d{2}:\d{2}$/.test(text) ? clock(text.replaceAll(':', '').padStart(6, '0')) : null;
}

/** As `parseTime`, where four digits are hours and minutes (Rating). */
export function parseShortTime(text: string): TimeOfDay | null {
  return /^\d{4}$/.test(text) ? clock(`${text}00`) : parseTime(text);
}

function clock(digits: string): TimeOfDay | null {
  const parts = /^([01]\d|2[0-3])([0-5]\d)([0-5]\d)$/.exec(digits);
  return parts ? (`${parts[1]}:${parts[2]}:${parts[3]}` as TimeOfDay) : null;
}

/** `-05:00`, `-05.00` or `-0500`, up to 14 hours, as `-05:00`; else null. */
export function parseOffset(text: string): string | null {
  const parts = /^([+-])(0\d|1[0-4])[:.]?([0-5]\d)$/.exec(text);
  return parts ? `${parts[1]}${parts[2]}:${parts[3]}` : null;
}

/** The instant at which a clock at this distance from GMT showed this. */
export function instantAt({ day, time }: WallClock, offset = 'Z'): Instant {
  return new Date(`${day}T${time}${offset}`) as Instant;
}

/** The digits of a day, `YYYYMMDD`. */
export function dayDigits(day: Day): string {
  return day.replaceAll('-', '');
}

/** The digits of a time, `HHMMSS`. */
export function timeDigits(time: TimeOfDay): string {
  return time.replaceAll(':', '');
}
