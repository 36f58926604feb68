import { createHash, randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';

/** An authorization server under measurement, listening on a loopback port. */
export interface TokenServer {
  readonly port: number;
  readonly tokenPath: string;
  readonly refreshPath: string;
  /** Authorization codes of as many different grants, ready to be exchanged by `client` without PKCE. */
  issueCodes(count: number): Promise<string[]>;
  close(): Promise<void>;
}

/** The one application of every server under measurement. */
export const client = {
  id: 'bench-client-0001',
  secret: 'bench-secret-0001-of-the-token-bench',
  redirectUri: 'https://bench.example/callback',
} as const;

/** Four hours and sixty days, in seconds, as UPS's tokens live. */
export const lifetimes = { code: 600, access: 14_400, refresh: 5_184_000 } as const;

export const basic = `Basic ${Buffer.from(`${client.id}:${client.secret}`).toString('base64')}`;

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('base64');
}

export function newSecret(): string {
  return randomBytes(32).toString('base64url');
}

export async function readForm(request: IncomingMessage): Promise<URLSearchParams> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return new URLSearchParams(Buffer.concat(chunks).toString('latin1'));
}

export function sendJson(response: ServerResponse, status: number, body: unknown): void {
  const text = JSON.stringify(body);
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text), 'cache-control': 'no-store' }).end(text);
}
