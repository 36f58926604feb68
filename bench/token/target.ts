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
  const [hello] = await once(child, 'message') as [Hello];
  const connections = await Promise.all(Array.from({ length: lanes }, () => Lane.open(hello.port)));
  const refreshTokens: string[] = [];
  let codes: string[] = [];

  async function moreCodes(): Promise<void> {
    child.send(codesAtOnce);
    const [answer] = await once(child, 'message') as [{ codes: string[] }];
    codes = [...codes, ...answer.codes];
  }

  async function tokenCall(lane: Lane, path: string, form: Record<string, string>): Promise<string> {
    const { status, body } = await lane.post(path, basic, new URLSearchParams(form).toString());
    const token = status === 200 ? /"refresh_token":"([^"]+)"/.exec(body)?.[1] : undefined;
    if (token === undefined) throw new Error(`${name} answered ${status} ${body}`);
    return token;
  }

  /** Runs one lane each over and over; the time during which `pause` waits does not count. */
  async function rate(lastsMs: number, once: (lane: Lane, index: number) => Promise<boolean>): Promise<{ done: number; ms: number }> {
    const started = performance.now();
    let done = 0;
    await Promise.all(connections.map(async (lane, index) => {
      while (performance.now() - started < lastsMs && await once(lane, index)) done += 1;
    }));
    return { done, ms: performance.now() - started };
  }

  return {
    async exchanges(lastsMs) {
      const sum = { done: 0, ms: 0 };
      while (sum.ms < lastsMs) {
        if (codes.length < codesAtOnce) await moreCodes();
        const { done, ms } = await rate(lastsMs - sum.ms, async (lane, index) => {
          const code = codes.pop();
          if (code === undefined) return false;
          refreshTokens[index] = await tokenCall(lane, hello.tokenPath, { grant_type: 'authorization_code', code, redirect_uri: client.redirectUri });
          return true;
        });
        sum.done += done;
        sum.ms += ms;
      }
      return (sum.done * 1000) / sum.ms;
    },
    async refreshes(lastsMs) {
      const { done, ms } = await rate(lastsMs, async (lane, index) => {
        refreshTokens[index] = await tokenCall(lane, hello.refreshPath, { grant_type: 'refresh_token', refresh_token: refreshTokens[index] ?? '' });
        return true;
      });
      return (done * 1000) / ms;
    },
    async stop() {
      for (const lane of connections) lane.close();
      const ended = once(child, 'exit');
      child.disconnect();
      await ended;
    },
  };
}
