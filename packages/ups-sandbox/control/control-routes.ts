import { BadRequest, Forbidden, NotFound, Problem } from '@wayleave/platform/errors';
import { isLoopback } from '@wayleave/platform/loopback';
import { sameBytes, sha256, type Secret } from '@wayleave/platform/secret';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Type, type Static, type TProperties, type TSchema } from 'typebox';
import Value from 'typebox/value';
import { settingNames, wireName, type SettingValues } from '../config/settings.js';
import type { ControlFunctions } from './control.js';
import { takeJson } from './json-body.js';
import { mostEntries } from './ledger.js';
import { linesOf, numbersOf } from './parcel-list.js';
import type { WeatherNow } from './weather-store.js';

/** A field that is not known is misspelt: left out in silence, it would be missed much later. */
function body<P extends TProperties>(properties: P) {
  return Type.Object(properties, { additionalProperties: false });
}

const NewApplicationBody = body({
  client_id: Type.Optional(Type.String()),
  client_secret: Type.Optional(Type.String()),
  display_name: Type.String(),
  redirect_uris: Type.Array(Type.String()),
  accounts: Type.Optional(Type.Array(Type.String())),
});

const NewProfileBody = body({
  username: Type.String(),
  email: Type.String(),
  password: Type.String(),
  accounts: Type.Optional(Type.Array(body({ number: Type.String(), name: Type.Optional(Type.String()) }))),
});

const AlertUrlBody = body({ client_id: Type.String(), url: Type.Union([Type.String(), Type.Null()]) });

const QuantumSubscriptionBody = body({
  username: Type.Optional(Type.String()),
  client_id: Type.Optional(Type.String()),
  name: Type.String(),
  status: Type.Optional(Type.String()),
});

const ClockBody = body({ advance_ms: Type.Integer() });
const Order = Type.Record(Type.String(), Type.Unknown());

/**
 * The control interface under /control, in JSON: for the machine's own programs only, each with the control token as
 * Bearer. Whoever connects from another machine is refused whatever it presents.
 */
