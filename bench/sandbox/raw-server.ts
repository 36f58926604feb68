import { createServer } from 'node:http';

/** What is answered to the requests with a number in `x-bench`: status, headers and bytes. */
export interface StoredAnswer {
  readonly status: number;
  readonly headers: readonly string[];
  readonly body: string;
}

// A process of its own: nothing but node:http, which answers what the stand-in answered, byte for byte.
let answers: readonly { status: number; headers: readonly string[]; body: Buffer }[] = [];

const server = createServer((request, response) => {
  const answer = answers[Number(request.headers['x-bench'])];
  request.resume();
  if (!answer) {
    response.writeHead(404).end();
    return;
  }
  response.writeHead(answer.status, [...answer.headers]).end(answer.body);
});

process.on('message', (stored: readonly StoredAnswer[]) => {
  answers = stored.map(({ status, headers, body }) => ({ status, headers, body: Buffer.from(body, 'base64') }));
  server.listen(0, '127.0.0.1', () => {
    const address = server.address();
    process.send?.(typeof address === 'object' && address ? address.port : 0);
  });
});
process.on('disconnect', () => process.exit());
