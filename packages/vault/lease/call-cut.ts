import type { CutSignal } from '@wayleave/ups-api';

/** The means to cut one call off, once. */
export class CallCut implements CutSignal {
  aborted = false;
  #onAbort: (() => void) | undefined;

  cut(): void {
    if (this.aborted) return;
    this.aborted = true;
    this.#onAbort?.();
  }

  addEventListener(_type: 'abort', onAbort: () => void): void {
    this.#onAbort = onAbort;
  }

  removeEventListener(): void {
    this.#onAbort = undefined;
  }
}
