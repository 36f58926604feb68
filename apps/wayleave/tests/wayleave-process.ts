import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const bin = fileURLToPath(new URL('../bin/wayleave.mjs', import.meta.url));
const longestWaitMs = 60_000;

/** A `wayleave` command in a process of its own. */
export class WayleaveProcess {
  readonly #child: ChildProcess;
  readonly #exit: Promise<number | null>;
  stdout = '';
  stderr = '';

  /** Starts it with `settings` and nothing else of this process's environment but the search path. */
  constructor(words: readonly string[], settings: Readonly<Record<string, string>> = {}, nodeOptions: readonly string[] = []) {
    this.#child = spawn(process.execPath, [...nodeOptions, bin, ...words], {
      env: { PATH: process.env['PATH'] ?? '', ...settings },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child.stdout?.on('data', (data: Buffer) => (this.stdout += data.toString()));
    this.#child.stderr?.on('data', (data: Buffer) => (this.stderr += data.toString()));
    this.#exit = once(this.#child, 'close').then(([code]: unknown[]) => (typeof code === 'number' ? code : null));
  }

  /** Resolves once this text was printed; rejects when the process ends before. */
  async prints(text: string | RegExp): Promise<void> {
    const has = () => (typeof text === 'string' ? (this.stdout + this.stderr).includes(text) : text.test(this.stdout + this.stderr));
    const deadline = Date.now() + longestWaitMs;
    while (!has()) {
      const ended = await Promise.race([this.#exit.then(() => true), once(this.#child.stdout ?? this.#child, 'data', { signal: AbortSignal.timeout(250) }).then(() => false, () => false)]);
      if (has()) return;
      if (ended || Date.now() > deadline) throw new Error(`"${String(text)}" was not printed, but:\n${this.stdout}\n${this.stderr}`);
    }
  }

  /** The exit code, null when it was killed by a signal. */
  async ends(): Promise<number | null> {
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), longestWaitMs);
    const code = await this.#exit;
    clearTimeout(timer);
    return code;
  }

  /** Sends a signal and waits for the end; answers the exit code. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    this.#child.kill(signal);
    return this.ends();
  }
}

/** Runs a command to its end. */
export async function runWayleave(words: readonly string[], settings: Readonly<Record<string, string>> = {}): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const child = new WayleaveProcess(words, settings);
  const code = await child.ends();
  return { code, stdout: child.stdout, stderr: child.stderr };
}
