import http from 'node:http';
import https from 'node:https';
import { UpsUnreachable, UpsUnreadable } from './errors.js';

/** A request to UPS; `path` (with its query) goes onto the base URL. */
export interface UpsRequest {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** UPS's whole answer. Header names are lower case. */
export interface UpsResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface SendOptions {
  /** Cuts the connection. What was written may still arrive. */
  readonly signal?: AbortSignal;
  /** A new connection for this request alone. */
  readonly fresh?: boolean;
  /** From now to the last byte of the answer; default is the transport's `timeoutMs`. */
  readonly deadlineMs?: number;
  /** Called in the very turn that hands the first byte to the network; when it throws, nothing is sent and `send` rejects with that. */
  readonly beforeFirstByte?: () => void;
}

export interface Transport {
  /** Sends once: no retry, no redirect followed. Throws UpsUnreachable or UpsUnreadable (answer too large). */
  send(request: UpsRequest, options?: SendOptions): Promise<UpsResponse>;
  /** Closes idle connections. */
  close(): void;
}

/** A transport over node's own HTTP client. `timeoutMs` bounds a whole exchange, `maxBytes` an answer's body. */
export function createTransport(options: { baseUrl: URL; timeoutMs: number; maxBytes: number }): Transport {
  const { baseUrl, timeoutMs, maxBytes } = options;
  const client = baseUrl.protocol === 'https:' ? https : http;
  const agent = new client.Agent({ keepAlive: true, maxSockets: 64 });

  const send: Transport['send'] = (request, { signal, fresh = false, deadlineMs = timeoutMs, beforeFirstByte } = {}) =>
    new Promise((resolve, reject) => {
      let written = false;
      const fail = (cause: unknown) => {
        clearTimeout(timer);
        exchange.destroy();
        reject(cause instanceof UpsUnreadable ? cause : new UpsUnreachable(written, { cause }));
      };
      const url = new URL(baseUrl.pathname.replace(/\/$/, '') + request.path, baseUrl);
      const headers = { ...request.headers, ...(request.body === undefined ? {} : { 'content-length': String(Buffer.byteLength(request.body)) }) };
      const exchange = client.request(url, {
        method: request.method, headers, agent: fresh ? new client.Agent({ keepAlive: false }) : agent, ...(signal ? { signal } : {}),
      });
      const timer = setTimeout(() => fail(new Error(`no answer within ${deadlineMs} ms`)), deadlineMs);
      exchange.on('error', fail);
      exchange.on('response', (response) => {
        const chunks: Buffer[] = [];
        let size = 0;
        response.on('data', (chunk: Buffer) => {
          size += chunk.length;
          if (size > maxBytes) fail(new UpsUnreadable(response.statusCode ?? 0, `it is larger than ${maxBytes} bytes`));
          else chunks.push(chunk);
        });
        response.on('error', fail);
        response.on('end', () => {
          if (!response.complete) return fail(new Error('the answer was cut off'));
          clearTimeout(timer);
          resolve({ status: response.statusCode ?? 0, headers: flat(response.headers), body: Buffer.concat(chunks).toString('utf8') });
        });
      });
      // node writes headers and body when `end` is called on a connected socket; until then nothing has left.
      whenConnected(exchange, () => {
        try {
          beforeFirstByte?.();
        } catch (refusal) {
          clearTimeout(timer);
          exchange.destroy();
          return reject(refusal instanceof Error ? refusal : new Error('sending was refused'));
        }
        written = true;
        exchange.end(request.body);
      });
    });

  return { send, close: () => agent.destroy() };
}

function whenConnected(exchange: http.ClientRequest, write: () => void): void {
  exchange.on('socket', (socket) => {
    if (socket.connecting) socket.once('encrypted' in socket ? 'secureConnect' : 'connect', write);
    else write();
  });
}

function flat(headers: http.IncomingHttpHeaders): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : (value ?? '')]));
}
