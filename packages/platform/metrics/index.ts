import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import { collectDefaultMetrics, Registry } from 'prom-client';
import type { Logger } from '../logging/index.js';
import { isLoopback } from '../loopback/index.js';

export { Counter, Gauge, Histogram, Registry } from 'prom-client';

export interface MetricsListener {
  close(): Promise<void>;
}

export interface MetricsListenerOptions {
  readonly host: string;
  readonly port: number;
  readonly logger: Logger;
  /** Gives all metrics as they are now. Whoever asks while it is at work gets what it gives then. */
  write(): Promise<string>;
}

const path = '/metrics';
const requestTimeoutMs = 5_000;

/** A registry that holds what is known of the process itself: CPU, memory, file descriptors, garbage collection, event loop lag. */
export function processRegistry(): Registry {
  const register = new Registry();
  collectDefaultMetrics({ register });
  return register;
}

/**
 * Shows metrics in Prometheus's text format at `/metrics`, on a port of their own. On a loopback address it answers under this
 * machine's own names only, so that no page that a browser on it has open can read them under another. Rejects with what
 * the system says when it cannot listen.
 */
export async function listenForMetrics({ host, port, logger, write }: MetricsListenerOptions): Promise<MetricsListener> {
  let writing: Promise<string> | null = null;
  const text = () => writing ??= write().finally(() => {
    writing = null;
  });
  const server = createServer({ requestTimeout: requestTimeoutMs, headersTimeout: requestTimeoutMs }, (request, response) => {
    const refusal = refusalOf(request, isLoopback(host));
    if (refusal !== null) return answer(response, refusal, '');
    text().then(
      (metrics) => answer(response, 200, metrics),
      (error: unknown) => {
        logger.error({ err: error }, 'metrics could not be written');
        answer(response, 500, '');
      },
    );
  });
  server.listen({ host, port });
  await once(server, 'listening');
  return {
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

/** The status for what is not to be answered; null for a scrape. */
function refusalOf({ url = '', method, headers }: IncomingMessage, isNear: boolean): number | null {
  if (isNear && !isLoopback(hostNameOf(headers.host))) return 404;
  if (url.split('?')[0] !== path) return 404;
  return method === 'GET' || method === 'HEAD' ? null : 405;
}

function hostNameOf(host = ''): string | undefined {
  const url = `http://${host}`;
  return URL.canParse(url) ? new URL(url).hostname : undefined;
}

function answer(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': Registry.PROMETHEUS_CONTENT_TYPE, 'cache-control': 'no-store', 'x-content-type-options': 'nosniff', 'content-length': Buffer.byteLength(text) });
  response.end(text);
}