export async function registerControlRoutes(app: FastifyInstance, deps: { control: ControlFunctions; controlToken: Secret }): Promise<void> {
  const { control } = deps;
  const tokenHash = sha256(deps.controlToken.reveal());
  const config = { csrf: false, anyHost: true };

  await app.register(async (scope) => {
    takeJson(scope, () => new BadRequest('The body is not JSON.'));
    scope.addHook('onRequest', async (request) => {
      if (!isLoopback(request.raw.socket.remoteAddress)) throw new Forbidden('The control interface answers this machine only.');
      const token = /^Bearer (\S+)$/.exec(request.headers.authorization ?? '')?.[1] ?? '';
      if (!sameBytes(sha256(token), tokenHash)) throw new Problem(401, 'Not allowed', 'Send the control token as Authorization: Bearer.');
    });

    scope.post('/control/applications', { config }, async (request, reply) => {
      const asked = read(NewApplicationBody, request.body);
      const { application, clientSecret } = await control.registerApplication({
        clientId: asked.client_id, clientSecret: asked.client_secret, displayName: asked.display_name, redirectUris: asked.redirect_uris, accounts: asked.accounts,
      });
      return reply.code(201).send({
        client_id: application.clientId, client_secret: clientSecret.reveal(), display_name: application.displayName, redirect_uris: application.redirectUris, accounts: application.accounts,
      });
    });

    scope.post('/control/profiles', { config }, async (request, reply) => {
      const { accounts = [], ...profile } = read(NewProfileBody, request.body);
      const made = await control.createProfile({ ...profile, accounts: accounts.map(({ number, name = '' }) => ({ number, name })) });
      return reply.code(201).send({ id: made.id, username: made.username, email: made.email });
    });

    scope.get('/control/ledger', { config }, async (request) => {
      const instant = (name: string): Date | undefined => {
        const value = queryValue(request, name);
        if (value !== undefined && Number.isNaN(Date.parse(value))) throw new BadRequest(`${name} is an instant such as 2026-01-31T12:00:00.000Z.`);
        return value === undefined ? undefined : new Date(value);
      };
      const found = await control.ledger({
        since: instant('since'), until: instant('until'), application: queryValue(request, 'application'), grant: queryValue(request, 'grant'),
      });
      return { requests: found.slice(-mostEntries), truncated: found.length > mostEntries };
    });

    scope.get('/control/clock', { config }, async () => ({ now: control.now().toISOString() }));
    scope.post('/control/clock', { config }, async (request) => {
      const now = await control.advanceClock(read(ClockBody, request.body).advance_ms);
      return { now: now.toISOString() };
    });

    scope.get('/control/settings', { config }, async () => wireSettings(control.settings()));
    scope.patch('/control/settings', { config }, async (request) => wireSettings(await control.changeSettings(read(Order, request.body))));

    scope.post('/control/weather', { config }, async (request, reply) => {
      await control.orderWeather(read(Order, request.body));
      return reply.code(204).send();
    });
    scope.get('/control/weather', { config }, async () => ({ weather: (await control.weather()).map(wireWeather) }));
    scope.delete('/control/weather', { config }, async (_request, reply) => {
      await control.clearWeather();
      return reply.code(204).send();
    });

    scope.post('/control/alert-urls', { config }, async (request, reply) => {
      const { client_id: clientId, url } = read(AlertUrlBody, request.body);
      await control.setAlertUrl(clientId, url);
      return reply.code(204).send();
    });
    scope.post('/control/quantum-subscriptions', { config }, async (request, reply) => {
      const { username, client_id: clientId, name, status = 'A' } = read(QuantumSubscriptionBody, request.body);
      await control.setQuantumSubscription({ username, clientId, name, status });
      return reply.code(204).send();
    });

    scope.get('/control/parcels', { config }, async (request, reply) => {
      const format = queryValue(request, 'format') ?? 'json';
      const world = control.parcels();
      if (format === 'jsonl') return reply.type('application/jsonl; charset=utf-8').header('x-total-count', world.count).send(linesOf(world));
      if (format !== 'json') throw new BadRequest('format is json or jsonl.');
      return reply.type('application/json; charset=utf-8').send(numbersOf(world, Number(queryValue(request, 'limit') ?? 100)));
    });
    scope.get('/control/mail', { config }, async () => ({ mails: await control.mail() }));
    scope.get('/control/*', { config }, async () => {
      throw new NotFound('The control interface has no such address.');
    });
  });
}

/** The body as the schema wants it. Throws BadRequest that names the first field that does not fit. */
function read<S extends TSchema>(schema: S, given: unknown): Static<S> {
  if (Value.Check(schema, given)) return given;
  const [error] = Value.Errors(schema, given);
  const unknown = error?.keyword === 'additionalProperties' ? `: ${error.params.additionalProperties.join(', ')}` : '';
  throw new BadRequest(`The body does not fit: ${error ? `${error.instancePath || 'it'} ${error.message}${unknown}` : 'send JSON'}.`);
}

function queryValue(request: FastifyRequest, name: string): string | undefined {
  const query = request.query;
  if (typeof query !== 'object' || query === null || !(name in query)) return undefined;
  const value: unknown = Object.entries(query).find(([key]) => key === name)?.[1];
  if (typeof value !== 'string') throw new BadRequest(`${name} was sent more than once.`);
  return value === '' ? undefined : value;
}

function wireSettings(values: SettingValues): Record<string, number | boolean> {
  return Object.fromEntries(settingNames.map((name) => [wireName(name), values[name]]));
}

function wireWeather({ endpoint, application, grant, share, seed, remaining, endsAt, jitterMs, fault }: WeatherNow): Record<string, unknown> {
  return {
    endpoint: endpoint ?? 'all', application, grant, share, seed, times: remaining, ends_at: endsAt?.toISOString() ?? null, processed: fault.processed,
    latency_ms: fault.latencyMs, jitter_ms: jitterMs, cut: fault.cut, malformed: fault.malformed === true, body_over_ms: fault.bodyOverMs ?? null, status: fault.status ?? null,
  };
}
