import { Connection } from './connection.js';
import type { StandIn } from './stand-in.js';

/** A request, ready to be sent, and the status that it is answered with in fine weather. */
export interface Call {
  readonly request: Buffer;
  readonly status: number;
}

const applications = 8;
const different = 1_600;
/** Listing so many numbers takes the stand-in a few seconds and covers two weeks of a million parcels. */
const listed = 100_000;

interface Application {
  readonly basic: string;
  readonly token: string;
}

/** What a hundred calls are: most ask for one package by number, and some for its proof; few ask for a page of files. */
const mix = [
  ['details', 51], ['proof', 10], ['shipment', 8], ['reference', 8], ['unknown', 8], ['refused', 4], ['token', 2], ['rate', 4], ['transit', 2], ['quantum-view', 1], ['track-alert', 2],
] as const;
type Kind = (typeof mix)[number][0];

/**
 * The calls of the measurement, each with its number in `x-bench`; `listedInMs` is how long listing the parcels took. Track
 * Alert's events go to `alertUrl`.
 */
export async function prepareCalls(standIn: StandIn, alertUrl: string): Promise<{ calls: Call[]; listedInMs: number; listed: number; poll: Buffer }> {
  const clients = await Promise.all(Array.from({ length: applications }, (_, number) => addApplication(standIn, number, alertUrl)));
  const { now } = (await standIn.control('GET', 'clock')) as { now: string };
  const started = performance.now();
  const { tracking_numbers: numbers } = (await standIn.control('GET', `parcels?limit=${listed}`)) as { tracking_numbers: string[] };
  const listedInMs = performance.now() - started;
  const connection = new Connection(standIn.port);
  const kinds = mix.flatMap(([kind, share]) => Array.from({ length: share }, () => kind));
  const calls: Call[] = [];
  for (let index = 0; index < different; index += 1) {
    const client = clients[index % applications];
    // 37 has no factor in common with a hundred: kinds come well mixed.
    const kind = kinds[(index * 37) % kinds.length] ?? 'details';
    const number = numbers[(index * 61) % numbers.length];
    if (client && number !== undefined) calls.push(await callOf(kind, { client, number, index, connection, now: Date.parse(now) }));
  }
  connection.close();
  return { calls, listedInMs, listed: numbers.length, poll: quantumRequest(clients[0]?.token ?? '', 0, []) };
}

async function addApplication(standIn: StandIn, number: number, alertUrl: string): Promise<Application> {
  const made = (await standIn.control('POST', 'applications', {
    display_name: `Bench ${number}`, redirect_uris: [`https://bench${number}.example/callback`], accounts: ['W4Y135', 'A1B2C3', 'N0R7H6'],
  })) as { client_id: string; client_secret: string };
  await standIn.control('POST', 'alert-urls', { client_id: made.client_id, url: alertUrl });
  const basic = `Basic ${Buffer.from(`${made.client_id}:${made.client_secret}`).toString('base64')}`;
  const answer = await fetch(`http://127.0.0.1:${standIn.port}/security/v1/oauth/token`, {
    method: 'POST', headers: { authorization: basic, 'content-type': 'application/x-www-form-urlencoded' }, body: 'grant_type=client_credentials',
  });
  const { access_token: token } = (await answer.json()) as { access_token: string };
  return { basic, token };
}

