import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';

/** One request that the stand-in posted. */
export interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly method: string;
  readonly path: string;
  readonly body: string;
  readonly atMs: number;
}

/** A subscriber's server. It answers with `status`, or with the next of the ordered ones. */
export interface AlertReceiver extends AsyncDisposable {
  readonly url: string;
  readonly received: readonly Received[];
  /** The next answers' statuses, before it goes back to 200. */
  answerWith(...statuses: number[]): void;
}

export async function startAlertReceiver(): Promise<AlertReceiver> {
  const received: Received[] = [];
  const ordered: number[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk)).on('end', () => {
      received.push({ headers: request.headers, method: request.method ?? '', path: request.url ?? '', body: Buffer.concat(chunks).toString(), atMs: Date.now() });
      const status = ordered.shift() ?? 200;
      response.writeHead(status, status === 302 ? { location: '/elsewhere' } : {}).end('thanks');
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the system gave no port');
  return {
    url: `http://127.0.0.1:${address.port}/alerts?key=1`,
    received,
    answerWith: (...statuses) => void ordered.push(...statuses),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
