/** Somewhere a parcel can be. `zone` is an IANA time zone, `slic` UPS's site number, the rest degrees and postal words. */
export interface Place {
  readonly city: string;
  readonly state: string;
  readonly country: string;
  readonly postalCode: string;
  readonly zone: string;
  readonly slic: string;
  readonly latitude: number;
  readonly longitude: number;
}

export const places = {
  newark: { city: 'NEWARK', state: 'NJ', country: 'US', postalCode: '07105', zone: 'America/New_York', slic: '0719', latitude: 40.7, longitude: -74.2 },
  philadelphia: { city: 'PHILADELPHIA', state: 'PA', country: 'US', postalCode: '19153', zone: 'America/New_York', slic: '1919', latitude: 40, longitude: -75.2 },
  atlanta: { city: 'ATLANTA', state: 'GA', country: 'US', postalCode: '30336', zone: 'America/New_York', slic: '3033', latitude: 33.7, longitude: -84.4 },
  louisville: { city: 'LOUISVILLE', state: 'KY', country: 'US', postalCode: '40213', zone: 'America/New_York', slic: '4020', latitude: 38.2, longitude: -85.7 },
  indianapolis: { city: 'INDIANAPOLIS', state: 'IN', country: 'US', postalCode: '46241', zone: 'America/Indiana/Indianapolis', slic: '4621', latitude: 39.8, longitude: -86.2 },
  hodgkins: { city: 'HODGKINS', state: 'IL', country: 'US', postalCode: '60525', zone: 'America/Chicago', slic: '6052', latitude: 41.8, longitude: -87.9 },
  dallas: { city: 'DALLAS', state: 'TX', country: 'US', postalCode: '75207', zone: 'America/Chicago', slic: '7529', latitude: 32.8, longitude: -96.8 },
  denver: { city: 'DENVER', state: 'CO', country: 'US', postalCode: '80239', zone: 'America/Denver', slic: '8023', latitude: 39.7, longitude: -104.9 },
  phoenix: { city: 'PHOENIX', state: 'AZ', country: 'US', postalCode: '85034', zone: 'America/Phoenix', slic: '8507', latitude: 33.4, longitude: -112.1 },
  ontario: { city: 'ONTARIO', state: 'CA', country: 'US', postalCode: '91761', zone: 'America/Los_Angeles', slic: '9170', latitude: 34.1, longitude: -117.6 },
  seattle: { city: 'SEATTLE', state: 'WA', country: 'US', postalCode: '98108', zone: 'America/Los_Angeles', slic: '9813', latitude: 47.6, longitude: -122.3 },
  honolulu: { city: 'HONOLULU', state: 'HI', country: 'US', postalCode: '96819', zone: 'Pacific/Honolulu', slic: '9681', latitude: 21.3, longitude: -157.9 },
  mississauga: { city: 'MISSISSAUGA', state: 'ON', country: 'CA', postalCode: 'L5T2N7', zone: 'America/Toronto', slic: '1303', latitude: 43.6, longitude: -79.6 },
  cologne: { city: 'KOELN', state: '', country: 'DE', postalCode: '51147', zone: 'Europe/Berlin', slic: '2521', latitude: 50.9, longitude: 7.1 },
} as const satisfies Record<string, Place>;

export const domesticPlaces: readonly Place[] = Object.values(places).filter(({ country }) => country === 'US');
export const foreignPlaces: readonly Place[] = Object.values(places).filter(({ country }) => country !== 'US');
