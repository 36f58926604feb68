import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { logInDirectly, passLogInPage } from '../tests/opt-in.js';
import { linkIn, password, startPeopleSite, type PeopleSite } from '../tests/people-site.js';
import { pathOf, type Answer } from '../tests/visitor.js';

describe('the headers of the stand-in\'s pages', () => {
  let site: PeopleSite;
  let pages: Answer[];
  beforeAll(async () => {
    site = await startPeopleSite();
    const visitor = site.visitor();
    const passwordPage = await passLogInPage(site, visitor, 'harborpine-shipping');
    await visitor.submit(await visitor.get('/lasso/forgot'), '/lasso/forgot/password', { name: 'harborpine-shipping' });
    const reset = pathOf(linkIn(await site.newestMail('shipping@harborpine.example')).href);
    await logInDirectly(visitor, 'harborpine-shipping', password);
    const paths = ['/', site.signInPath(), '/lasso/technology-agreement', '/lasso/signup', '/lasso/signup/sent', '/lasso/signup/confirm?token=x',
      '/lasso/forgot', '/lasso/forgot/sent', reset, '/log-in', '/profile', '/mailbox', '/lasso/password', '/lasso/signin', '/nowhere'];
    pages = [passwordPage, ...await Promise.all(paths.map((path) => visitor.get(path)))];
  });
  afterAll(() => site[Symbol.asyncDispose]());

  it('HD01 forbid everything but our own files, and no page has script or style in it', () => {
    for (const { headers, body } of pages) {
      const policy = String(headers['content-security-policy']);
      for (const part of ["default-src 'none'", "object-src 'none'", "base-uri 'none'", "script-src 'self'"]) expect(policy).toContain(part);
      expect(policy).not.toMatch(/unsafe|\*|data:/);
      expect(body).not.toMatch(/<script|<style|\sstyle=|\son\w+=/);
    }
  });

  it('HD02 forbid framing', () => {
    for (const { headers } of pages) {
      expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
      expect(headers['x-frame-options']).toBe('DENY');
    }
  });

  it('HD03 send no Referer from any page', () => {
    for (const { headers } of pages) expect(headers['referrer-policy']).toBe('no-referrer');
  });

  it('HD04 keep pages out of every cache', () => {
    for (const { headers } of pages) expect(headers['cache-control']).toBe('no-store');
  });

  it('HD05 forbid guessing types and sharing windows', () => {
    for (const { headers } of pages) {
      expect(headers['x-content-type-options']).toBe('nosniff');
      expect(headers['cross-origin-opener-policy']).toBe('same-origin');
    }
  });

  it('SS06 let only the pages of an authorization send a form on to the application, and only to its origin', () => {
    const formActions = pages.map(({ headers }) => /form-action ([^;]*)/.exec(String(headers['content-security-policy']))?.[1]);
    expect(formActions.filter((sources) => sources !== "'self'")).toEqual(["'self' http://localhost:4000", "'self' http://localhost:4000"]);
  });

  it('TK09 give no other site access', () => {
    for (const { headers } of pages) expect(headers['access-control-allow-origin']).toBeUndefined();
  });

  it('begin every page with the notice, one h1 and a title', () => {
    for (const { body } of pages) {
      expect(body).toMatch(/^<!doctype html><html lang="en" data-product="standin">/);
      expect(body.indexOf('Stand-in, not UPS')).toBeLessThan(body.indexOf('<h1'));
      expect(body.match(/<h1/g)).toHaveLength(1);
      expect(body).toMatch(/<title>[^<]+ · UPS\.com stand-in<\/title>/);
    }
  });
});
