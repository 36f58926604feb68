import { execFileSync, spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';

/** Best first: the shell without windows draws the same pages for two thirds of the processor time. */
const names = ['chromium-headless-shell', 'chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const debianPackages = ['chromium-headless-shell', 'chromium'];
const folders = ['/usr/bin', '/usr/local/bin', '/snap/bin', '/Applications/Chromium.app/Contents/MacOS'];
const installTimeoutMs = 300_000;

const advice =
  'Install one (Debian: apt-get install chromium-headless-shell; anywhere: npx playwright-core install chromium), or set CHROMIUM_PATH to an executable.';

/**
 * Path of a Chromium or Chrome on this machine: `CHROMIUM_PATH`, then the usual names on the search path, then what
 * Playwright installed. Null when there is none; throws when `CHROMIUM_PATH` names no executable file.
 */
export function findChromium(env: NodeJS.ProcessEnv): string | null {
  const wanted = env['CHROMIUM_PATH'];
  if (wanted) {
    if (isExecutable(wanted)) return wanted;
    throw new Error(`CHROMIUM_PATH is ${wanted}, which is not an executable file.`);
  }
  const searched = [...(env['PATH'] ?? '').split(delimiter).filter(Boolean), ...folders];
  const installed = names.flatMap((name) => searched.map((folder) => join(folder, name)));
  return [...installed, ...playwrightBrowsers(env)].find(isExecutable) ?? null;
}

/**
 * Finds Chromium or installs it: from Debian's packages as root, else with Playwright's installer. Throws with a
 * sentence that says how to get one when neither works.
 */
export function ensureChromium(env: NodeJS.ProcessEnv, say: (line: string) => void): string {
  const found = findChromium(env);
  if (found) return found;
  say('No Chromium found; installing one.');
  const isDebianRoot = process.getuid?.() === 0 && existsSync('/etc/debian_version');
  const installedFromPackages = isDebianRoot && debianPackages.some(installDebianPackage);
  if (!installedFromPackages) installWithPlaywright();
  const installed = findChromium(env);
  if (installed) return installed;
  throw new Error(`The browser tests need Chromium, and installing it did not work. ${advice}`);
}

function installDebianPackage(name: string): boolean {
  const options = { stdio: 'inherit' as const, timeout: installTimeoutMs, env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } };
  try {
    execFileSync('apt-get', ['update', '-q'], options);
    execFileSync('apt-get', ['install', '-y', '-q', '--no-install-recommends', name], options);
    return true;
  } catch {
    return false;
  }
}

function installWithPlaywright(): void {
  const cli = join(dirname(createRequire(import.meta.url).resolve('playwright-core/package.json')), 'cli.js');
  spawnSync(process.execPath, [cli, 'install', 'chromium'], { stdio: 'inherit', timeout: installTimeoutMs });
}

function playwrightBrowsers(env: NodeJS.ProcessEnv): string[] {
  const caches = [env['PLAYWRIGHT_BROWSERS_PATH'], join(homedir(), '.cache', 'ms-playwright'), join(homedir(), 'Library', 'Caches', 'ms-playwright')];
  return caches
    .filter((cache): cache is string => Boolean(cache) && existsSync(cache ?? ''))
    .flatMap((cache) =>
      readdirSync(cache)
        .filter((name) => name.startsWith('chromium-'))
        .sort()
        .reverse()
        .flatMap((name) => ['chrome-linux/chrome', 'chrome-linux64/chrome', 'chrome-mac/Chromium.app/Contents/MacOS/Chromium'].map((path) => join(cache, name, path))),
    );
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
