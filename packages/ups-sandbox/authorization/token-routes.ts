import type { Logger } from '@wayleave/platform/logging';
import type { Throttle } from '@wayleave/platform/throttle';
import { upsPaths, type ClientTokenResponse, type TokenResponse } from '@wayleave/ups-api/wire';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { SandboxSettings } from '../config/settings.js';
import type { Whose } from '../control/arrivals.js';
import type { Ledger } from '../control/ledger.js';
import { machineRoute, refuseOtherMethods } from '../control/machine-route.js';
import { invalidClient, invalidRequest, UpsRefusal } from '../ups-refusal.js';
import type { Authorization } from './authorization.js';
import { readClientCredentials } from './client-authentication.js';
import { isCodeVerifier, type CodeVerdict } from './code.js';
import { readParameters, type Parameters } from './parameters.js';
import { applicationTokenAnswer, tokenAnswer } from './token-answer.js';
import type { ServedCall, TokenCall } from './token-call.js';
import { createTokenCallers } from './token-caller.js';
import type { TokenPair } from './token-pair.js';

export interface TokenRoutesDeps {
  readonly authorization: Authorization;
  readonly throttle: Throttle;
  readonly ledger: Ledger;
  readonly settings: SandboxSettings;
  readonly logger: Logger;
}

const largestForm = 65_536;
/** Of what somebody only says is a client id, so much is logged. */
const longestClientId = 100;

/** POST /token and POST /refresh as in OAuthAuthCode.yaml and OAuthClientCredentials.yaml. Bodies are forms and are read here, so that nothing sent twice is lost. */
export async function registerTokenRoutes(app: FastifyInstance, deps: TokenRoutesDeps): Promise<void> {
  const callers = createTokenCallers(deps);
  const warn = (request: FastifyRequest, { credentials, address }: TokenCall, whose: { familyId: string | null; profileId: string | null } | null, event: string): void =>
    deps.logger.warn({ client: credentials.clientId.slice(0, longestClientId), grant: whose?.familyId ?? null, profile: whose?.profileId ?? null, address, request: request.id }, event);
  for (const path of [upsPaths.token, upsPaths.refresh]) refuseOtherMethods(app, path, 'POST');
  await app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: largestForm }, (_request, body, done) => done(null, body));

    scope.post(upsPaths.token, { config: machineRoute('token', whose), bodyLimit: largestForm }, async (request, reply) => {
      const form = readForm(request);
      const call = readCall(request, form);
      const tokens = await served(request, call, form, exchangeValid);
      if (tokens) return answer(reply, tokenAnswer(tokens));
      await identify(request, call);
      switch (form.single('grant_type')) {
        case 'authorization_code': return answer(reply, tokenAnswer(await exchangeCode(request, form, call)));
        case 'client_credentials': return answer(reply, await issueApplicationToken(call));
        default: throw invalidRequest('Missing or unsupported grant_type');
      }
    });

    scope.post(upsPaths.refresh, { config: machineRoute('refresh', whose), bodyLimit: largestForm }, async (request, reply) => {
      const form = readForm(request);
      if (request.headers.authorization === undefined) throw invalidRequest('Invalid/Missing Authorization Header');
      const call = readCall(request, form);
      const tokens = await served(request, call, form, refreshValid);
      if (tokens) return answer(reply, tokenAnswer(tokens));
      await identify(request, call);
      if (form.single('grant_type') !== 'refresh_token') throw invalidRequest('Missing or unsupported grant_type');
      return answer(reply, tokenAnswer(await refresh(request, form, call)));
    });
  });

  async function whose(request: FastifyRequest): Promise<Whose> {
    try {
      const form = readForm(request);
      const refreshToken = form.single('refresh_token');
      return {
        clientId: readClientCredentials(request.headers.authorization, form).clientId,
        grant: refreshToken === undefined ? null : await deps.authorization.familyOfRefreshToken(refreshToken),
      };
    } catch (error) {
      if (error instanceof UpsRefusal) return { clientId: null, grant: null };
      throw error;
    }
  }

  /** Serves a valid call at once, with everything that belongs to it. Null leads the long way, which says what is wrong, and past a fault. */
  async function served(request: FastifyRequest, call: TokenCall, form: Parameters, serve: typeof exchangeValid): Promise<TokenPair | null> {
    const serving = request.fault ? null : serve(call, form);
    if (!serving) return null;
    if (request.arrival) deps.ledger.entrust(request.arrival, serving.then((one) => one?.arrivalId ?? null));
    const tokens = (await serving)?.tokens ?? null;
    if (tokens) {
      named(request, call);
      note(request, tokens.family.id, tokens.family.profileId);
    }
    return tokens;
  }

  function exchangeValid(call: TokenCall, form: Parameters): Promise<ServedCall | null> | null {
    const code = form.single('code');
    const codeVerifier = form.single('code_verifier');
    if (form.single('grant_type') !== 'authorization_code' || code === undefined || (codeVerifier !== undefined && !isCodeVerifier(codeVerifier))) return null;
    return deps.authorization.exchangeValidCode({ ...call, code, codeVerifier, redirectUri: form.single('redirect_uri') });
  }

  function refreshValid(call: TokenCall, form: Parameters): Promise<ServedCall | null> | null {
    const refreshToken = form.single('refresh_token');
    if (form.single('grant_type') !== 'refresh_token' || refreshToken === undefined || form.single('scope') !== undefined) return null;
    return deps.authorization.refreshValidToken({ ...call, refreshToken });
  }

  async function identify(request: FastifyRequest, call: TokenCall): Promise<void> {
    try {
      await callers.authenticate(call);
    } catch (error) {
      if (error instanceof UpsRefusal && error.status === 429) warn(request, call, null, 'secrets of a client are being guessed');
      throw error;
    }
    named(request, call);
    await callers.count(call);
  }

  async function exchangeCode(request: FastifyRequest, form: Parameters, call: TokenCall): Promise<TokenPair> {
    const code = form.single('code');
    const codeVerifier = form.single('code_verifier');
    if (code === undefined) throw invalidRequest('Missing code');
    if (codeVerifier !== undefined && !isCodeVerifier(codeVerifier)) throw invalidRequest('Invalid code_verifier');
    const { clientId, method } = call.credentials;
    const outcome = await deps.authorization.consumeCode({
      code, codeVerifier, clientId, clientAuthenticated: method === 'basic', redirectUri: form.single('redirect_uri'),
    });
    if (outcome.verdict === 'valid') {
      note(request, outcome.tokens.family.id, outcome.tokens.family.profileId);
      return outcome.tokens;
    }
    note(request, outcome.familyId, outcome.profileId);
    if (outcome.verdict === 'replayed') warn(request, call, outcome, 'an authorization code was presented again; its tokens are revoked');
    if (outcome.verdict === 'client-unauthenticated') await callers.countFailure(call);
    throw codeRefusal(outcome.verdict);
  }

  /** The header x-merchant-id may come along, with any value: what it does at UPS is not known. */
  async function issueApplicationToken({ credentials }: TokenCall): Promise<ClientTokenResponse> {
    if (credentials.method !== 'basic') throw invalidRequest('Invalid/Missing Authorization Header');
    return applicationTokenAnswer(await deps.authorization.issueApplicationToken(credentials.clientId));
  }

  async function refresh(request: FastifyRequest, form: Parameters, call: TokenCall): Promise<TokenPair> {
    const refreshToken = form.single('refresh_token');
    if (refreshToken === undefined) throw invalidRequest('Missing refresh_token');
    const { clientId } = call.credentials;
    const outcome = await deps.authorization.rotateRefreshToken(refreshToken, clientId, form.single('scope'));
    if (outcome.rotated) {
      note(request, outcome.tokens.family.id, outcome.tokens.family.profileId);
      return outcome.tokens;
    }
    note(request, outcome.familyId, outcome.profileId);
    if (outcome.why === 'reused') warn(request, call, outcome, 'a spent refresh token was presented again');
    throw invalidRequest(outcome.why === 'scope-exceeded' ? 'Invalid scope' : 'Invalid Refresh Token');
  }
}

