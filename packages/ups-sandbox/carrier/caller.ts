import type { FastifyRequest } from 'fastify';

/**
 * Who calls a data API, as the access token says: a profile that let an application in, or (client_credentials) an
 * application on its own behalf. `accounts` are the shipper account numbers whose data the caller may see.
 */
export type Caller =
  | {
    readonly kind: 'profile';
    readonly clientId: string;
    readonly profileId: string;
    readonly username: string;
    /** The token family, by which the ledger knows the grant. */
    readonly grant: string;
    readonly accounts: readonly string[];
  }
  | { readonly kind: 'application'; readonly clientId: string; readonly accounts: readonly string[] };

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by `bearerCheck`; null where no access token was asked for. */
    caller: Caller | null;
  }
}

/** The caller of a request that passed `bearerCheck`. */
export function callerOf(request: FastifyRequest): Caller {
  if (!request.caller) throw new Error('this route does not check the access token');
  return request.caller;
}
