import http from 'node:http';
import https from 'node:https';
import type { LookupFunction } from 'node:net';
import { AddressRefused, type Address, type AddressGuard } from './address-guard.js';

/** How one attempt went. `stopped`: we were told to stop before there was an answer. */
export type PostOutcome =
  | { readonly kind: 'answered'; readonly status: number }
  | { readonly kind: 'failed'; readonly reason: 'no-public-address' | 'unreachable' | 'too-slow' }
  | { readonly kind: 'stopped' };

export interface Post {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** From the look-up of the name to the status. */
export const deadlineMs = 10_000;

/** An answer's body says nothing to us: this much is taken off the wire, so that the receiver can finish, and thrown away. */
const mostAnswerBytes = 16 * 1024;

/**
 * Sends one POST, over a connection of its own, to an address that the guard has checked: the name is looked up once, and
 * what is connected to is what was checked. Follows no redirect. Never throws.
 */
export async function post(guard: AddressGuard, request: Post, stop: AbortSignal, timeoutMs = deadlineMs): Promise<PostOutcome> {
  const cut = new AbortController();
  const onStop = () => cut.abort();
  const timer = setTimeout(onStop, timeoutMs);
  stop.addEventListener('abort', onStop);
  if (stop.aborted) onStop();
  try {
    const addresses = await unlessCut(guard.resolve(request.url), cut.signal);
    return { kind: 'answered', status: await exchange(request, addresses, cut.signal) };
  } catch (error) {
    if (stop.aborted) return { kind: 'stopped' };
    if (error instanceof AddressRefused) return { kind: 'failed', reason: 'no-public-address' };
    return { kind: 'failed', reason: cut.signal.aborted ? 'too-slow' : 'unreachable' };
  } finally {
    clearTimeout(timer);
    stop.removeEventListener('abort', onStop);
  }
}

/** A look-up cannot be called off; this stops waiting for it. */
function unlessCut<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onCut = () => reject(new Error('cut off'));
    signal.addEventListener('abort', onCut, { once: true });
    if (signal.aborted) onCut();
    work.then(resolve, reject);
  });
}

function exchange({ url, headers, body }: Post, addresses: readonly Address[], signal: AbortSignal): Promise<number> {
  return new Promise((resolve, reject) => {
    const client = url.protocol === 'https:' ? https : http;
    const request = client.request(url, { method: 'POST', headers, agent: false, signal, lookup: pinnedTo(addresses) });
    let status: number | null = null;
    request.on('error', (error) => (status === null ? reject(error) : resolve(status)));
    request.on('response', (response) => {
      const answered = (status = response.statusCode ?? 0);
      let size = 0;
      const settle = () => {
        response.destroy();
        resolve(answered);
      };
      response.on('data', (chunk: Buffer) => {
        size += chunk.length;
        if (size > mostAnswerBytes) settle();
      });
      for (const end of ['end', 'error', 'close']) response.on(end, settle);
    });
    request.end(body);
  });
}

/** Answers every look-up with what was checked, so that the name cannot lead elsewhere meanwhile. */
function pinnedTo(addresses: readonly Address[]): LookupFunction {
  return (_hostname, options, callback) => {
    const [first] = addresses;
    if (options.all === true) callback(null, [...addresses]);
    else callback(null, first?.address ?? '', first?.family);
  };
}
