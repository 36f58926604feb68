/** Reports are gathered into a file for so long. */
const windowMs = 5 * 60_000;
const minuteMs = 60_000;

/** A moment of Quantum View's clock as digits, `YYYYMMDDHHmmss`: as ranges are asked for. */
export type ClockDigits = string;

/**
 * The clock by which Quantum View names files and reads ranges. UPS does not say which it is; here it keeps the same
 * distance from GMT all year, so that no name comes twice.
 */
export interface FileClock {
  /** What it shows at an instant. */
  show(atMs: number): ClockDigits;
  /** The instant at which it shows this; null when that is no moment of the calendar. */
  read(digits: ClockDigits): number | null;
}

export function fileClock(offsetMinutes: number): FileClock {
  const distance = offsetMinutes * minuteMs;
  const show = (atMs: number) => new Date(atMs + distance).toISOString().replaceAll(/[^\d]/g, '').slice(0, 14);
  return {
    show,
    read(digits) {
      const [, year, month, date, hour, minute, second] = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/.exec(digits) ?? [];
      const atMs = Date.parse(`${year}-${month}-${date}T${hour}:${minute}:${second}Z`) - distance;
      return !Number.isNaN(atMs) && show(atMs) === digits ? atMs : null;
    },
  };
}

/** The window of reports that an instant falls into; windows are counted from 1970. */
export function windowOf(atMs: number): number {
  return Math.floor(atMs / windowMs);
}

/** When a window begins, in milliseconds since 1970. */
export function windowBegin(window: number): number {
  return window * windowMs;
}

/** When the files of a window are there: some seconds after its end, as many for the same window each time. */
export function writtenAt(window: number): number {
  return (window + 1) * windowMs + ((window * 37) % 60) * 1_000;
}

/** The first window whose files are written at this instant or later. */
export function windowWrittenFrom(atMs: number): number {
  const window = windowOf(atMs) - 1;
  return writtenAt(window) >= atMs ? window : window + 1;
}

/** A file's name, `YYMMDD_HHmmssnnn`: when it was written, and which of the files of that moment it is, from 1. */
export function fileName(clock: FileClock, window: number, sequence: number): string {
  const digits = clock.show(writtenAt(window));
  return `${digits.slice(2, 8)}_${digits.slice(8)}${String(sequence).padStart(3, '0')}`;
}

/** The window of a file's name; null when no window has such files. */
export function windowOfName(clock: FileClock, name: string): number | null {
  const [, date, time] = /^(\d{6})_(\d{6})\d{3}$/.exec(name) ?? [];
  const atMs = clock.read(`20${date}${time}`);
  if (atMs === null) return null;
  const window = windowWrittenFrom(atMs);
  return writtenAt(window) === atMs ? window : null;
}
