// Which room may import which. The two that matter for safety: only the vault touches tokens, and what is deployed
// never loads the stand-in.

const rooms = {
  'packages/platform': [],
  'packages/ups-api': [],
  'packages/vault': ['platform', 'ups-api'],
  'packages/ups-sandbox': ['platform', 'ups-api/wire'],
  'apps/suite': ['platform', 'ups-api', 'vault'],
  'apps/wayleave': ['platform', 'vault', 'suite'],
};

/** The files that may load the stand-in. */
const standInUsers = ['apps/wayleave/constellation.ts', 'apps/wayleave/sandbox-command.ts'];

const products = ['idm', 'idh', 'odcs'];

/** Calls of UPS's API that carry or answer a token. */
const tokenCalls = ['codeExchangeRequest', 'refreshRequest', 'readTokenResponse', 'authorize'];

/** A package by its folder, whether named or reached by a path that climbs out of its own. */
const climbing = `(?:\\.\\./)+(?:packages|apps|${Object.keys(rooms).map((folder) => folder.split('/')[1]).join('|')})/`;

function restrict(files, allowed, { paths = [], otherProducts = [] } = {}) {
  const named = `@wayleave/(?!(?:${allowed.join('|') || '-'})(?:/|$))`;
  const products = otherProducts.map((product) => `|(?:\\.\\./)+${product}/`).join('');
  const regex = `^(?:${named}|wayleave(?:/|$)|${climbing}${products})`;
  const patterns = [{ regex, message: 'A wall stands here: see the import rules in CONTRIBUTING.md.' }];
  return { files, rules: { 'no-restricted-imports': ['error', { patterns, paths }] } };
}

const tokenPaths = [{ name: '@wayleave/ups-api', importNames: tokenCalls, message: 'Only the vault touches tokens.' }];

/** ESLint configuration objects, most general first: a file obeys the last one that names it. */
export const walls = [
  ...Object.entries(rooms).map(([folder, allowed]) =>
    restrict([`${folder}/**/*.{ts,tsx}`], allowed, folder === 'apps/suite' ? { paths: tokenPaths } : {}),
  ),
  ...products.map((product) =>
    restrict([`apps/suite/${product}/**/*.{ts,tsx}`], rooms['apps/suite'], {
      paths: tokenPaths,
      otherProducts: products.filter((other) => other !== product),
    }),
  ),
  restrict(standInUsers, [...rooms['apps/wayleave'], 'ups-sandbox']),
  { files: ['**/*.test.{ts,tsx}', '**/tests/**'], rules: { 'no-restricted-imports': 'off' } },
];
