// Loaded with `node --import`: writes the address of every module that the process loads to the file LOADED_MODULES.
import { appendFileSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';
import { register } from 'node:module';

export async function load(url, context, nextLoad) {
  appendFileSync(process.env.LOADED_MODULES, `${url}\n`);
  return nextLoad(url, context);
}

if (isMainThread) register(import.meta.url);
