/**
 * How much the time of a request gives away: the share of pairs in which a sample of `one` took longer than a sample of
 * `other` (the Mann-Whitney statistic). Near 0.5 an attacker learns nothing, at 0 or 1 everything. The two are sent in
 * turn, each first in every second pair, so that the machine's moods fall on both alike.
 */
export async function timeTells(samples: number, one: () => Promise<unknown>, other: () => Promise<unknown>): Promise<number> {
  const ones: number[] = [];
  const others: number[] = [];
  const sides = [{ send: one, times: ones }, { send: other, times: others }];
  for (let sample = 0; sample < samples; sample += 1) {
    for (const { send, times } of sample % 2 === 0 ? sides : sides.toReversed()) {
      const started = performance.now();
      await send();
      times.push(performance.now() - started);
    }
  }
  const longer = ones.map((time) => others.filter((than) => time > than).length);
  return longer.reduce((sum, count) => sum + count, 0) / samples ** 2;
}
