import { benchClear } from './clear.js';
import { benchOptIns } from './opt-ins.js';
import { benchSandbox } from './sandbox/sandbox.js';
import { benchTokens } from './token/tokens.js';
import { benchVault } from './vault.js';

const benches: Readonly<Record<string, () => Promise<void>>> = { 'opt-ins': benchOptIns, vault: benchVault, clear: benchClear, token: benchTokens, sandbox: benchSandbox };

const [name = ''] = process.argv.slice(2);
const bench = Object.hasOwn(benches, name) ? benches[name] : undefined;
if (bench) {
  process.stdout.write(`npm run bench -- ${name}\nNode ${process.version}\n`);
  await bench();
} else {
  process.stderr.write(`Usage: npm run bench -- <name>\nThere are: ${Object.keys(benches).join(', ')}\n`);
  process.exitCode = 1;
}
