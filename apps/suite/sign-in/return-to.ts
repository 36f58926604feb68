import type { Product } from '../ui/product.js';

const longest = 500;
const ours = /^\/(?:idm|idh|company-manager)(?:[/?]|$)/;

/**
 * Where to go after signing in: the path asked for when it is plainly one of our pages, else the product's first page.
 * Only printable ASCII without backslashes passes, so no browser can read another host into it (RFC 9700 §4.11.1).
 */
export function safeReturnTo(asked: string, product: Product): string {
  const plain = asked.length <= longest && /^[!-[\]-~]+$/.test(asked) && !asked.includes('//');
  return plain && ours.test(asked) && !/^\/(?:idm|idh)\/sign-in/.test(asked) ? asked : `/${product}`;
}
