import http from 'node:http';
import https from 'node:https';
import net from 'node:net';
import tls from 'node:tls';
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

/** What `send` needs of an AbortSignal. Making a whole one for each call took a fifth of its processor time (2026-11-27). */
export interface CutSignal {
  readonly aborted: boolean;
  addEventListener(type: 'abort', onAbort: () => void, options?: { readonly once: true }): void;
  removeEventListener(type: 'abort', onAbort: () => void): void;
}

export interface SendOptions {
  /** Resets the connection: what has not left this machine yet never does. What has may still arrive. */
  readonly signal?: CutSignal;
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
  const isSecure = baseUrl.protocol === 'https:';
  const client = isSecure ? https : http;
  const newAgent = (keepAlive: boolean) => (isSecure ? secureAgent(keepAlive, timeoutMs) : new http.Agent({ keepAlive, maxSockets }));
  const agent = newAgent(true);

  const send: Transport['send'] = (request, { signal, fresh = false, deadlineMs = timeoutMs, beforeFirstByte } = {}) =>
    new Promise((resolve, reject) => {
      let written = false;
      const settle = () => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', onAbort);
      };
      const fail = (cause: unknown) => {
        settle();
        reject(cause instanceof UpsUnreadable ? cause : new UpsUnreachable(written, { cause }));
        if (written) reset(exchange.socket);
        exchange.destroy();
      };
      const onAbort = () => fail(new Error('the call was cut off'));
      const url = new URL(baseUrl.pathname.replace(/\/$/, '') + request.path, baseUrl);
      const headers = { ...request.headers, ...(request.body === undefined ? {} : { 'content-length': String(Buffer.byteLength(request.body)) }) };
      const exchange = client.request(url, { method: request.method, agent: fresh ? newAgent(false) : agent });
      const timer = setTimeout(() => fail(new Error(`no answer within ${deadlineMs} ms`)), deadlineMs);
      exchange.on('error', fail);
      try {
        // Not among the options: node's agent keeps those of a connection's first request for as long as the connection lives.
        for (const [name, value] of Object.entries(headers)) exchange.setHeader(name, value);
      } catch (refusal) {
        // What no header can hold. Node connects all the same: left alone, this request would end the process with its connection.
        return fail(refusal);
      }
      signal?.addEventListener('abort', onAbort, { once: true });
      if (signal?.aborted) return onAbort();
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
          settle();
          const body = Buffer.concat(chunks);
          resolve({ status: response.statusCode ?? 0, headers: flat(response.headers), body: body.toString('utf8') });
          // An answer may hold tokens; the collector would leave their bytes where they are.
          for (const bytes of [body, ...chunks]) bytes.fill(0);
        });
      });
      // node writes headers and body when `end` is called on a connected socket; until then nothing has left.
      whenConnected(exchange, () => {
        if (exchange.destroyed) return;
        try {
          beforeFirstByte?.();
        } catch (refusal) {
          settle();
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
    if (socket.connecting) socket.once('connect', write);
    else write();
  });
}

const maxSockets = 64;

/** The connection below each TLS connection. */
const rawSockets = new WeakMap<net.Socket, net.Socket>();

/**
 * An agent that hands out TLS connections when they are ready, and makes the connection below each of them itself: only
 * that one can be reset.
 */
function secureAgent(keepAlive: boolean, timeoutMs: number): https.Agent {
  const agent = new https.Agent({ keepAlive, maxSockets });
  const createConnection = (options: tls.ConnectionOptions, ready: (error: Error | null, socket?: net.Socket) => void): undefined => {
    const raw = net.connect({ host: options.host ?? 'localhost', port: Number(options.port) });
    const giveUp = (error: Error) => {
      clearTimeout(timer);
      raw.destroy();
      ready(error);
    };
    const timer = setTimeout(() => giveUp(new Error(`no connection within ${timeoutMs} ms`)), timeoutMs);
    // The agent hears the first call of `ready` only, so `giveUp` may stay when the connection is handed out.
    raw.on('error', giveUp).once('connect', () => {
      const socket = tls.connect({ ...options, socket: raw });
      rawSockets.set(socket, raw);
      socket.on('error', giveUp).once('secureConnect', () => {
        clearTimeout(timer);
        ready(null, socket);
      });
    });
  };
  return Object.assign(agent, { createConnection });
}

/** Closes a connection at once. What the kernel still holds of it is thrown away, where a mere close would go on sending it. */
function reset(socket: net.Socket | null): void {
  if (socket === null || socket.destroyed) return;
  const raw = rawSockets.get(socket) ?? socket;
  if (!raw.destroyed) raw.resetAndDestroy();
}

function flat(headers: http.IncomingHttpHeaders): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : (value ?? '')]));
}
