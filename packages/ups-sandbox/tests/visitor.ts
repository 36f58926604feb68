import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';

/** An answer as it arrived; redirects are not followed. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** The Location header, or ''. */
  readonly location: string;
}

/** What a visitor sends beyond what a browser would. */
export interface Extras {
  readonly headers?: Record<string, string>;
  readonly method?: string;
}

/** Where the server under test listens and which host name it answers to. */
export interface Site {
  readonly port: number;
  readonly publicUrl: URL;
}

const entities: Readonly<Record<string, string>> = { '&amp;': '&', '&lt;': '<', '&gt;': '>', '&#34;': '"', '&#39;': '\'' };

/** The text that an escaped attribute or element holds. */
export function unescaped(html: string): string {
  return html.replace(/&(?:amp|lt|gt|#34|#39);/g, (entity) => entities[entity] ?? entity);
}

/** A browser without eyes: one cookie jar, forms read from the page, real HTTP from an address of its own. */
export class Visitor {
  readonly cookies = new Map<string, string>();
  readonly #site: Site;
  readonly #address: string;

  constructor(site: Site, address = '127.0.0.1') {
    this.#site = site;
    this.#address = address;
  }

  get(path: string, extras: Extras = {}): Promise<Answer> {
    return this.#send('GET', path, undefined, extras);
  }

  /** Sends fields to a path as a form would, without looking at any page. */
  post(path: string, fields: Record<string, string>, extras: Extras = {}): Promise<Answer> {
    return this.#send('POST', path, new URLSearchParams(fields).toString(), extras);
  }

  /** Fills in and sends the form of a page whose action begins with `action`; hidden fields go along. */
  submit(page: Answer, action: string, fields: Record<string, string>, extras: Extras = {}): Promise<Answer> {
    const form = [...page.body.matchAll(/<form method="post" action="([^"]*)"[^>]*>(.*?)<\/form>/gs)]
      .find(([, path = '']) => unescaped(path).startsWith(action));
    if (!form) throw new Error(`no form to ${action} on the page (${page.status})`);
    const [, path = '', inside = ''] = form;
    const hidden = [...inside.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)"/g)].map(([, name = '', value = '']) => [name, unescaped(value)]);
    return this.post(unescaped(path), { ...Object.fromEntries(hidden) as Record<string, string>, ...fields }, extras);
  }

  /** Follows redirects within the site to the page they end at. */
  async follow(answer: Answer): Promise<Answer> {
    let current = answer;
    while (current.status === 303 && new URL(current.location, this.#site.publicUrl).origin === this.#site.publicUrl.origin) {
      current = await this.get(pathOf(current.location));
    }
    return current;
  }

  #send(method: string, path: string, body: string | undefined, extras: Extras): Promise<Answer> {
    const headers: Record<string, string> = {
      host: this.#site.publicUrl.host,
      ...(this.cookies.size > 0 ? { cookie: [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ') } : {}),
      ...(body === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded', 'content-length': String(Buffer.byteLength(body)) }),
      ...extras.headers,
    };
    return new Promise((resolve, reject) => {
      const request = httpRequest({ host: '127.0.0.1', localAddress: this.#address, port: this.#site.port, path, method: extras.method ?? method, headers }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => {
          for (const cookie of response.headers['set-cookie'] ?? []) this.#keep(cookie);
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks).toString(), location: response.headers.location ?? '' });
        });
      });
      request.on('error', reject);
      request.end(body);
    });
  }

  #keep(cookie: string): void {
    const [pair = ''] = cookie.split(';');
    const equals = pair.indexOf('=');
    const [name, value] = [pair.slice(0, equals), pair.slice(equals + 1)];
    if (value === '' || /max-age=0|expires=thu, 01 jan 1970/i.test(cookie)) this.cookies.delete(name);
    else this.cookies.set(name, value);
  }
}

/** Path and query of an address of the site. */
export function pathOf(location: string): string {
  const url = new URL(location, 'http://site.invalid');
  return url.pathname + url.search;
}
