import type { Logger } from '@wayleave/platform/logging';
import type { FastifyRequest } from 'fastify';

/** Where an act came from, and the application that it is about. */
export interface Source {
  readonly address: string;
  readonly request: string;
  /** By client id; null where no application is involved. */
  readonly client: string | null;
}

export function sourceOf(request: FastifyRequest, client: string | null = null): Source {
  return { address: request.ip, request: request.id, client };
}

/**
 * Logs an act of a profile's owner, or an attempt at one, as one line (ASVS 16.3.1). `profile` is null when nobody has the
 * name that was typed; at `warn` is what somebody else may be behind.
 */
export function logEvent(logger: Logger, event: string, profile: string | null, source: Source, level: 'info' | 'warn' = 'info'): void {
  logger[level]({ event, profile, ...source }, event);
}
