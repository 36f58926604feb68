import { createServer, type AddressInfo, type Socket } from 'node:net';

const delayMs = Number(process.argv[2] ?? 0);
const tokenPath = '/security/v1/oauth/';
const headEnd = Buffer.from('\r\n\r\n');

/** Of each access token: how many requests carried it, and the place of the last one among all that were read. */
const arrivals = new Map<string, [calls: number, last: number]>();
/** Who waits for an access token to have been carried so often. */
const waiting = new Map<string, { calls: number; reached: () => void }[]>();
let read = 0;

/** Null when the answer comes later, by `later`. */
function answer(head: string, body: string, later: (text: string) => void): string | null {
  read += 1;
  const path = head.slice(head.indexOf(' ') + 1, head.indexOf(' ', head.indexOf(' ') + 1));
  if (path === '/mark') return JSON.stringify(read);
  if (path.startsWith('/reached?')) {
    const query = new URLSearchParams(path.slice(path.indexOf('?')));
    const token = query.get('token') ?? '';
    const calls = Number(query.get('calls'));
    if ((arrivals.get(token)?.[0] ?? 0) >= calls) return 'true';
    waiting.set(token, [...(waiting.get(token) ?? []), { calls, reached: () => later('true') }]);
    return null;
  }
  if (path === '/arrivals') return JSON.stringify(Object.fromEntries(arrivals));
  if (path.startsWith(tokenPath)) {
    const form = new URLSearchParams(body);
    // A refresh token names its successor.
    const name = form.get('code') ?? `${form.get('refresh_token')?.slice('refresh-'.length)}+`;
    return JSON.stringify({
      token_type: 'Bearer', issued_at: String(Date.now()), client_id: 'client', access_token: `access-${name}`, refresh_token: `refresh-${name}`,
      expires_in: '14399', refresh_token_expires_in: '5183999', status: 'approved', refresh_token_status: 'approved',
    });
  }
  const bearer = /\r\nauthorization: Bearer ([^\r]+)/i.exec(head)?.[1] ?? '';
  const arrived = arrivals.get(bearer) ?? [0, 0];
  arrivals.set(bearer, arrived);
  arrived[0] += 1;
  arrived[1] = read;
  const waiters = waiting.get(bearer);
  if (waiters) {
    for (const { calls, reached } of waiters) if (arrived[0] === calls) reached();
  }
  return JSON.stringify({ token: bearer });
}

function serve(socket: Socket): void {
  let rest: Buffer = Buffer.alloc(0);
  socket.setNoDelay(true).on('error', () => undefined);
  socket.on('data', (chunk: Buffer) => {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    for (let end = rest.indexOf(headEnd); end >= 0; end = rest.indexOf(headEnd)) {
      const head = rest.toString('latin1', 0, end);
      const bodyLength = Number(/\r\ncontent-length: (\d+)/i.exec(head)?.[1] ?? 0);
      if (rest.length < end + headEnd.length + bodyLength) return;
      const body = rest.toString('latin1', end + headEnd.length, end + headEnd.length + bodyLength);
      rest = rest.subarray(end + headEnd.length + bodyLength);
      const send = (text: string) => {
        if (!socket.destroyed) socket.write(`HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${text.length}\r\n\r\n${text}`);
      };
      const text = answer(head, body, send);
      if (text === null) continue;
      if (delayMs > 0) setTimeout(send, delayMs, text);
      else send(text);
    }
  });
}

const server = createServer(serve).listen(0, '127.0.0.1', 1024, () => {
  process.send?.((server.address() as AddressInfo).port);
});
process.on('disconnect', () => process.exit());