async function callOf(kind: Kind, asked: { client: Application; number: string; index: number; connection: Connection; now: number }): Promise<Call> {
  const { client, number, index, connection, now } = asked;
  const bearer = (path: string, token = client.token) => request('GET', path, index, { authorization: `Bearer ${token}` });
  switch (kind) {
    case 'details': return { request: bearer(`/api/track/v1/details/${number}?locale=en_US`), status: 200 };
    case 'proof': return { request: bearer(`/api/track/v1/details/${number}?locale=en_US&returnSignature=true&returnMilestones=true&returnPOD=true`), status: 200 };
    case 'shipment': return { request: bearer(`/api/track/v1/shipment/details/${number}?offset=0&count=50`), status: 200 };
    case 'unknown': return { request: bearer('/api/track/v1/details/1Z999AA10123456784'), status: 200 };
    case 'refused': return { request: bearer(`/api/track/v1/details/${number}`, `at-${'x'.repeat(43)}`), status: 401 };
    case 'token': return { request: request('POST', '/security/v1/oauth/token', index, { authorization: client.basic, 'content-type': 'application/x-www-form-urlencoded' }, 'grant_type=client_credentials'), status: 200 };
    case 'rate': return { request: request('POST', '/api/rating/v2409/Shop', index, { authorization: `Bearer ${client.token}`, 'content-type': 'application/json' }, rateBody), status: 200 };
    case 'transit': return { request: request('POST', '/api/shipments/v1/transittimes', index, { authorization: `Bearer ${client.token}`, 'content-type': 'application/json' }, transitBody), status: 200 };
    case 'quantum-view': return { request: quantumRequest(client.token, index, tenMinutes(now - (index % 1_000) * 60_000)), status: 200 };
    case 'track-alert': return { request: request('POST', '/api/track/v2/subscription/standard/package', index, { authorization: `Bearer ${client.token}`, 'content-type': 'application/json' }, JSON.stringify({ locale: 'en_US', trackingNumberList: [number] })), status: 200 };
    case 'reference': {
      const { body } = await connection.ask(bearer(`/api/track/v1/details/${number}`));
      const reference = /"INV-\d+"/.exec(body.toString())?.[0].slice(1, -1) ?? 'NONE';
      return { request: bearer(`/api/track/v1/reference/details/${reference}?shipperNum=${number.slice(2, 8)}`), status: 200 };
    }
  }
}

function quantumRequest(token: string, index: number, criteria: readonly object[]): Buffer {
  const body = JSON.stringify({ QuantumViewRequest: { Request: { RequestAction: 'QVEvents' }, SubscriptionRequest: criteria } });
  return request('POST', '/api/quantumview/v3/events', index, { authorization: `Bearer ${token}`, 'content-type': 'application/json' }, body);
}

/** The files of ten minutes that ended an hour before, on Quantum View's clock. */
function tenMinutes(atMs: number): object[] {
  const digits = (ms: number) => new Date(ms - 5 * 3_600_000).toISOString().replaceAll(/\D/g, '').slice(0, 14);
  return [{ Name: 'OutboundXML', DateTimeRange: { BeginDateTime: digits(atMs - 70 * 60_000), EndDateTime: digits(atMs - 60 * 60_000) } }];
}

const address = (city: string, state: string, postalCode: string) => ({ AddressLine: ['1 Main St'], City: city, StateProvinceCode: state, PostalCode: postalCode, CountryCode: 'US' });
const rateBody = JSON.stringify({
  RateRequest: {
    Request: {},
    Shipment: {
      Shipper: { Name: 'Harbor Light Supply', ShipperNumber: 'W4Y135', Address: address('NEWARK', 'NJ', '07105') },
      ShipTo: { Name: 'Alder Clinic', Address: address('DENVER', 'CO', '80239') },
      ShipFrom: { Name: 'Harbor Light Supply', Address: address('NEWARK', 'NJ', '07105') },
      Package: [{ PackagingType: { Code: '02' }, PackageWeight: { UnitOfMeasurement: { Code: 'LBS' }, Weight: '7.5' } }],
    },
  },
});

const transitBody = JSON.stringify({
  originCountryCode: 'US', originPostalCode: '07105', destinationCountryCode: 'US', destinationPostalCode: '80239', weight: '7.5', weightUnitOfMeasure: 'LBS', numberOfPackages: '1',
});

function request(method: string, path: string, index: number, headers: Readonly<Record<string, string>>, body = ''): Buffer {
  const all = { host: '127.0.0.1', 'x-bench': String(index), transid: `bench-${index}`, transactionsrc: 'bench', ...headers, ...(body === '' ? {} : { 'content-length': String(Buffer.byteLength(body)) }) };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`);
  return Buffer.from(`${method} ${path} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n${body}`);
}
