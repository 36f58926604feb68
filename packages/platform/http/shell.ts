import type { FastifyReply, FastifyRequest } from 'fastify';

/** What the HTTP shell knows about the server and keeps with each request. */
export interface Shell {
  readonly publicUrl: URL;
  readonly csrfKey: Buffer;
  readonly cookieName: string;
  /** Further origins that any form of the server may end at. */
  readonly formAction: readonly string[];
  /** The browser's own id, the same in all its tabs and before anybody signs in; null where no page is involved. */
  browserId: string | null;
}

declare module 'fastify' {
  interface FastifyRequest {
    shell: Shell;
  }
  interface FastifyContextConfig {
    /**
     * `false` for machine interfaces, which carry their own credentials: no CSRF token, no browser id. `browser` for the
     * pages before sign-in: their forms stay good when another tab of the browser signs in or out meanwhile.
     */
    csrf?: boolean | 'browser';
    /** Answer under any host name instead of redirecting to the public URL. */
    anyHost?: boolean;
  }
}

const https = 'https:';

/** What was asked for, as an address of this server and no other: a path alone may be `//evil.example`, which is another host. */
export function publicAddress({ shell, url }: FastifyRequest): string {
  return shell.publicUrl.origin + (url.startsWith('/') ? url : '/');
}

/** A cookie's full name: `__Host-` where the public URL is https (RFC 6265bis), a plain name on http loopback. */
export function cookieFullName(shell: Shell, name: string): string {
  return `${shell.publicUrl.protocol === https ? '__Host-' : ''}${shell.cookieName}${name === '' ? '' : `_${name}`}`;
}

/** Sets a cookie that scripts cannot read and other sites' forms do not send. Without `maxAgeSeconds` it ends with the browser. */
export function setCookie(reply: FastifyReply, name: string, value: string, options: { maxAgeSeconds?: number } = {}): void {
  const { shell } = reply.request;
  reply.setCookie(cookieFullName(shell, name), value, {
    path: '/',
    httpOnly: true,
    sameSite: 'lax',
    secure: shell.publicUrl.protocol === https,
    ...(options.maxAgeSeconds === undefined ? {} : { maxAge: options.maxAgeSeconds }),
  });
}

export function getCookie(request: FastifyRequest, name: string): string | undefined {
  return request.cookies[cookieFullName(request.shell, name)];
}

/**
 * The session cookie is the one that carries the server's plain name. From here on the request counts as sent with it, so
 * that forms on the page which answers it are keyed to the new session.
 */
export function setSessionCookie(reply: FastifyReply, token: string): void {
  setCookie(reply, '', token);
  reply.request.cookies[cookieFullName(reply.request.shell, '')] = token;
}

export function clearSessionCookie(reply: FastifyReply): void {
  const { shell } = reply.request;
  reply.clearCookie(cookieFullName(shell, ''), { path: '/', secure: shell.publicUrl.protocol === https });
}

export function sessionCookie(request: FastifyRequest): string | undefined {
  return getCookie(request, '');
}
