import { sha256 } from '@wayleave/platform/secret';
import { keyHash, type ThrottleLimit } from '@wayleave/platform/throttle';
import { sql, type QueryExecutorProvider, type RawBuilder } from 'kysely';
import type { SettingValues } from '../config/settings.js';
import type { ClientCredentials } from './client-authentication.js';
import type { TokenPair } from './token-pair.js';
import { toTokenPair } from './token-pair.js';

/** A call of a token endpoint, whatever it presents. */
export interface TokenCall {
  readonly credentials: ClientCredentials;
  /** The network address that it comes from. */
  readonly address: string;
  /** When and where it arrived, for the ledger; in milliseconds of real time. */
  readonly arrivedAtMs: number;
  readonly path: string;
}

/** What a valid call got; `arrivalId` names its line in the ledger, which was written with it. */
export interface ServedCall {
  readonly tokens: TokenPair;
  readonly arrivalId: string;
}

/** The tokens that a call gets if it is valid. */
export interface MintedTokens {
  readonly accessToken: string;
  readonly refreshToken: string;
}

/** A row of either function in `0007_token_calls.sql`: a call that was valid. `number` counts the calls from 1. */
interface ServedRow {
  readonly number: number;
  readonly family_id: string;
  readonly profile_id: string;
  readonly epoch: number;
  readonly scope: string;
  readonly refresh_count: number;
  readonly arrival_id: string;
}

const minuteMs = 60_000;

/** What counts a caller's failures, so that secrets cannot be guessed. */
export function failuresKey({ credentials, address }: TokenCall): string {
  return `failed token calls ${credentials.clientId} from ${address}`;
}

/** What counts a client's calls. A stranger who only names a client must not use up what the client itself may call. */
export function callsKey({ credentials, address }: TokenCall): string {
  const { clientId, method } = credentials;
  return method === 'basic' ? `token calls ${clientId}` : `token calls ${clientId} from ${address}`;
}

export function failuresLimit({ failedTokenCallsPerMinute }: SettingValues): ThrottleLimit {
  return { limit: failedTokenCallsPerMinute, windowMs: minuteMs };
}

export function callsLimit({ tokenCallsPerMinute }: SettingValues): ThrottleLimit {
  return { limit: tokenCallsPerMinute, windowMs: minuteMs };
}

/**
 * Serves those of some calls that are valid, in one statement and one commit: `served` calls a function of
 * `0007_token_calls.sql` with the arguments that it is given, which are what both functions take first. One result for
 * each call; null for one that is anything but valid, and nothing is done for it then.
 */
export async function serveValid(
  db: QueryExecutorProvider,
  asked: { calls: readonly TokenCall[]; minted: readonly MintedTokens[]; settings: SettingValues; now: Date },
  served: (first: RawBuilder<unknown>) => RawBuilder<ServedRow>,
): Promise<(ServedCall | null)[]> {
  const { calls, minted, settings, now } = asked;
  const [failures, most] = [failuresLimit(settings), callsLimit(settings)];
  const after = (ms: number) => new Date(now.getTime() + ms);
  const secretHash = rememberEach(sha256);
  const key = rememberEach(keyHash);
  const { rows } = await served(sql`
    ${now}, ${after(settings.accessTokenLifetimeMs)}, ${after(settings.refreshTokenLifetimeMs)}, ${after(-minuteMs)}, ${failures.limit}, ${most.limit},
    ${calls.map(({ credentials }) => credentials.clientId)}, ${calls.map(({ credentials }) => (credentials.method === 'basic' ? secretHash(credentials.clientSecret) : null))},
    ${calls.map((call) => key(failuresKey(call)))}, ${calls.map((call) => key(callsKey(call)))},
    ${calls.map(({ arrivedAtMs }) => arrivedAtMs)}, ${calls.map(({ path }) => path)},
    ${minted.map(({ accessToken }) => sha256(accessToken))}, ${minted.map(({ refreshToken }) => sha256(refreshToken))}
  `).execute(db);
  const results: (ServedCall | null)[] = calls.map(() => null);
  for (const { number, family_id: id, profile_id: profileId, epoch, scope, refresh_count: refreshCount, arrival_id: arrivalId } of rows) {
    const [call, tokens] = [calls[number - 1], minted[number - 1]];
    if (!call || !tokens) throw new Error(`a token call number ${number} was served that nobody made`);
    const family = { id, clientId: call.credentials.clientId, profileId, epoch, scope, refreshCount };
    results[number - 1] = { tokens: toTokenPair(family, tokens, settings, now), arrivalId };
  }
  return results;
}

/** The same function, which works out equal texts once. */
function rememberEach<Result>(work: (text: string) => Result): (text: string) => Result {
  const known = new Map<string, Result>();
  return (text) => {
    const result = known.get(text) ?? work(text);
    known.set(text, result);
    return result;
  };
}
