import { NotFound, Problem } from '@wayleave/platform/errors';
import type { FaultEnvelope } from '@wayleave/ups-api/wire';
import type { FastifyContextConfig, FastifyInstance, HTTPMethods } from 'fastify';
import type { Endpoint } from './weather.js';

const ownPaths = ['/security/', '/api/'];
/** Where the data APIs would be without `/api`, which clients forget. */
const pathsWithoutApi = ['/track/', '/quantumview/', '/rating/', '/shipments/'];
const machinePaths = [...ownPaths, ...pathsWithoutApi];
const methods: readonly HTTPMethods[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

/**
 * The path that a request's target leads to: without its query, without the address before it (clients send that to a proxy,
 * RFC 9112 §3.2.2), and with what was percent-encoded without need as it is (RFC 3986 §6.2.2.2). All else stays as it was sent.
 */
export function pathOf(url: string): string {
  const path = url.replace(/^https?:\/\/[^/?#]*/i, '').split(/[?#]/, 1)[0] ?? '';
  return path.replace(/%([2-7][0-9a-f])/gi, (octet, hex: string) => {
    const character = String.fromCharCode(Number.parseInt(hex, 16));
    return /[\w.~-]/.test(character) ? character : octet;
  });
}

/** Whether a path belongs to the machine interfaces, which answer in UPS's dialect and are kept in the ledger. */
export function isMachinePath(path: string): boolean {
  return machinePaths.some((prefix) => path.startsWith(prefix));
}

/** The configuration of a machine interface's route: own credentials, any host name, its name for the weather. */
export function machineRoute(endpoint?: Endpoint, whose?: FastifyContextConfig['whose']): Pick<FastifyContextConfig, 'endpoint' | 'whose'> & { csrf: false; anyHost: true } {
  return { csrf: false, anyHost: true, endpoint, whose };
}

/** Answers 405 where a known path is asked with another method, before a body is read. No method here has CORS headers. */
export function refuseOtherMethods(app: FastifyInstance, url: string, ...allowed: ('GET' | 'POST' | 'DELETE')[]): void {
  const taken: string[] = allowed.includes('GET') ? [...allowed, 'HEAD'] : allowed;
  app.route({
    method: methods.filter((method) => !taken.includes(method)),
    url,
    config: machineRoute(),
    onRequest: async (_request, reply) => {
      reply.header('allow', taken.join(', '));
      throw new Problem(405, 'Not this way', `This address takes ${allowed.join(' or ')} only.`);
    },
    handler: async () => undefined,
  });
}

const withoutApi: FaultEnvelope = {
  Fault: { detail: { Errors: { ErrorDetail: [{ Severity: 'Authentication', PrimaryErrorCode: { Code: '250003', Description: 'Invalid Access License number' } }] } } },
};

/**
 * Answers 404 in UPS's dialect, under any host name, where there is no such interface, and the fault of UPS's older systems
 * where a data API's path lacks its `/api`.
 */
export function refuseOtherPaths(app: FastifyInstance): void {
  for (const prefix of pathsWithoutApi) {
    app.route({
      method: [...methods],
      url: `${prefix}*`,
      config: machineRoute(),
      onRequest: async (_request, reply) => reply.code(401).header('cache-control', 'no-store').send(withoutApi),
      handler: async () => undefined,
    });
  }
  for (const prefix of ownPaths) {
    app.route({
      method: [...methods],
      url: `${prefix}*`,
      config: machineRoute(),
      onRequest: async () => {
        throw new NotFound('There is no such interface.');
      },
      handler: async () => undefined,
    });
  }
}
