const minuteMs = 60_000;

/** Whoever was quiet may catch up by this much at once. */
const burstMs = 6_000;

/** What lies further ahead than clocks differ was written before a clock was set back. */
const clocksDifferMs = 60_000;

/** With fewer, one call would take longer than a burst lasts, and none were ever free. */
export const fewestCallsPerMinute = 20;

/** How often an application was told to slow down of late. Times are milliseconds since 1970. */
export interface Slowing {
  /** How many times its calls were halved. */
  readonly halvings: number;
  readonly slowedAt: number;
}

const mostHalvings = 4;
/** After so long without being told again, one halving is taken back. */
const recoveryMs = 15 * 60_000;
/** What was under way when UPS asked for fewer calls is refused too, and says nothing new. */
const sameRefusalMs = 60_000;

/**
 * What may be called now, of `callsPerMinute` spread evenly but for bursts of a few seconds' worth: in no minute are there
 * more. All that is kept of the calls before is `usedUpTo`, 0 at first; both it and `now` are milliseconds since 1970. The
 * first use pays for the time it takes (generic cell rate algorithm, ITU-T I.371). Whoever takes calls in advance makes
 * them within `heldMs`, or not at all; that time counts as part of the minute.
 */
export function freeCalls(usedUpTo: number, now: number, callsPerMinute: number, heldMs = 0): number {
  const free = (now + burstMs - from(usedUpTo, now)) / spacingMs(callsPerMinute, heldMs);
  // A sum of spacings may fall short of a whole one by a rounding.
  return Math.max(0, Math.floor(free + 1e-6));
}

/** The new `usedUpTo` after so many calls. */
export function afterCalls(usedUpTo: number, now: number, calls: number, callsPerMinute: number, heldMs = 0): number {
  return from(usedUpTo, now) + calls * spacingMs(callsPerMinute, heldMs);
}

/**
 * From when on, in milliseconds since 1970, so many calls could have been made since `now`: at once where they are free, and
 * for more than a burst when the last of them is.
 */
export function freeAt(usedUpTo: number, now: number, calls: number, callsPerMinute: number, heldMs = 0): number {
  return Math.max(now, Math.ceil(from(usedUpTo, now) + calls * spacingMs(callsPerMinute, heldMs) - burstMs));
}

/**
 * Shares `free` calls out among those who want some: nobody gets more than they want, and whoever gets less than they want
 * gets as many as anybody else does. What does not come out even goes to those who stand first.
 */
export function shareCalls(free: number, wanted: readonly number[]): number[] {
  const upTo = (level: number) => wanted.reduce((sum, want) => sum + Math.min(want, level), 0);
  let level = 0;
  while (level < Math.max(0, ...wanted) && upTo(level + 1) <= free) level += 1;
  let left = free - upTo(level);
  return wanted.map((want) => {
    if (want <= level || left < 1) return Math.min(want, level);
    left -= 1;
    return level + 1;
  });
}

/**
 * What is left of `callsPerMinute` of an application that UPS told to slow down: half for each time, a sixteenth at least.
 * Each quarter of an hour in which UPS did not say so again takes back one halving.
 */
export function slowedCalls(callsPerMinute: number, slowing: Slowing, now: number): number {
  return Math.max(Math.min(callsPerMinute, fewestCallsPerMinute), Math.floor(callsPerMinute / 2 ** halvingsNow(slowing, now)));
}

/** Notes that UPS asked for fewer calls at `now`. Within a minute it counts once. */
export function slowDown(slowing: Slowing, now: number): Slowing {
  const halvings = halvingsNow(slowing, now);
  if (halvings > 0 && now - slowing.slowedAt < sameRefusalMs) return slowing;
  return { halvings: Math.min(mostHalvings, halvings + 1), slowedAt: now };
}

function halvingsNow({ halvings, slowedAt }: Slowing, now: number): number {
  if (slowedAt > now + clocksDifferMs) return 0;
  return Math.max(0, halvings - Math.floor(Math.max(0, now - slowedAt) / recoveryMs));
}

/** Between two calls. Burst and holding are part of the minute's calls, not on top of them. */
function spacingMs(callsPerMinute: number, heldMs: number): number {
  return (minuteMs + burstMs + heldMs) / callsPerMinute;
}

/** What lies further ahead than anybody writes was written before a clock was set back, and must not stop the calls until it has caught up. */
function from(usedUpTo: number, now: number): number {
  return usedUpTo > now + minuteMs + clocksDifferMs ? now : Math.max(usedUpTo, now);
}
