import type { Exchange } from '../proxy/index.js';
import type { Canary } from './canary.js';

/** Where something was written that somebody may read. */
export interface Found {
  readonly place: string;
  readonly text: string;
}

/** Secrets and answers, gathered from what passes on the wire. */
export class Gathering {
  readonly answers: Found[] = [];
  readonly #canaries = new Map<string, Canary>();

  get canaries(): readonly Canary[] {
    return [...this.#canaries.values()];
  }

  add(name: string, value: string | Buffer | null | undefined): void {
    if (value) this.#canaries.set(value.toString('hex'), { name, value });
  }

  /** What passes between browsers and the suite. */
  suite(exchange: Exchange): void {
    this.#browser('suite', exchange);
    this.add('webhook secret', /whsec_[\w+/=]+/.exec(exchange.answerBody)?.[0]);
    this.#keep('suite', exchange);
  }

  /** What passes between the stand-in and browsers or the suite. */
  ups(exchange: Exchange): void {
    const { path, body, answerBody, headers } = exchange;
    const form = new URLSearchParams(body);
    this.add(path.startsWith('/control/') ? 'control token' : 'access token', /^Bearer (.+)/.exec(headers.authorization ?? '')?.[1]);
    if (path.startsWith('/control/')) return;
    if (!/\/oauth\/(token|refresh)$/.test(path)) {
      this.#browser('stand-in', exchange);
      if (String(exchange.answerHeaders['content-type']).startsWith('text/html')) this.#keep('stand-in', exchange);
      return;
    }
    this.add('authorization code', form.get('code'));
    this.add('PKCE verifier', form.get('code_verifier'));
    this.add('refresh token', form.get('refresh_token'));
    this.add('client credentials', /^Basic (.+)/.exec(headers.authorization ?? '')?.[1]);
    this.add('access token', /"access_token":"([^"]+)"/.exec(answerBody)?.[1]);
    this.add('refresh token', /"refresh_token":"([^"]+)"/.exec(answerBody)?.[1]);
  }

  #browser(server: string, { path, headers, body, answerHeaders, answerBody }: Exchange): void {
    const query = new URLSearchParams(path.split('?')[1]);
    const form = new URLSearchParams(body);
    this.add('state', query.get('state'));
    this.add('authorization code', query.get('code'));
    for (const name of ['password', 'current_password', 'new_password']) this.add(`password typed at the ${server}`, form.get(name));
    this.add('one-time link', query.get('token') ?? form.get('token'));
    for (const pair of [...(headers.cookie?.split('; ') ?? []), ...(answerHeaders['set-cookie'] ?? [])]) {
      this.add(`cookie of the ${server}`, /^[\w-]+=([^;]{20,})/.exec(pair)?.[1]);
    }
    for (const [, csrf] of answerBody.matchAll(/name="csrf" value="([^"]+)"/g)) this.add(`csrf field of the ${server}`, csrf);
  }

  #keep(server: string, { method, path, answerHeaders, answerBody }: Exchange): void {
    const page = `${method} ${path.split('?')[0] ?? ''}`;
    this.answers.push({ place: `page of the ${server}: ${page}`, text: answerBody });
    for (const [name, value] of Object.entries(answerHeaders)) this.answers.push({ place: `header ${name} of the ${server}: ${page}`, text: String(value) });
  }
}

/** Secrets where they belong. Whatever is found elsewhere is a leak. */
const belongings: readonly { readonly secret: RegExp; readonly place: RegExp; readonly because: string }[] = [
  { secret: /^cookie of/, place: /^header set-cookie of/, because: 'a browser gets its cookies so' },
  { secret: /^csrf field of/, place: /^page of/, because: 'forms carry it back (ASVS 3.5.1)' },
  { secret: /^state$/, place: /^header location of|^page of the stand-in: \w+ \/(lasso|mailbox|profile|log-in)/, because: 'the browser takes it to UPS.com and back, across its pages (RFC 6749 §4.1)' },
  { secret: /^state$/, place: /^row of upscom\.sign_in_request$/, because: 'UPS.com keeps the request of the application until its owner has logged in' },
  { secret: /^authorization code$/, place: /^header location of the stand-in/, because: 'the browser takes it to the callback (RFC 6749 §4.1.2)' },
  { secret: /^one-time link$/, place: /^row of (suite|upscom)\.mail$/, because: 'it is in the mail' },
  { secret: /^one-time link$/, place: /^page of the (suite: \w+ \/set-password|stand-in: \w+ \/(lasso\/|mailbox|confirm))/, because: 'the page that it opens sends it on' },
  { secret: /^webhook secret$/, place: /^page of the suite: POST \/company-manager\/webhooks$/, because: 'it is shown once, to whom added the endpoint' },
  { secret: /^((previous )?master key|client secret of|password of the (mail server|database))/, place: /^environment of/, because: 'settings are given to a process so; only its own user reads them' },
];

export function isWhereItBelongs(secret: string, place: string): boolean {
  return belongings.some((one) => one.secret.test(secret) && one.place.test(place));
}
