import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import { Webhook } from 'standardwebhooks';

/** A request as it came. */
export interface Received {
  readonly id: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** A server that takes webhooks. */
export interface Receiver extends AsyncDisposable {
  readonly url: string;
  readonly received: Received[];
  /** How it answers: 204 unless told otherwise. */
  answer: (response: ServerResponse, request: Received) => void;
  /** Requests of which an earlier one was still unanswered. */
  readonly overlaps: Received[];
}

/** Listens on a port of the loopback address. */
export async function startReceiver(path = '/hook'): Promise<Receiver> {
  const received: Received[] = [];
  const overlaps: Received[] = [];
  let open = 0;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString('utf8');
      const { type, data } = JSON.parse(body) as Pick<Received, 'type' | 'data'>;
      const seen: Received = { id: String(request.headers['webhook-id']), path: request.url ?? '', headers: request.headers, body, type, data };
      received.push(seen);
      if (open > 0) overlaps.push(seen);
      open += 1;
      response.on('close', () => (open -= 1));
      receiver.answer(response, seen);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the system gave no port');
  const receiver: Receiver = {
    url: `http://127.0.0.1:${address.port}${path}`,
    received,
    overlaps,
    answer: (response) => response.writeHead(204).end(),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return receiver;
}

/** Answers this status, and nothing else. */
export function answering(status: number): Receiver['answer'] {
  return (response) => response.writeHead(status).end('what nobody reads');
}

/** Checks a message as a receiver would, with the library of Standard Webhooks; throws when it is forged or stale. */
export function verify(secret: string, { body, headers }: Pick<Received, 'body' | 'headers'>): unknown {
  return new Webhook(secret).verify(body, headers as Record<string, string>);
}
