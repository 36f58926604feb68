import { fork } from 'node:child_process';
import { once } from 'node:events';
import { Lane } from './lane.js';
import { basic, client } from './token-server.js';

/** A server under measurement, in a process of its own. */
export interface Target {
  /** Exchanges a second, with all lanes busy for about `lastsMs`; every one succeeded. */
  exchanges(lastsMs: number): Promise<number>;
  /** Refreshes a second, each with the refresh token of the one before. Exchanges must have come before. */
  refreshes(lastsMs: number): Promise<number>;
  stop(): Promise<void>;
}

interface Hello {
  readonly port: number;
  readonly tokenPath: string;
  readonly refreshPath: string;
}

const codesAtOnce = 2_000;

/** Starts the server `name` of `child.ts`, with `lanes` connections to it. */
export async function startTarget(name: string, databaseUrl: string, lanes: number): Promise<Target> {
  const child = fork(new URL('child.js', import.meta.url), [name, databaseUrl]);
  const gone = new AbortController();
  child.once('exit', () => gone.abort(new Error(`the server ${name} ended by itself`)));
  const { port, tokenPath, refreshPath } = await answer<Hello>();
  const refreshTokens: string[] = [];
  let codes: string[] = [];

  async function answer<Message>(): Promise<Message> {
    const [message] = await once(child, 'message', { signal: gone.signal }) as [Message];
    return message;
  }

  async function moreCodes(): Promise<void> {
    child.send(codesAtOnce);
    codes = [...codes, ...(await answer<{ codes: string[] }>()).codes];
  }

  async function tokenCall(lane: Lane, path: string, form: Record<string, string>): Promise<string> {
    const { status, body } = await lane.post(path, basic, new URLSearchParams(form).toString());
    const token = status === 200 ? /"refresh_token":"([^"]+)"/.exec(body)?.[1] : undefined;
    if (token === undefined) throw new Error(`${name} answered ${status} ${body}`);
    return token;
  }

  /** The servers close connections that are idle for five seconds, as all are while others have their turn: each turn opens its own. */
  async function withLanes(turn: (connections: readonly Lane[]) => Promise<number>): Promise<number> {
    const connections = await Promise.all(Array.from({ length: lanes }, () => Lane.open(port)));
    try {
      return await turn(connections);
    } finally {
      for (const lane of connections) lane.close();
    }
  }

  return {
    exchanges: (lastsMs) => withLanes(async (connections) => {
      const sum = { done: 0, ms: 0 };
      while (sum.ms < lastsMs) {
        if (codes.length < codesAtOnce) await moreCodes();
        const { done, ms } = await rate(connections, lastsMs - sum.ms, async (lane, index) => {
          const code = codes.pop();
          if (code === undefined) return false;
          refreshTokens[index] = await tokenCall(lane, tokenPath, { grant_type: 'authorization_code', code, redirect_uri: client.redirectUri });
          return true;
        });
        sum.done += done;
        sum.ms += ms;
      }
      return (sum.done * 1000) / sum.ms;
    }),
    refreshes: (lastsMs) => withLanes(async (connections) => {
      const { done, ms } = await rate(connections, lastsMs, async (lane, index) => {
        refreshTokens[index] = await tokenCall(lane, refreshPath, { grant_type: 'refresh_token', refresh_token: refreshTokens[index] ?? '' });
        return true;
      });
      return (done * 1000) / ms;
    }),
    async stop() {
      if (gone.signal.aborted) return;
      const ended = once(child, 'exit');
      child.disconnect();
      await ended;
    },
  };
}

/** Runs `call` on each lane over and over, until the time is up or it says that there is no more to do. */
async function rate(connections: readonly Lane[], lastsMs: number, call: (lane: Lane, index: number) => Promise<boolean>): Promise<{ done: number; ms: number }> {
  const started = performance.now();
  let done = 0;
  await Promise.all(connections.map(async (lane, index) => {
    while (performance.now() - started < lastsMs && await call(lane, index)) done += 1;
  }));
  return { done, ms: performance.now() - started };
}
