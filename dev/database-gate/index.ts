import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

interface Pair {
  readonly client: Socket;
  readonly server: Socket;
  /** Which text has to be seen next before the answers are held. */
  next: number;
}

interface Hold {
  readonly texts: readonly string[];
  readonly begun: () => void;
}

/**
 * Stands between a process and PostgreSQL. It can let nothing through any more, as a network that failed does without
 * telling either side, and can keep the answer to one statement.
 */
export class DatabaseGate implements AsyncDisposable {
  /** The database's address through the gate. */
  readonly url: string;
  readonly #server: Server;
  readonly #pairs = new Set<Pair>();
  #hold: Hold | undefined;
  #isFrozen = false;

  private constructor(server: Server, url: string) {
    this.#server = server;
    this.url = url;
  }

  static async start(databaseUrl: string): Promise<DatabaseGate> {
    const target = new URL(databaseUrl);
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = new URL(databaseUrl);
    url.hostname = '127.0.0.1';
    url.port = String((server.address() as AddressInfo).port);
    const gate = new DatabaseGate(server, url.href);
    server.on('connection', (client) => gate.#join(client, connect(Number(target.port || 5432), target.hostname)));
    return gate;
  }

  /** From now on nothing passes, either way; connections stay open. */
  freeze(): void {
    this.#isFrozen = true;
    for (const { client, server } of this.#pairs) {
      client.pause();
      server.pause();
    }
  }

  /** From now on nothing passes on the connections that are there, either way, until `thaw`; new ones work. */
  swallow(): void {
    this.freeze();
    this.#isFrozen = false;
  }

  /** Lets everything through again, also what waited. */
  thaw(): void {
    this.#isFrozen = false;
    for (const { client, server } of this.#pairs) {
      client.resume();
      server.resume();
    }
  }

  /**
   * Keeps what the database answers from the moment on that a connection has sent these texts, one after the other, until
   * `thaw`. The database gets all of them. Resolves when that happens; holds for the first connection that does it.
   */
  holdAnswer(...texts: string[]): Promise<void> {
    for (const pair of this.#pairs) pair.next = 0;
    return new Promise((resolve) => {
      this.#hold = { texts, begun: resolve };
    });
  }

  #join(client: Socket, server: Socket): void {
    const pair: Pair = { client, server, next: 0 };
    this.#pairs.add(pair);
    const end = () => {
      this.#pairs.delete(pair);
      client.destroy();
      server.destroy();
    };
    for (const socket of [client, server]) socket.setNoDelay(true).on('error', end).on('close', end);
    client.on('data', (chunk: Buffer) => {
      this.#look(pair, chunk);
      server.write(chunk);
    });
    server.on('data', (chunk: Buffer) => client.write(chunk));
    if (this.#isFrozen) {
      client.pause();
      server.pause();
    }
  }

  #look(pair: Pair, chunk: Buffer): void {
    const wanted = this.#hold?.texts[pair.next];
    if (wanted === undefined || !chunk.includes(wanted)) return;
    pair.next += 1;
    if (pair.next < (this.#hold?.texts.length ?? 0)) return;
    pair.server.pause();
    this.#hold?.begun();
    this.#hold = undefined;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { client } of this.#pairs) client.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }
}
