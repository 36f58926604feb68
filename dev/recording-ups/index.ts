import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { Agent, get } from 'node:http';
import { builtFile } from '../built-file/index.js';

/** Of one access token: how many requests carried it, and the place of the last one among all that were read. */
export interface TokenArrivals {
  readonly calls: number;
  readonly last: number;
}

/**
 * A UPS that does nothing but answer and record, in a process of its own: every request is put in one order as it is
 * read. It hands out a pair of tokens to whoever asks, named after the code or the refresh token.
 */
export class RecordingUps implements AsyncDisposable {
  readonly url: URL;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, port: number) {
    this.#child = child;
    this.url = new URL(`http://127.0.0.1:${port}`);
  }

  /** `delayMs` passes before each answer is sent. */
  static async start(delayMs = 0): Promise<RecordingUps> {
    const child = fork(await builtFile('recording-ups/main.js'), [String(delayMs)], { execArgv: [] });
    const [port] = (await once(child, 'message')) as [number];
    return new RecordingUps(child, port);
  }

  /**
   * The place that requests have now reached. The request for it goes on a connection of its own: the kernel hands out
   * what came before it first, so that whatever is recorded after this place was sent after this was called.
   */
  async mark(): Promise<number> {
    return (await this.#read('/mark')) as number;
  }

  /** Resolves once this access token was carried by so many requests. */
  async reached(token: string, calls: number): Promise<void> {
    await this.#read(`/reached?token=${encodeURIComponent(token)}&calls=${calls}`);
  }

  /** By access token. */
  async arrivals(): Promise<ReadonlyMap<string, TokenArrivals>> {
    const recorded = (await this.#read('/arrivals')) as Record<string, [number, number]>;
    return new Map(Object.entries(recorded).map(([token, [calls, last]]) => [token, { calls, last }]));
  }

  async #read(path: string): Promise<unknown> {
    const [response] = await once(get(new URL(path, this.url), { agent: new Agent({ keepAlive: false }) }), 'response');
    let body = '';
    for await (const chunk of response) body += String(chunk);
    return JSON.parse(body);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const ended = once(this.#child, 'close');
    this.#child.kill('SIGKILL');
    await ended;
  }
}