function readCall(request: FastifyRequest, form: Parameters): TokenCall {
  return {
    credentials: readClientCredentials(request.headers.authorization, form),
    address: request.ip,
    arrivedAtMs: request.arrival?.atMs ?? Date.now(),
    path: request.arrival?.path ?? request.url,
  };
}

function readForm(request: FastifyRequest): Parameters {
  const type = request.headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/x-www-form-urlencoded' || !Buffer.isBuffer(request.body)) {
    throw invalidRequest('The body must be application/x-www-form-urlencoded');
  }
  const form = readParameters(request.body.toString('latin1'));
  form.refuseRepeated();
  return form;
}

function named(request: FastifyRequest, { credentials }: TokenCall): void {
  if (request.arrival) request.arrival.clientId = credentials.clientId;
}

function note(request: FastifyRequest, grant: string | null, profileId: string | null): void {
  if (!request.arrival) return;
  request.arrival.grant = grant;
  request.arrival.profileId = profileId;
}

function answer(reply: FastifyReply, body: TokenResponse | ClientTokenResponse): FastifyReply {
  return reply.code(200).header('cache-control', 'no-store').header('pragma', 'no-cache').type('application/json').send(body);
}

function codeRefusal(verdict: Exclude<CodeVerdict, 'valid'>): UpsRefusal {
  switch (verdict) {
    case 'redirect-mismatch': return invalidRequest('Invalid Redirect URL');
    case 'verifier-missing': return invalidRequest('Missing code_verifier');
    case 'verifier-unexpected': return invalidRequest('Unexpected code_verifier');
    case 'verifier-wrong': return invalidRequest('Invalid code_verifier');
    case 'client-unauthenticated': return invalidClient();
    case 'invalid':
    case 'replayed': return invalidRequest('Invalid authorization code');
  }
}
