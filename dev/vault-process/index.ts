import type { VaultSettings } from '@wayleave/vault';
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { builtFile } from '../built-file/index.js';
import type { Act, Acts, Order, Report } from './acts.js';

export { admin, openBareVault, optInBare } from './open-bare-vault.js';

/** Why an act came to nothing: the name of the vault's error, or that the process was gone. */
export class ActFailed extends Error {}

interface Waiting {
  resolve(result: unknown): void;
  reject(error: Error): void;
}

/** One instance of the vault in a process of its own, which can be killed and stopped. */
export class VaultProcess implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, Waiting>();
  #orders = 0;

  private constructor(child: ChildProcess) {
    this.#child = child;
    child.on('message', (report) => this.#settle(report as Report));
    child.on('close', () => {
      for (const { reject } of this.#waiting.values()) reject(new ActFailed('the process is gone'));
    });
  }

  /** Starts it; resolves when its vault is open. */
  static async start(databaseUrl: string, upsUrl: URL, settings: Partial<VaultSettings> = {}): Promise<VaultProcess> {
    const words = [databaseUrl, upsUrl.href, JSON.stringify(settings)];
    const child = fork(await builtFile('vault-process/main.js'), words, { execArgv: [], serialization: 'advanced' });
    const started = await Promise.race([once(child, 'message').then(() => true), once(child, 'close').then(() => false)]);
    if (!started) throw new Error('an instance of the vault ended before it was open');
    return new VaultProcess(child);
  }

  get id(): number {
    return this.#child.pid ?? 0;
  }

  /** Has it done. Rejects with ActFailed. */
  do<A extends Act>(act: A, ...values: Parameters<Acts[A]>): ReturnType<Acts[A]> {
    this.#orders += 1;
    const order: Order = { number: this.#orders, act, values };
    return new Promise((resolve, reject) => {
      this.#waiting.set(order.number, { resolve, reject });
      this.#child.send(order);
    }) as ReturnType<Acts[A]>;
  }

  signal(signal: 'SIGSTOP' | 'SIGCONT'): void {
    this.#child.kill(signal);
  }

  get isGone(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  async kill(): Promise<void> {
    if (this.isGone) return;
    const ended = once(this.#child, 'close');
    this.#child.kill('SIGKILL');
    await ended;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.kill();
  }

  #settle(report: Report): void {
    const waiting = this.#waiting.get(report.number);
    this.#waiting.delete(report.number);
    if ('error' in report) waiting?.reject(new ActFailed(report.error));
    else waiting?.resolve(report.result);
  }
}
