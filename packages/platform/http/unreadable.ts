import type { Socket } from 'node:net';
import { STATUS_CODES } from 'node:http';

/** HTTP that cannot be read, a request that did not arrive whole in time, and headers beyond the limit. */
export type UnreadableStatus = 400 | 408 | 431;

const statuses: Readonly<Record<string, UnreadableStatus>> = { ERR_HTTP_REQUEST_TIMEOUT: 408, HPE_HEADER_OVERFLOW: 431 };

/** Answers on the bare connection what never became a request, with JSON that `wording` gives, and closes it. */
export function answerUnreadable(wording: (status: UnreadableStatus) => object): (error: NodeJS.ErrnoException, socket: Socket) => void {
  return (error, socket) => {
    if (error.code === 'ECONNRESET' || socket.destroyed) return;
    const status = statuses[error.code ?? ''] ?? 400;
    const body = JSON.stringify(wording(status));
    if (socket.writable) {
      socket.write(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nContent-Type: application/json\r\nCache-Control: no-store\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`);
    }
    socket.destroy(error);
  };
}
