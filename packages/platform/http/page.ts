import type { FastifyReply } from 'fastify';
import type { Html } from '../html/index.js';

/** Turbo 8.0.23 puts one style element of its own into the page: its progress bar. */
const turboStyle = `'sha256-WAyOw4V+FqDc35lQPyRADLBWbuNK8ahvYEaQIYF1+Ps='`;

/**
 * The content security policy (ASVS 3.4.3): our own scripts and styles from files, nothing inline, no framing.
 * `formAction` lists further origins that a form of the page may end at: Chromium checks every hop of the redirects
 * that follow a form.
 */
export function contentSecurityPolicy(formAction: readonly string[]): string {
  return [
    `default-src 'none'`, `script-src 'self'`, `style-src 'self' ${turboStyle}`, `img-src 'self'`, `connect-src 'self'`,
    ['form-action', `'self'`, ...formAction].join(' '), `frame-ancestors 'none'`, `base-uri 'none'`, `object-src 'none'`,
  ].join('; ');
}

/**
 * Answers with a whole HTML page. `formAction` lists origins that only this page's forms may end at; it suits a server
 * without Turbo, which keeps the policy of the page that it was loaded with.
 */
export async function sendPage(
  reply: FastifyReply, page: Html, options: { status?: number; formAction?: readonly string[] } = {},
): Promise<FastifyReply> {
  const text = await page;
  return reply
    .code(options.status ?? 200)
    .header('content-security-policy', contentSecurityPolicy([...reply.request.shell.formAction, ...(options.formAction ?? [])]))
    .header('cache-control', 'no-store')
    .type('text/html; charset=utf-8')
    .send(text.startsWith('<!doctype') ? text : `<!doctype html>${text}`);
}

/** 303: the browser goes there with GET and never repeats the form (RFC 9700 §4.12). */
export function seeOther(reply: FastifyReply, location: string | URL): FastifyReply {
  return reply.code(303).header('cache-control', 'no-store').header('location', String(location)).send();
}
