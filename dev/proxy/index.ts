import { once } from 'node:events';
import { createServer, request as send, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';

/** A request as it came. */
export interface ProxiedRequest {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A request and its whole answer. */
export interface Exchange extends ProxiedRequest {
  readonly status: number;
  /** The answer's. */
  readonly answerHeaders: IncomingHttpHeaders;
  readonly answerBody: string;
}

export interface ProxyOptions {
  readonly port: number;
  /** Ports of servers on the loopback address, each of which gets every n-th request. They see the host that was asked for. */
  readonly targets: readonly number[];
  /** Answers in a server's place, or leaves it to the server with null. */
  readonly intercept?: (request: ProxiedRequest) => { readonly status: number; readonly type: string; readonly body: string } | null;
  /** Gets every exchange once its answer has ended. */
  readonly record?: (exchange: Exchange) => void;
}

export interface Proxy extends AsyncDisposable {
  /** How many requests each server got, in the order of `targets`. */
  readonly counts: readonly number[];
  close(): Promise<void>;
}

/** A round-robin HTTP proxy on the loopback address. Answers pass through as they come, so event streams work. */
export async function startProxy({ port, targets, intercept, record }: ProxyOptions): Promise<Proxy> {
  const counts = targets.map(() => 0);
  let arrived = 0;

  async function pass(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const turn = arrived % targets.length;
    arrived += 1;
    counts[turn] = (counts[turn] ?? 0) + 1;
    const body = await buffer(incoming);
    const asked = { method: incoming.method ?? '', path: incoming.url ?? '', headers: incoming.headers, body: body.toString('utf8') };
    const instead = intercept?.(asked);
    if (instead) {
      outgoing.writeHead(instead.status, { 'content-type': instead.type }).end(instead.body);
      return;
    }
    const headers = { ...incoming.headers, 'x-forwarded-for': incoming.socket.remoteAddress, 'x-forwarded-proto': 'http', 'x-forwarded-host': incoming.headers.host };
    const exchange = send({ host: '127.0.0.1', port: targets[turn], method: incoming.method, path: asked.path, headers, agent: false });
    outgoing.on('close', () => exchange.destroy());
    exchange.on('error', () => (outgoing.headersSent ? outgoing.destroy() : outgoing.writeHead(502).end()));
    exchange.on('response', (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      outgoing.flushHeaders();
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => {
        outgoing.write(chunk);
        if (record) chunks.push(chunk);
      });
      answer.on('error', () => outgoing.destroy());
      answer.on('end', () => outgoing.end());
      answer.on('close', () => {
        record?.({ ...asked, status: answer.statusCode ?? 0, answerHeaders: answer.headers, answerBody: Buffer.concat(chunks).toString('utf8') });
      });
    });
    exchange.end(body);
  }

  const server = createServer((incoming, outgoing) => {
    pass(incoming, outgoing).catch(() => outgoing.destroy());
  }).listen(port, '127.0.0.1');
  await once(server, 'listening');
  const close = async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  };
  return { counts, close, [Symbol.asyncDispose]: close };
}
