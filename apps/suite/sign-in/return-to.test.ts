import { describe, expect, it } from 'vitest';
import { safeReturnTo } from './return-to.js';

describe('the page after signing in', () => {
  it.each(['/idm', '/idm/token-manager', '/idh/history', '/company-manager?from=idm', '/idm/packages?page=2'])('is %s when that was asked for', (path) => {
    expect(safeReturnTo(path, 'idh')).toBe(path);
  });

  it.each([
    '//evil.example', '/\\evil.example', 'https:evil.example', 'https://evil.example/idm', '\t//evil.example', '/\t/evil.example', '%09//evil.example',
    '/idm\\..\\evil', '/idm//evil.example', '/idm\r\nset-cookie: a=b', '/idm\0', 'idm', '', '/', '/idmevil', '/nowhere', '/callback/production/idm?code=c&state=s',
    '/set-password?token=t', '/idm/sign-in', '/idh/sign-in?return_to=/idm', `/idm?${'x'.repeat(2048)}`, '/idm?q=ä', '/idm ', 'javascript:alert(1)',
  ])('CB08 is the fixed default for %j', (asked) => {
    expect(safeReturnTo(asked, 'idm')).toBe('/idm');
    expect(safeReturnTo(asked, 'idh')).toBe('/idh');
  });
});
