/** Somewhere a parcel can be. `zone` is an IANA time zone, `slic` UPS's site number. */
export interface Place {
  readonly city: string;
  readonly state: string;
  readonly country: string;
  readonly zone: string;
  readonly slic: string;
}

export const places = {
  newark: { city: 'NEWARK', state: 'NJ', country: 'US', zone: 'America/New_York', slic: '0719' },
  philadelphia: { city: 'PHILADELPHIA', state: 'PA', country: 'US', zone: 'America/New_York', slic: '1919' },
  atlanta: { city: 'ATLANTA', state: 'GA', country: 'US', zone: 'America/New_York', slic: '3033' },
  louisville: { city: 'LOUISVILLE', state: 'KY', country: 'US', zone: 'America/New_York', slic: '4020' },
  hodgkins: { city: 'HODGKINS', state: 'IL', country: 'US', zone: 'America/Chicago', slic: '6052' },
  dallas: { city: 'DALLAS', state: 'TX', country: 'US', zone: 'America/Chicago', slic: '7529' },
  denver: { city: 'DENVER', state: 'CO', country: 'US', zone: 'America/Denver', slic: '8023' },
  phoenix: { city: 'PHOENIX', state: 'AZ', country: 'US', zone: 'America/Phoenix', slic: '8507' },
  ontario: { city: 'ONTARIO', state: 'CA', country: 'US', zone: 'America/Los_Angeles', slic: '9170' },
  seattle: { city: 'SEATTLE', state: 'WA', country: 'US', zone: 'America/Los_Angeles', slic: '9813' },
  mississauga: { city: 'MISSISSAUGA', state: 'ON', country: 'CA', zone: 'America/Toronto', slic: '1303' },
  cologne: { city: 'KOELN', state: '', country: 'DE', zone: 'Europe/Berlin', slic: '2521' },
} as const satisfies Record<string, Place>;

export const domesticPlaces: readonly Place[] = Object.values(places).filter(({ country }) => country === 'US');

/** What the clock at a place shows: date `YYYYMMDD`, time `HHMMSS`, offset `-05:00`. */
export function localTime(at: Date, zone: string): { date: string; time: string; offset: string } {
  const parts = new Map(formatter(zone).formatToParts(at).map(({ type, value }) => [type, value]));
  const part = (name: Intl.DateTimeFormatPartTypes) => parts.get(name) ?? '';
  const offset = part('timeZoneName').replace('GMT', '');
  return {
    date: part('year') + part('month') + part('day'),
    time: part('hour') + part('minute') + part('second'),
    offset: offset === '' ? '+00:00' : offset,
  };
}

const formatters = new Map<string, Intl.DateTimeFormat>();

function formatter(zone: string): Intl.DateTimeFormat {
  const known = formatters.get(zone);
  if (known) return known;
  const made = new Intl.DateTimeFormat('en-US', {
    timeZone: zone, hourCycle: 'h23', timeZoneName: 'longOffset',
    year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit',
  });
  formatters.set(zone, made);
  return made;
}
