/** The middle of some measurements and how far they lie apart. */
export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** Throws when there is nothing to sum up. */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const [min, max, median] = [sorted[0], sorted.at(-1), sorted[Math.floor(sorted.length / 2)]];
  if (min === undefined || max === undefined || median === undefined) throw new Error('nothing was measured');
  return { median, min, max };
}

/** `12.3 (11.0 to 14.1)` */
export function inWords({ median, min, max }: Spread, digits = 1): string {
  return `${median.toFixed(digits)} (${min.toFixed(digits)} to ${max.toFixed(digits)})`;
}

/** A Markdown table. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return tableRow(head) + tableRow(head.map(() => '---')) + rows.map(tableRow).join('');
}

/** One more row of a table that is printed as it grows. */
export function tableRow(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |\n`;
}

/**
 * How often `once` ends in a second when `lanes` of them run side by side, over `lastsMs`. What is running when the time
 * is up is finished and counted with the time it took.
 */
export async function ratePerSecond(lanes: readonly (() => Promise<unknown>)[], lastsMs: number): Promise<number> {
  const started = performance.now();
  let done = 0;
  await Promise.all(lanes.map(async (once) => {
    while (performance.now() - started < lastsMs) {
      await once();
      done += 1;
    }
  }));
  return (done * 1000) / (performance.now() - started);
}

/** The value that this share (in percent) of the measurements does not exceed. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * share) / 100))] ?? Number.NaN;
}
