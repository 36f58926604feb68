#!/usr/bin/env node
// Builds what is missing or older than its sources, then hands over to the compiled command line.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const main = new URL('../dist/main.js', import.meta.url);
const builder = new URL('../../../dev/build.mjs', import.meta.url);

if (existsSync(fileURLToPath(builder))) {
  const { build } = await import(builder.href);
  if (!(await build({ project: 'apps/wayleave' }))) process.exit(1);
}
await import(main.href);
