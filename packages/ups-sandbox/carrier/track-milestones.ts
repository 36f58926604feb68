import type { TrackMilestone } from '@wayleave/ups-api/wire';
import type { Happening } from '../world/happening.js';
import type { Scan } from '../world/scan.js';

interface Station {
  readonly code: string;
  readonly description: string;
  readonly reached: (happening: Happening) => boolean;
}

const stations: readonly Station[] = [
  { code: 'ORDER', description: 'Label Created', reached: ({ type }) => type === 'M' },
  { code: 'PKG', description: 'We Have Your Package', reached: ({ code }) => code === 'PU' || code === 'OR' || code === 'FO' },
  { code: 'OTW', description: 'On the Way', reached: ({ code }) => code === 'DP' || code === 'AR' },
  { code: 'OFD', description: 'Out for Delivery', reached: ({ code }) => code === 'OT' },
  { code: 'DEL', description: 'Delivery', reached: ({ type }) => type === 'D' },
];

/**
 * The milestones of a package, oldest first. `linkedActivity` counts from the newest scan, so that it is another number
 * with every scan that follows.
 */
export function milestones(past: readonly Scan[]): TrackMilestone[] {
  const links = stations.map(({ reached }) => past.findLastIndex(({ happening }) => reached(happening)));
  const current = links.findLastIndex((link) => link >= 0);
  const trouble = past[0]?.happening.type === 'X';
  return stations.map(({ code, description }, index) => {
    const link = links[index] ?? -1;
    if (link < 0) return { code, current: false, description, state: 'INCOMPLETE' };
    return {
      category: code === 'DEL' ? 'DELIVERY' : 'PROGRESS', code, current: index === current, description, linkedActivity: String(link), state: 'COMPLETE',
      ...(trouble && index === current ? { subMilestone: { category: 'EXCEPTION' } } : {}),
    };
  });
}
