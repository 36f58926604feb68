import type { FastifyReply, FastifyRequest } from 'fastify';
import { createHmac } from 'node:crypto';
import { Forbidden } from '../errors/index.js';
import { randomToken, sameBytes } from '../secret/index.js';
import { field } from './form.js';
import { getCookie, sessionCookie, setCookie } from './shell.js';

const browserCookie = 'browser';
const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS']);
const formType = 'application/x-www-form-urlencoded';
const stale = 'This form is out of date or was sent from another site. Go back, load the page again and send it once more. Nothing was changed.';

/** Whether the request could change something and must therefore prove that our own page sent it. */
function needsProof(request: FastifyRequest): boolean {
  return request.routeOptions.config.csrf !== false && !safeMethods.has(request.method) && !request.is404;
}

/**
 * The id of this browser, from a cookie that exists before sign-in. It binds what is pending in a browser, such as a
 * half-finished log-in, to that browser; it identifies nobody.
 */
export function browserId(request: FastifyRequest): string {
  if (request.shell.browserId === null) throw new TypeError('a route without pages has no browser id');
  return request.shell.browserId;
}

/** The value for the hidden field `csrf` of every form on the page (ASVS 3.5.1): keyed to the session, or to the browser before sign-in. */
export function csrfToken(request: FastifyRequest): string {
  return tokenFor(request).toString('base64url');
}

function tokenFor(request: FastifyRequest): Buffer {
  const session = request.routeOptions.config.csrf === 'browser' ? undefined : sessionCookie(request);
  const subject = session ?? browserId(request);
  return createHmac('sha256', request.shell.csrfKey).update(subject).digest();
}

/** Refuses, before the body is read, what only another site or a program would send: ASVS 3.5.1 and 3.5.3. */
export function refuseForeignRequest(request: FastifyRequest): void {
  if (!needsProof(request)) return;
  const site = request.headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin') throw new Forbidden(stale, 'Sent from another site');
  const { origin } = request.headers;
  // Under `Referrer-Policy: no-referrer` browsers send `Origin: null` with our own forms; the token decides then.
  if (origin !== undefined && origin !== 'null' && origin !== request.shell.publicUrl.origin) {
    throw new Forbidden(stale, 'Sent from another site');
  }
  const type = request.headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  if (type !== formType) throw new Forbidden('Only a form of this site can be sent here.', 'Not a form');
}

/** Refuses a form without the right `csrf` field. */
export function refuseForgedForm(request: FastifyRequest): void {
  if (!needsProof(request)) return;
  const given = Buffer.from(field(request.body, 'csrf'), 'base64url');
  if (!sameBytes(given, tokenFor(request))) throw new Forbidden(stale, 'This form is out of date');
}

/** Reads the browser's id, or gives it one. */
export function recogniseBrowser(request: FastifyRequest, reply: FastifyReply): void {
  if (request.routeOptions.config.csrf === false) return;
  const known = getCookie(request, browserCookie);
  if (known !== undefined && /^brw-[\w-]{43}$/.test(known)) {
    request.shell.browserId = known;
    return;
  }
  const fresh = randomToken('brw-');
  request.shell.browserId = fresh;
  setCookie(reply, browserCookie, fresh, { maxAgeSeconds: 365 * 24 * 60 * 60 });
}
