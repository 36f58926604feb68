import type { Step } from './itinerary.js';
import type { Random } from './random.js';
import type { Scan } from './scan.js';

const secondMs = 1_000;
const hourMs = 3_600_000;

/**
 * When UPS's systems hear of each step. Most are told of within two minutes; of a parcel in ten one is told of hours
 * late, behind its successors, of a few in a hundred days late, when all is over; of one in twenty one is told of twice,
 * first without its city.
 */
export function report(steps: readonly Step[], random: Random): Scan[] {
  const manner = random.integer(1, 100);
  const odd = random.integer(0, steps.length - 1);
  const scans: Scan[] = [];
  for (const [index, step] of steps.entries()) {
    const prompt = step.atMs + random.integer(2, 110) * secondMs;
    if (index !== odd || manner > 18) scans.push({ ...step, reportedMs: prompt });
    else if (manner <= 10) scans.push({ ...step, reportedMs: prompt + random.integer(3_600, 72_000) * secondMs });
    else if (manner <= 13) scans.push({ ...step, reportedMs: prompt + random.integer(24, 72) * hourMs });
    else scans.push({ ...step, reportedMs: prompt, cityMissing: true }, { ...step, reportedMs: prompt + random.integer(300, 14_400) * secondMs });
  }
  return scans;
}
