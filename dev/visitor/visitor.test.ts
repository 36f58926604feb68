import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Visitor } from './index.js';

const page = `<!doctype html><html><body>
<p>Cookie: $COOKIE</p><a class="more" href="/away?a=1&amp;b=2">Sign <b>up</b></a>
<form method="post" action="/send" novalidate>
  <input type="hidden" name="csrf" value="a&quot;b">
  <label for="name">Email or Username</label><input id="name" name="username" type="text" value="">
  <fieldset><legend id="legend">Agreement</legend>
  <input id="box" name="agreement" type="checkbox" value="v1" aria-labelledby="legend text"><label id="text" for="box">I accept</label></fieldset>
  <select id="role" name="role"><option value="admin">Admin</option><option value="user" selected>User</option></select>
  <textarea id="list" name="list">
one</textarea>
  <button type="submit" name="action" value="continue">Continue</button><button name="action" value="cancel"><svg><path d=""/></svg> Cancel</button>
</form></body></html>`;

describe('a visitor without a browser', () => {
  let server: Server;
  let base: string;
  const received: string[] = [];

  beforeAll(async () => {
    server = createServer((request, response) => {
      if (request.url === '/send') {
        void text(request).then((body) => {
          received.push(body);
          response.writeHead(303, { location: '/done', 'set-cookie': ['seen=yes; Path=/', 'old=; Max-Age=0'] }).end();
        });
        return;
      }
      response.writeHead(200, { 'set-cookie': 'old=1' }).end(page.replace('$COOKIE', request.headers.cookie ?? 'none'));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    base = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  });
  afterAll(() => server.close());

  it('fills in a form by its labels, follows the redirect and keeps cookies', async () => {
    const visitor = new Visitor();
    await visitor.goTo(`${base}/`);
    const answer = await visitor.press('Continue', { 'Email or Username': 'jo & co', Agreement: true });
    expect(received).toEqual(['csrf=a%22b&username=jo+%26+co&list=one&role=user&agreement=v1&action=continue']);
    expect(answer.url.pathname).toBe('/done');
    expect(visitor.text).toContain('Cookie: seen=yes Sign up');
  });

  it('says what is missing', async () => {
    const visitor = new Visitor();
    await visitor.goTo(`${base}/`);
    await expect(visitor.press('Log In')).rejects.toThrow('There is no button "Log In"');
    await expect(visitor.press('Cancel', { Password: 'x' })).rejects.toThrow('has no field "Password"');
    await expect(visitor.follow('Forgot')).rejects.toThrow('There is no link "Forgot"');
  });

  it('follows a link by its text', async () => {
    const visitor = new Visitor();
    await visitor.goTo(`${base}/`);
    expect((await visitor.follow('Sign up')).url.href).toBe(`${base}/away?a=1&b=2`);
  });
});
