import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { WayleaveProcess } from '../process/index.js';

/** Takes pictures of what processes hold in their heaps after everything that nobody needs was collected. */
export interface HeapCamera extends AsyncDisposable {
  /** How node has to be started. */
  readonly nodeOptions: readonly string[];
  /** A snapshot of each process's heap as JSON, which holds every string. */
  take(processes: readonly WayleaveProcess[]): Promise<string[]>;
}

export async function openHeapCamera(): Promise<HeapCamera> {
  const folder = await mkdtemp(join(tmpdir(), 'wayleave-heap-'));
  const fileOf = ({ id }: WayleaveProcess) => readdirSync(folder).find((name) => name.includes(`.${id}.`)) ?? '';
  const isWhole = (file: string) => existsSync(join(folder, file)) && /\]\}\s*$/.test(readFileSync(join(folder, file)).subarray(-20).toString());
  return {
    nodeOptions: ['--heapsnapshot-signal=SIGUSR2', `--diagnostic-dir=${folder}`],
    async take(processes) {
      for (const { id } of processes) process.kill(id, 'SIGUSR2');
      await expect.poll(() => processes.every((one) => fileOf(one) !== '' && isWhole(fileOf(one))), { timeout: 60_000, interval: 300 }).toBe(true);
      return processes.map((one) => readFileSync(join(folder, fileOf(one)), 'utf8'));
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  };
}
