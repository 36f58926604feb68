import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/**
 * One kept-alive HTTP connection that sends one request after the other. It is written on the bare socket, because what
 * sends must not cost more than what answers.
 */
export class Lane {
  readonly #socket: Socket;
  #received = '';
  #settle: ((answer: { status: number; body: string }) => void) | null = null;
  #fail: ((error: Error) => void) | null = null;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setNoDelay(true).setEncoding('latin1');
    socket.on('data', (text: string) => this.#take(text));
    socket.on('error', (error) => this.#fail?.(error));
    socket.on('close', () => this.#fail?.(new Error('the server closed the connection')));
  }

  static async open(port: number): Promise<Lane> {
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    return new Lane(socket);
  }

  /** Posts a form and gives the answer. */
  post(path: string, authorization: string, form: string): Promise<{ status: number; body: string }> {
    return new Promise((resolve, reject) => {
      if (this.#socket.destroyed) throw new Error('the server closed the connection');
      this.#settle = resolve;
      this.#fail = reject;
      this.#socket.write(`POST ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: ${authorization}\r\ncontent-type: application/x-www-form-urlencoded\r\ncontent-length: ${form.length}\r\n\r\n${form}`);
    });
  }

  close(): void {
    this.#fail = null;
    this.#socket.destroy();
  }

  /** Every server under measurement says how long its answers are. */
  #take(text: string): void {
    this.#received += text;
    const end = this.#received.indexOf('\r\n\r\n');
    if (end < 0) return;
    const head = this.#received.slice(0, end);
    const length = Number(/\r\ncontent-length: (\d+)/i.exec(head)?.[1] ?? NaN);
    if (Number.isNaN(length)) return this.#fail?.(new Error(`an answer without its length: ${head}`));
    if (this.#received.length < end + 4 + length) return;
    const body = this.#received.slice(end + 4, end + 4 + length);
    this.#received = this.#received.slice(end + 4 + length);
    this.#settle?.({ status: Number(head.slice(9, 12)), body });
  }
}
