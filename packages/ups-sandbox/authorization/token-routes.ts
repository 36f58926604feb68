import { TooManyRequests } from '@wayleave/platform/errors';
import type { Logger } from '@wayleave/platform/logging';
import type { Throttle } from '@wayleave/platform/throttle';
import { upsPaths, type ClientTokenResponse, type TokenResponse } from '@wayleave/ups-api/wire';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { SandboxSettings } from '../config/settings.js';
import type { Whose } from '../control/arrivals.js';
import { machineRoute, refuseOtherMethods } from '../control/machine-route.js';
import { invalidClient, invalidRequest, UpsRefusal } from '../ups-refusal.js';
import type { Authorization } from './authorization.js';
import { readClientCredentials } from './client-authentication.js';
import { isCodeVerifier, type CodeVerdict } from './code.js';
import { readParameters, type Parameters } from './parameters.js';
import { applicationTokenAnswer, tokenAnswer } from './token-answer.js';
import type { TokenPair } from './token-pair.js';

export interface TokenRoutesDeps {
  readonly authorization: Authorization;
  readonly throttle: Throttle;
  readonly settings: SandboxSettings;
  readonly logger: Logger;
}

/** A caller that said who it is; `proven` when its secret was right. */
interface IdentifiedClient {
  readonly clientId: string;
  readonly proven: boolean;
}

const minuteMs = 60_000;
const largestForm = 65_536;

/** POST /token and POST /refresh as in OAuthAuthCode.yaml and OAuthClientCredentials.yaml. Bodies are forms and are read here, so that nothing sent twice is lost. */
export async function registerTokenRoutes(app: FastifyInstance, deps: TokenRoutesDeps): Promise<void> {
  for (const path of [upsPaths.token, upsPaths.refresh]) refuseOtherMethods(app, path, 'POST');
  await app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: largestForm }, (_request, body, done) => done(null, body));

    scope.post(upsPaths.token, { config: machineRoute('token', whose), bodyLimit: largestForm }, async (request, reply) => {
      const form = readForm(request);
      const caller = await identify(request, form);
      switch (form.single('grant_type')) {
        case 'authorization_code': return answer(reply, tokenAnswer(await exchangeCode(request, form, caller)));
        case 'client_credentials': return answer(reply, await issueApplicationToken(caller));
        default: throw invalidRequest('Missing or unsupported grant_type');
      }
    });

    scope.post(upsPaths.refresh, { config: machineRoute('refresh', whose), bodyLimit: largestForm }, async (request, reply) => {
      const form = readForm(request);
      if (request.headers.authorization === undefined) throw invalidRequest('Invalid/Missing Authorization Header');
      const caller = await identify(request, form);
      if (form.single('grant_type') !== 'refresh_token') throw invalidRequest('Missing or unsupported grant_type');
      return answer(reply, tokenAnswer(await refresh(request, form, caller)));
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

  async function exchangeCode(request: FastifyRequest, form: Parameters, caller: IdentifiedClient): Promise<TokenPair> {
    const code = form.single('code');
    const codeVerifier = form.single('code_verifier');
    if (code === undefined) throw invalidRequest('Missing code');
    if (codeVerifier !== undefined && !isCodeVerifier(codeVerifier)) throw invalidRequest('Invalid code_verifier');
    const outcome = await deps.authorization.consumeCode({
      code, codeVerifier, clientId: caller.clientId, clientAuthenticated: caller.proven, redirectUri: form.single('redirect_uri'),
    });
    if (outcome.verdict === 'valid') {
      note(request, outcome.tokens.family.id, outcome.tokens.family.profileId);
      return outcome.tokens;
    }
    note(request, outcome.familyId, outcome.profileId);
    if (outcome.verdict === 'replayed') {
      deps.logger.warn({ client: caller.clientId, grant: outcome.familyId, request: request.id }, 'an authorization code was presented again; its tokens are revoked');
    }
    if (outcome.verdict === 'client-unauthenticated') await countFailure(request, caller.clientId);
    throw codeRefusal(outcome.verdict);
  }

  /** The header x-merchant-id may come along, with any value: what it does at UPS is not known. */
  async function issueApplicationToken(caller: IdentifiedClient): Promise<ClientTokenResponse> {
    if (!caller.proven) throw invalidRequest('Invalid/Missing Authorization Header');
    return applicationTokenAnswer(await deps.authorization.issueApplicationToken(caller.clientId));
  }

  async function refresh(request: FastifyRequest, form: Parameters, caller: IdentifiedClient): Promise<TokenPair> {
    const refreshToken = form.single('refresh_token');
    if (refreshToken === undefined) throw invalidRequest('Missing refresh_token');
    const outcome = await deps.authorization.rotateRefreshToken(refreshToken, caller.clientId);
    if (outcome.rotated) {
      note(request, outcome.tokens.family.id, outcome.tokens.family.profileId);
      return outcome.tokens;
    }
    note(request, outcome.familyId, outcome.profileId);
    if (outcome.why === 'reused') {
      deps.logger.warn({ client: caller.clientId, grant: outcome.familyId, request: request.id }, 'a spent refresh token was presented again');
    }
    throw invalidRequest('Invalid Refresh Token');
  }

  /** Who is calling. Throws UpsRefusal when nobody we know is, and when the client or its guesser has called too often. */
  async function identify(request: FastifyRequest, form: Parameters): Promise<IdentifiedClient> {
    const credentials = readClientCredentials(request.headers.authorization, form);
    const { clientId } = credentials;
    const { failedTokenCallsPerMinute, tokenCallsPerMinute } = deps.settings.current();
    const proven = credentials.method === 'basic';
    const [, application] = await Promise.all([
      limited(deps.throttle.check(failuresOf(request, clientId), { limit: failedTokenCallsPerMinute, windowMs: minuteMs })),
      proven ? deps.authorization.authenticateApplication(clientId, credentials.clientSecret) : deps.authorization.findApplication(clientId),
    ]);
    if (!application) {
      await countFailure(request, clientId);
      throw invalidClient();
    }
    if (request.arrival) request.arrival.clientId = clientId;
    // A stranger who only names a client must not use up what the client itself may call.
    const calls = proven ? `token calls ${clientId}` : `token calls ${clientId} from ${request.ip}`;
    await limited(deps.throttle.hit(calls, { limit: tokenCallsPerMinute, windowMs: minuteMs }));
    return { clientId, proven };
  }

  async function countFailure(request: FastifyRequest, clientId: string): Promise<void> {
    await limited(deps.throttle.hit(failuresOf(request, clientId), { limit: deps.settings.current().failedTokenCallsPerMinute, windowMs: minuteMs }));
  }
}

function failuresOf(request: FastifyRequest, clientId: string): string {
  return `failed token calls ${clientId} from ${request.ip}`;
}

/** UPS's 429 in place of the throttle's own. */
async function limited(counting: Promise<void>): Promise<void> {
  try {
    await counting;
  } catch (error) {
    if (error instanceof TooManyRequests) throw new UpsRefusal(429, '10429', 'Too Many Requests', error.retryAfterSeconds);
    throw error;
  }
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
