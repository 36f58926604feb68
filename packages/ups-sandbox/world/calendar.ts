/** Days are counted from 1970-01-01, as calendars on the wall show them: without a zone. */
const dayMs = 86_400_000;

/** The digits of a day, `YYYYMMDD`. */
export function dayDigits(day: number): string {
  return new Date(day * dayMs).toISOString().slice(0, 10).replaceAll('-', '');
}

/** The day of digits `YYYYMMDD`; null when the calendar has no such day. */
export function dayOf(digits: string): number | null {
  const parts = /^(\d{4})(\d\d)(\d\d)$/.exec(digits);
  if (!parts) return null;
  const day = Date.UTC(Number(parts[1]), Number(parts[2]) - 1, Number(parts[3])) / dayMs;
  return dayDigits(day) === digits ? day : null;
}

/** Whether trucks drive out in a country: Monday to Friday, but on its holidays. */
export function isBusinessDay(day: number, country: string): boolean {
  const weekday = (day + 4) % 7;
  return weekday !== 0 && weekday !== 6 && !holidays(country, new Date(day * dayMs).getUTCFullYear()).has(day);
}

/** The business day that is so many after a day; with 0 the day itself, or the next business day when it is none. */
export function addBusinessDays(day: number, count: number, country: string): number {
  let found = day;
  while (!isBusinessDay(found, country)) found += 1;
  for (let left = count; left > 0; left -= 1) {
    found += 1;
    while (!isBusinessDay(found, country)) found += 1;
  }
  return found;
}

/** The nth business day after a day, from 1. The day itself counts for none, also where it is a day off. */
export function nthBusinessDayAfter(day: number, nth: number, country: string): number {
  return addBusinessDays(day + 1, nth - 1, country);
}

const known = new Map<string, ReadonlySet<number>>();

function holidays(country: string, year: number): ReadonlySet<number> {
  const key = `${country} ${year}`;
  let days = known.get(key);
  if (!days) {
    days = new Set(holidaysOf(country, year));
    known.set(key, days);
  }
  return days;
}

/** The days on which UPS neither picks up nor delivers (its list of holidays in the United States), and the main ones elsewhere. */
function holidaysOf(country: string, year: number): number[] {
  const on = (month: number, day: number) => Date.UTC(year, month - 1, day) / dayMs;
  const everywhere = [on(1, 1), on(12, 25)];
  switch (country) {
    case 'US': return [...everywhere, lastMonday(year, 5), on(7, 4), nthWeekday(year, 9, 1, 1), nthWeekday(year, 11, 4, 4)];
    case 'CA': return [...everywhere, on(7, 1), on(12, 26), nthWeekday(year, 9, 1, 1), nthWeekday(year, 10, 1, 2)];
    case 'DE': return [...everywhere, on(5, 1), on(10, 3), on(12, 26)];
    default: return everywhere;
  }
}

/** The nth of a weekday (0 Sunday) in a month. */
function nthWeekday(year: number, month: number, weekday: number, nth: number): number {
  const first = Date.UTC(year, month - 1, 1) / dayMs;
  return first + ((weekday - (first + 4) % 7 + 7) % 7) + 7 * (nth - 1);
}

function lastMonday(year: number, month: number): number {
  const last = Date.UTC(year, month, 0) / dayMs;
  return last - ((last + 4) % 7 + 6) % 7;
}
