import { optIn, signIn, startTestConstellation, type TestConstellation } from '@wayleave/dev/constellation';
import { databaseKinds } from '@wayleave/dev/database';
import { Visitor } from '@wayleave/dev/visitor';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { removeMember } from '../index.js';
import { findCredentials } from '../sign-in/member-store.js';
import { postForm } from '../tests/walk.js';

/** A member's open stream, read as a browser would. */
class Listener {
  readonly #abort = new AbortController();
  #text = '';
  #ended = false;
  #wake = () => {};
  status = 0;

  async open(who: Visitor, url: URL): Promise<this> {
    const cookie = [...who.cookies(url)].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await fetch(url, { headers: { cookie }, redirect: 'manual', signal: this.#abort.signal });
    this.status = answer.status;
    if (answer.status === 200 && answer.body) void this.#read(answer.body);
    return this;
  }

  /** Waits until something sent matches, and gives what was sent. */
  async hears(pattern: RegExp): Promise<string> {
    while (!pattern.test(this.#text)) {
      if (this.#ended) throw new Error(`the stream ended after ${this.#text.length} characters`);
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
    return this.#text;
  }

  async ends(): Promise<void> {
    while (!this.#ended) await new Promise<void>((resolve) => (this.#wake = resolve));
  }

  forget(): void {
    this.#text = '';
  }

  close(): void {
    this.#abort.abort();
  }

  async #read(body: ReadableStream<Uint8Array>): Promise<void> {
    const decoder = new TextDecoder();
    const reader = body.getReader();
    try {
      for (let part = await reader.read(); !part.done; part = await reader.read()) {
        this.#text += decoder.decode(part.value, { stream: true });
        this.#wake();
      }
    } catch (error) {
      if (!this.#abort.signal.aborted) throw error;
    } finally {
      this.#ended = true;
      this.#wake();
    }
  }
}

describe.each(databaseKinds())('the live list of followed packages, on %s', (kind) => {
  let constellation: TestConstellation;
  let admin: Visitor;
  const live = () => new URL('/idm/packages/live', constellation.suiteUrl);
  const follow = (who: Visitor, numbers: string) => postForm(who, constellation, '/idm/packages', '/idm/packages', { numbers });

  beforeAll(async () => {
    constellation = await startTestConstellation({ kind });
    admin = new Visitor();
    await signIn(admin, constellation, constellation.signIns.admin);
    await optIn(admin, constellation, 'idm', constellation.signIns.profile);
  });
  afterAll(() => constellation.stop());

  it('tells every open page of the company what comes in, and no other', async () => {
    const { signIns, worker } = constellation;
    const user = new Visitor();
    const stranger = new Visitor();
    await signIn(user, constellation, signIns.user);
    await signIn(stranger, constellation, signIns.otherAdmin);
    const [first, second, foreign] = await Promise.all([admin, user, stranger].map((who) => new Listener().open(who, live())));
    if (!first || !second || !foreign) throw new Error('no listeners');
    await Promise.all([first, second, foreign].map((listener) => listener.hears(/<turbo-stream action="replace" method="morph" target="followed">/)));
    await follow(admin, '1Z1442YY7229014688');
    await first.hears(/data:.*1Z<\/span>[\s\S]*Waiting to be asked/);
    await worker.tick();
    for (const listener of [first, second]) await listener.hears(/4688[\s\S]*Delivered/);
    await follow(stranger, '1Z8A3F470344182065').catch(() => null);
    expect(await foreign.hears(/Nothing is followed yet/)).not.toContain('4688');
    for (const listener of [first, second, foreign]) listener.close();
  });

  it('ends when its reader signs out or is removed', async () => {
    const { signIns, suite } = constellation;
    const leaving = new Visitor();
    await signIn(leaving, constellation, signIns.user);
    const listener = await new Listener().open(leaving, live());
    await listener.hears(/turbo-stream/);
    await leaving.goTo(new URL('/idm', constellation.suiteUrl));
    await leaving.press('Sign out');
    await follow(admin, '1ZCIETST0111111114');
    await listener.ends();

    const removed = new Visitor();
    await signIn(removed, constellation, signIns.otherUser);
    const other = await new Listener().open(removed, live());
    await other.hears(/turbo-stream/);
    const member = await findCredentials(suite.db, signIns.otherUser.name);
    if (!member) throw new Error('no such member');
    await removeMember(suite, member.companyId, member.id);
    await follow(admin, '1ZCIETST0422222228');
    await other.ends();
    expect((await new Listener().open(removed, live())).status).toBe(303);
  });

  it('keeps only so many streams open for one member; the next gets its list, ends, and comes again later', async () => {
    const listeners = await Promise.all(Array.from({ length: 5 }, () => new Listener().open(admin, live())));
    const lists = await Promise.all(listeners.map((listener) => listener.hears(/<\/turbo-stream>/)));
    expect(lists.map((text) => text.slice(0, text.indexOf('\n'))).sort()).toEqual(['retry: 30000', ...Array<string>(4).fill('retry: 5000')]);
    const surplus = listeners[lists.findIndex((text) => text.startsWith('retry: 30000'))];
    await surplus?.ends();
    for (const listener of listeners) listener.close();
    await expect.poll(async () => {
      const next = await new Listener().open(admin, live());
      const text = await next.hears(/retry/);
      next.close();
      return text;
    }).toContain('retry: 5000');
  });

  it('does not keep an idle session alive', async () => {
    const idle = new Visitor();
    await signIn(idle, constellation, constellation.signIns.user);
    const listener = await new Listener().open(idle, live());
    await listener.hears(/turbo-stream/);
    for (let minutes = 0; minutes < 40; minutes += 10) {
      constellation.clock.advance(10 * 60_000);
      await admin.goTo(new URL('/idm', constellation.suiteUrl));
      await follow(admin, `1Z8A3F47034418${2100 + minutes}`);
    }
    await listener.ends();
    expect((await idle.goTo(new URL('/idm/packages', constellation.suiteUrl))).url.pathname).toBe('/idm/sign-in');
  });
});
