import { packageRoot } from '@wayleave/platform/package-root';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const bin = fileURLToPath(new URL('../apps/wayleave/bin/wayleave.mjs', packageRoot(import.meta.url)));
const longestWaitMs = 60_000;

/** A `wayleave` command in a process of its own. */
export class WayleaveProcess {
  readonly #child: ChildProcess;
  readonly #exit: Promise<number | null>;
  stdout = '';
  stderr = '';
  #ended = false;

  /** Starts it with `settings` and nothing else of this process's environment but the search path. */
  constructor(words: readonly string[], settings: Readonly<Record<string, string>> = {}, nodeOptions: readonly string[] = []) {
    this.#child = spawn(process.execPath, [...nodeOptions, bin, ...words], {
      env: { PATH: process.env['PATH'] ?? '', ...settings },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child.stdout?.on('data', (data: Buffer) => (this.stdout += data.toString()));
    this.#child.stderr?.on('data', (data: Buffer) => (this.stderr += data.toString()));
    this.#exit = once(this.#child, 'close').then(([code]: unknown[]) => {
      this.#ended = true;
      return typeof code === 'number' ? code : null;
    });
  }

  get id(): number {
    return this.#child.pid ?? 0;
  }

  /** Resolves once this text was printed; rejects when the process ends before. */
  async prints(text: string): Promise<void> {
    const printed = new Promise<boolean>((resolve) => {
      const look = () => {
        if (this.stdout.includes(text) || this.stderr.includes(text)) resolve(true);
      };
      this.#child.stdout?.on('data', look);
      this.#child.stderr?.on('data', look);
      setTimeout(resolve, longestWaitMs, false).unref();
      look();
    });
    if (await Promise.race([printed, this.#exit.then(() => this.stdout.includes(text))])) return;
    throw new Error(`"${text}" was not printed, but:\n${this.stdout}\n${this.stderr}`);
  }

  /** The exit code, null when it was killed by a signal. */
  async ends(): Promise<number | null> {
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), longestWaitMs);
    const code = await this.#exit;
    clearTimeout(timer);
    return code;
  }

  /** Sends a signal and waits for the end; answers the exit code. Throws when it had ended by itself before. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    if (this.#ended) throw new Error(`It had ended by itself:\n${this.stdout}\n${this.stderr}`);
    this.#child.kill(signal);
    return this.ends();
  }
}

/** What a command came to. */
export interface WayleaveRun {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command to its end. */
export async function runWayleave(words: readonly string[], settings: Readonly<Record<string, string>> = {}): Promise<WayleaveRun> {
  const child = new WayleaveProcess(words, settings);
  const code = await child.ends();
  return { code, stdout: child.stdout, stderr: child.stderr };
}
