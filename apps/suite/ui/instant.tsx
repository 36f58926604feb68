/**
 * `record` is "20 Nov 2026 2:05 PM EST", `scan` "Fri 20 Nov 2:05 PM EST". `padded` (for columns of a table) puts a
 * figure space before one-digit days and hours.
 */
export interface InstantStyle {
  style?: 'record' | 'scan' | undefined;
  padded?: boolean | undefined;
}

/** A point in time with its zone, the zone in grey. */
export function Instant(props: { at: Date; timeZone: string } & InstantStyle): JSX.Element {
  const { text, zone } = parts(props.at, props.timeZone, props);
  return (
    <time datetime={props.at.toISOString()}>
      <span safe>{text}</span>{' '}
      <span class="zone" safe>
        {zone}
      </span>
    </time>
  );
}

/** The same as plain text, for sentences and mail. */
export function formatInstant(at: Date, timeZone: string, style: InstantStyle = {}): string {
  const { text, zone } = parts(at, timeZone, style);
  return `${text} ${zone}`;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function formatFor(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known) return known;
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone, weekday: 'short', day: 'numeric', month: 'short', year: 'numeric', hour: 'numeric', minute: '2-digit', timeZoneName: 'short',
  });
  formats.set(timeZone, format);
  return format;
}

function parts(at: Date, timeZone: string, { style = 'record', padded = false }: InstantStyle): { text: string; zone: string } {
  const values = new Map(formatFor(timeZone).formatToParts(at).map((part) => [part.type, part.value]));
  const value = (type: Intl.DateTimeFormatPartTypes): string => values.get(type) ?? '';
  const pad = (digits: string): string => (padded ? digits.padStart(2, '\u2007') : digits);
  const time = `${pad(value('hour'))}:${value('minute')}\u00a0${value('dayPeriod')}`;
  const day = `${pad(value('day'))} ${value('month')}`;
  const text = style === 'scan' ? `${value('weekday')} ${day} ${time}` : `${day} ${value('year')} ${time}`;
  return { text, zone: value('timeZoneName') };
}
