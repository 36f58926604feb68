/**
 * Fails if in any window, however long, there are more calls than its length and `extraMs` have room for: a burst of 6 s for what
 * was drawn, and the 10 s of holding as well for what arrived. The calls are in the order of their times, in milliseconds.
 */
export function expectWithin(calls: readonly { readonly at: number; readonly calls?: number }[], callsPerMinute: number, extraMs: number): void {
  calls.forEach(({ at: from }, first) => {
    let sum = 0;
    for (const { at, calls: more = 1 } of calls.slice(first)) {
      sum += more;
      if (sum > (at - from + extraMs) / 76_000 * callsPerMinute + 1e-6) throw new Error(`${sum} calls within ${at - from} ms are too many`);
    }
  });
}
