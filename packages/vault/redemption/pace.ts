const minuteMs = 60_000;

/** A client that was quiet may catch up by this much at once. */
const burstMs = 6_000;

/**
 * What a client may call now, at a pace of `callsPerMinute`, spread evenly but for bursts of a few seconds' worth: in no
 * minute are there more. `usedUpTo` and `now` are milliseconds since 1970. The first use pays for the time it takes
 * (generic cell rate algorithm, ITU-T I.371).
 */
export function freeCalls(usedUpTo: number, now: number, callsPerMinute: number): number {
  const free = (now + burstMs - from(usedUpTo, now)) / spacingMs(callsPerMinute);
  // A sum of spacings may fall short of a whole one by a rounding.
  return Math.max(0, Math.floor(free + 1e-6));
}

/** The new `usedUpTo` after so many calls. Those that are never held back leave others waiting for a minute at most. */
export function afterCalls(usedUpTo: number, now: number, calls: number, callsPerMinute: number): number {
  return Math.min(now + minuteMs, from(usedUpTo, now) + calls * spacingMs(callsPerMinute));
}

/** Between two calls. The burst is part of the minute's calls, not on top of them. */
function spacingMs(callsPerMinute: number): number {
  return (minuteMs + burstMs) / callsPerMinute;
}

/** What lies further ahead than anybody writes was written before a clock was set back, and must not stop the calls until it has caught up. */
function from(usedUpTo: number, now: number): number {
  return usedUpTo > now + 2 * minuteMs ? now : Math.max(usedUpTo, now);
}
