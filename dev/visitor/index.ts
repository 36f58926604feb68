import { linkTarget, readForms, textOf, type HtmlForm } from './html.js';

export { readForms, linkTarget, textOf, type HtmlForm } from './html.js';

const mostRedirects = 12;

/** An answer as it came, before any redirect was followed. */
export interface Visit {
  readonly url: URL;
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
}

/**
 * Somebody who uses the pages without a browser: keeps cookies (a jar per host, as browsers do), follows redirects, and
 * fills in forms by their labels. Without script, so what works here works without script.
 */
export class Visitor {
  readonly #jars = new Map<string, Map<string, string>>();
  #last: Visit | undefined;

  /** The page in front. */
  get page(): Visit {
    if (!this.#last) throw new Error('No page was opened yet.');
    return this.#last;
  }

  /** The page's text in one line. */
  get text(): string {
    return textOf(this.page.body.replace(/<(head|script|style)\b.*?<\/\1>/gs, ''));
  }

  /** Opens an address, relative to the page in front, and follows redirects. */
  async goTo(url: string | URL): Promise<Visit> {
    return this.#follow(await this.request('GET', this.#resolve(url)));
  }

  /** Follows the link with this text. */
  async follow(text: string): Promise<Visit> {
    const target = linkTarget(this.page.body, text);
    if (target === undefined) throw new Error(`There is no link "${text}" on ${this.#where()}.`);
    return this.goTo(target);
  }

  /**
   * Presses a button, after typing `typed` into the fields of its form, by label or by field name. A box is ticked with
   * `true`; the beginning of its label is enough.
   */
  async press(button: string, typed: Readonly<Record<string, string | true>> = {}): Promise<Visit> {
    const form = readForms(this.page.body).find(({ buttons }) => buttons.has(button));
    if (!form) throw new Error(`There is no button "${button}" on ${this.#where()}.`);
    const fields = this.#fill(form, button, typed);
    const action = this.#resolve(form.action || this.page.url);
    if (form.method === 'POST') return this.#follow(await this.request('POST', action, fields));
    action.search = fields.toString();
    return this.goTo(action);
  }

  /** Fails unless this text is on the page. */
  async sees(text: string | RegExp): Promise<void> {
    const found = typeof text === 'string' ? this.text.includes(text) : text.test(this.text);
    if (!found) throw new Error(`"${String(text)}" is not to be read on ${this.#where()}.`);
  }

  /** Sends one request with the cookies of its host and keeps those of the answer; follows nothing. */
  async request(method: 'GET' | 'POST', url: URL, fields?: URLSearchParams, headers: Readonly<Record<string, string>> = {}): Promise<Visit> {
    const jar = this.#jar(url);
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
    const send = () => fetch(url, {
      method,
      redirect: 'manual',
      headers: { ...(cookie ? { cookie } : {}), ...headers },
      ...(fields ? { body: fields } : {}),
    });
    // As browsers do (RFC 9112, 9.3.1): a kept connection may be closed by the server in the moment it is used again.
    const answer = await (method === 'GET' ? send().catch((error: unknown) => (wasReset(error) ? send() : Promise.reject(error))) : send());
    for (const line of answer.headers.getSetCookie()) keep(jar, line);
    this.#last = { url, status: answer.status, headers: answer.headers, body: await answer.text() };
    return this.#last;
  }

  /** The cookies sent to this address. */
  cookies(url: string | URL): ReadonlyMap<string, string> {
    return this.#jar(new URL(url));
  }

  async #follow(visit: Visit): Promise<Visit> {
    let current = visit;
    for (let hops = 0; current.status >= 300 && current.status < 400; hops += 1) {
      const location = current.headers.get('location');
      if (location === null || hops === mostRedirects) throw new Error(`A redirect that leads nowhere, on ${this.#where()}.`);
      current = await this.request('GET', new URL(location, current.url));
    }
    return current;
  }

  #fill(form: HtmlForm, button: string, typed: Readonly<Record<string, string | true>>): URLSearchParams {
    const fields = new URLSearchParams(form.fields);
    for (const [label, value] of Object.entries(typed)) {
      const name = fieldName(form, label);
      if (name === undefined) throw new Error(`The form of "${button}" has no field "${label}", on ${this.#where()}.`);
      fields.set(name, value === true ? (form.boxes.get(name) ?? 'on') : value);
    }
    const pressed = form.buttons.get(button);
    if (pressed) fields.set(pressed.name, pressed.value);
    return fields;
  }

  #resolve(url: string | URL): URL {
    return new URL(url, this.#last?.url);
  }

  #jar(url: URL): Map<string, string> {
    const jar = this.#jars.get(url.hostname) ?? new Map<string, string>();
    this.#jars.set(url.hostname, jar);
    return jar;
  }

  #where(): string {
    return `${this.page.url.href} (status ${this.page.status}: ${this.text.slice(0, 200)})`;
  }
}

function fieldName({ labels, fields, boxes }: HtmlForm, label: string): string | undefined {
  if (fields.has(label) || boxes.has(label)) return label;
  return labels.get(label) ?? [...labels].find(([text, name]) => boxes.has(name) && text.startsWith(label))?.[1];
}

function wasReset(error: unknown): boolean {
  return error instanceof Error && (error.cause as { code?: unknown } | undefined)?.code === 'ECONNRESET';
}

function keep(jar: Map<string, string>, line: string): void {
  const [pair = '', ...attributes] = line.split(';');
  const [name = '', ...value] = pair.trim().split('=');
  const expired = attributes.some((attribute) => /^\s*max-age=(0|-\d+)\s*$/i.test(attribute) || /^\s*expires=.*1970/i.test(attribute));
  if (expired) jar.delete(name);
  else jar.set(name, value.join('='));
}
