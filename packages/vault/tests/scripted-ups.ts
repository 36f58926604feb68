import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, get, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One request as it arrived. */
export interface Arrival {
  readonly at: number;
  readonly method: string;
  readonly path: string;
  readonly form: URLSearchParams;
  readonly bearer: string | null;
}

export type Answer = (arrival: Arrival, response: ServerResponse) => void;

interface Pair {
  readonly family: number;
  readonly accessToken: string;
  readonly refreshToken: string;
}

/**
 * A small UPS for these tests: single-use refresh tokens in families, a data API that knows which access tokens are
 * good, and any answer that a test wants instead. Not the stand-in, which has no place below the vault.
 */
export class ScriptedUps implements AsyncDisposable {
  readonly arrivals: Arrival[] = [];
  /** Seconds, as the wire's strings. */
  expiresIn = '14399';
  /** Whom the access tokens name that are made from now on, in the form of UPS's JWTs; null for opaque ones. */
  login: { sub: string; uuid: string; clientid?: string } | null = null;
  readonly #server: Server;
  readonly #next: { path: string; answer: Answer }[] = [];
  readonly #always = new Map<string, Answer>();
  readonly #refreshable = new Map<string, Pair>();
  readonly #spent = new Map<string, number>();
  readonly #good = new Map<string, Pair>();
  readonly #dead = new Set<number>();
  #made = 0;
  #families = 0;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(): Promise<ScriptedUps> {
    const server = createServer();
    const ups = new ScriptedUps(server);
    server.on('request', (request, response) => void ups.#handle(request, response));
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    return ups;
  }

  get url(): URL {
    return new URL(`http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`);
  }

  /** Answers the next request whose path begins so in another way. */
  once(path: string, answer: Answer): void {
    this.#next.push({ path, answer });
  }

  /** Answers every request whose path begins so in another way, until told otherwise with null. */
  always(path: string, answer: Answer | null): void {
    if (answer) this.#always.set(path, answer);
    else this.#always.delete(path);
  }

  arrivalsAt(path: string): Arrival[] {
    return this.arrivals.filter((arrival) => arrival.path.startsWith(path));
  }

  /**
   * The place among the arrivals that requests have now reached. It goes on a connection of its own, and the kernel hands
   * out what came before it first: whatever has a later place was sent after this was called, however busy this process is.
   */
  async mark(): Promise<number> {
    const path = `/mark/${randomUUID()}`;
    const [response] = await once(get(new URL(path, this.url), { agent: false }), 'response');
    response.resume();
    return this.arrivals.findIndex((arrival) => arrival.path === path);
  }

  /** As a changed password does: every code, token and refresh token of before is dead. */
  changePassword(): void {
    for (let family = 1; family <= this.#families; family += 1) this.#dead.add(family);
  }

  /** Every access token that was made so far. */
  issued(): string[] {
    return Array.from({ length: this.#made }, (_, index) => `access-canary-${index + 1}`);
  }

  /** Stops honouring this access token, as the end of its life does. */
  expire(accessToken: string): void {
    this.#good.delete(accessToken);
  }

  /** A new pair in a new family, or in the family of a spent refresh token. */
  issue(family = (this.#families += 1)): Pair {
    this.#made += 1;
    const pair = { family, accessToken: this.#accessToken(`access-canary-${this.#made}`), refreshToken: `refresh-canary-${this.#made}` };
    this.#good.set(pair.accessToken, pair);
    this.#refreshable.set(pair.refreshToken, pair);
    return pair;
  }

  /** Its last part is no signature: nobody outside UPS can check one. */
  #accessToken(name: string): string {
    if (!this.login) return name;
    const part = (content: object) => Buffer.from(JSON.stringify(content)).toString('base64url');
    return `${part({ kid: 'k', typ: 'JWT', alg: 'RS384' })}.${part({ clientid: 'client-idm', iss: 'https://apis.ups.com', ...this.login })}.${name}`;
  }

  tokenBody(pair: Pair): Record<string, string> {
    return {
      token_type: 'Bearer', issued_at: String(Date.now()), client_id: 'client', access_token: pair.accessToken, refresh_token: pair.refreshToken,
      expires_in: this.expiresIn, refresh_token_expires_in: '5183999', status: 'approved', refresh_token_status: 'approved',
    };
  }

  /** Spends a refresh token: the new pair, or null when it was spent before or its family is dead. Reuse kills the family. */
  spend(refreshToken: string): Pair | null {
    const pair = this.#refreshable.get(refreshToken);
    this.#refreshable.delete(refreshToken);
    const spent = this.#spent.get(refreshToken);
    if (spent !== undefined) this.#dead.add(spent);
    if (pair) this.#spent.set(refreshToken, pair.family);
    return pair && !this.#dead.has(pair.family) ? this.issue(pair.family) : null;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => {
      this.#server.close(resolve);
    });
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    const path = request.url ?? '';
    const bearer = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1] ?? null;
    const arrival = { at: performance.now(), method: request.method ?? '', path, form: new URLSearchParams(body), bearer };
    this.arrivals.push(arrival);
    const index = this.#next.findIndex((scripted) => path.startsWith(scripted.path));
    const [scripted] = index < 0 ? [] : this.#next.splice(index, 1);
    const standing = [...this.#always].find(([prefix]) => path.startsWith(prefix))?.[1];
    (scripted?.answer ?? standing ?? ((...both) => this.answer(...both)))(arrival, response);
  }

  /** The ordinary answer. */
  answer(arrival: Arrival, response: ServerResponse): void {
    if (arrival.path === '/security/v1/oauth/token') return json(response, 200, this.tokenBody(this.issue()));
    if (arrival.path === '/security/v1/oauth/refresh') {
      const pair = this.spend(arrival.form.get('refresh_token') ?? '');
      return pair ? json(response, 200, this.tokenBody(pair)) : json(response, 400, envelope('10400', 'Invalid Refresh Token'));
    }
    const pair = this.#good.get(arrival.bearer ?? '');
    if (!pair || this.#dead.has(pair.family)) return json(response, 401, envelope('UJ0001', 'Invalid token or token is not present'));
    json(response, 200, { trackResponse: { shipment: [{ inquiryNumber: '1Z', warnings: [{ code: 'TW0001', message: 'Tracking Information Not Found' }] }] } });
  }
}

export function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

export function envelope(code: string, message: string): unknown {
  return { response: { errors: [{ code, message }] } };
}
