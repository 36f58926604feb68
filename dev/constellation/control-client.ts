/** One request as it reached the stand-in. */
export interface LedgerEntry {
  readonly at: string;
  readonly method: string;
  readonly path: string;
  readonly status: number | null;
  readonly client_id: string | null;
  /** The token family that the presented token belongs to. */
  readonly grant: string | null;
  readonly profile: string | null;
}

export interface StandInMail {
  readonly recipient: string;
  readonly subject: string;
  readonly body: string;
}

/** Talks to the stand-in's control interface, as programs outside would. */
export class ControlClient {
  readonly #base: URL;
  readonly #token: string;

  constructor(base: URL, token: string) {
    this.#base = base;
    this.#token = token;
  }

  async addApplication(application: { client_id?: string; client_secret?: string; display_name: string; redirect_uris: string[] }): Promise<unknown> {
    return this.#send('POST', 'applications', application);
  }

  async addProfile(profile: { username: string; email: string; password: string; accounts?: { number: string; name?: string }[] }): Promise<unknown> {
    return this.#send('POST', 'profiles', profile);
  }

  /** What arrived, oldest first. */
  async ledger(query: { since?: string; application?: string; grant?: string } = {}): Promise<LedgerEntry[]> {
    const { requests } = (await this.#send('GET', `ledger?${new URLSearchParams(query).toString()}`)) as { requests: LedgerEntry[] };
    return requests;
  }

  /** Moves the stand-in's clock; the suite's stays. */
  async advanceClock(ms: number): Promise<void> {
    await this.#send('POST', 'clock', { advance_ms: ms });
  }

  /** Changes settings such as `code_lifetime_ms` until they are changed again. */
  async changeSettings(settings: Readonly<Record<string, number | boolean>>): Promise<void> {
    await this.#send('PATCH', 'settings', settings);
  }

  /** Spoils the next `times` answers of an endpoint; the fields are those of the stand-in's `readWeather`. */
  async orderWeather(order: Readonly<Record<string, unknown>>): Promise<void> {
    await this.#send('POST', 'weather', order);
  }

  async clearWeather(): Promise<void> {
    await this.#send('DELETE', 'weather');
  }

  /** Where the stand-in pushes an application's Track Alert events; null for nowhere. */
  async setAlertUrl(clientId: string, url: string | null): Promise<void> {
    await this.#send('POST', 'alert-urls', { client_id: clientId, url });
  }

  /** Tracking numbers that the stand-in knows. */
  async trackingNumbers(limit: number): Promise<string[]> {
    const answer = (await this.#send('GET', `parcels?limit=${limit}`)) as { tracking_numbers: string[] };
    return answer.tracking_numbers;
  }

  /** Mail that the stand-in wrote, newest first. */
  async mail(): Promise<StandInMail[]> {
    const { mails } = (await this.#send('GET', 'mail')) as { mails: StandInMail[] };
    return mails;
  }

  async #send(method: string, path: string, body?: unknown): Promise<unknown> {
    const answer = await fetch(new URL(`/control/${path}`, this.#base), {
      method,
      headers: { authorization: `Bearer ${this.#token}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`control ${method} ${path} answered ${answer.status}: ${text}`);
    return text === '' ? null : JSON.parse(text);
  }
}
