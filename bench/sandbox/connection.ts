import { connect, type Socket } from 'node:net';

/** An HTTP answer as it came; `status` 0 when the connection ended before it was whole. */
export interface RawAnswer {
  readonly status: number;
  readonly head: string;
  readonly body: Buffer;
}

const headEnd = Buffer.from('\r\n\r\n');
const lastChunk = Buffer.from('0\r\n\r\n');
const broken: RawAnswer = { status: 0, head: '', body: Buffer.alloc(0) };

/** One connection that is kept alive, one request at a time. It does next to nothing, so that what is measured is the server. */
export class Connection {
  readonly #port: number;
  #socket: Socket | null = null;
  #received: Buffer = Buffer.alloc(0);
  #answered: ((answer: RawAnswer) => void) | null = null;

  constructor(port: number) {
    this.#port = port;
  }

  /** Sends a whole request and resolves to its answer. Connects, again where the last answer ended the connection. */
  ask(request: Buffer): Promise<RawAnswer> {
    return new Promise((resolve) => {
      this.#answered = resolve;
      this.#received = Buffer.alloc(0);
      this.#socket ??= this.#open();
      this.#socket.write(request);
    });
  }

  close(): void {
    this.#socket?.destroy();
  }

  #open(): Socket {
    const socket = connect(this.#port, '127.0.0.1').setNoDelay(true);
    socket.on('data', (chunk: Buffer) => {
      this.#received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk]);
      const answer = whole(this.#received);
      if (answer) this.#finish(answer);
    });
    socket.on('error', () => undefined);
    socket.on('close', () => {
      if (this.#socket !== socket) return;
      this.#socket = null;
      this.#finish(broken);
    });
    return socket;
  }

  #finish(answer: RawAnswer): void {
    const answered = this.#answered;
    this.#answered = null;
    if (/\r\nconnection: close/i.test(answer.head)) {
      this.#socket?.destroy();
      this.#socket = null;
    }
    answered?.(answer);
  }
}

function whole(received: Buffer): RawAnswer | null {
  const end = received.indexOf(headEnd);
  if (end < 0) return null;
  const head = received.toString('latin1', 0, end);
  const body = received.subarray(end + headEnd.length);
  const length = /\r\ncontent-length: (\d+)/i.exec(head)?.[1];
  const isWhole = length === undefined ? body.subarray(-lastChunk.length).equals(lastChunk) : body.length >= Number(length);
  return isWhole ? { status: Number(head.slice(9, 12)), head, body } : null;
}
