import { expect, it } from 'vitest';
import { accountOf } from './account.js';
import { createReportIndex } from './report-index.js';

const owner = accountOf('W4Y135', 2_000);
const anyDay = 20_000;
const none = () => [];

it('lets go of the blocks that were not used for longest, also of those in which nothing is', () => {
  const index = createReportIndex({ all: none, long: none }, 16 * 1_024);
  const blockOf = (day: number) => {
    const [block] = index.blocks(owner, day, false);
    while (block?.look());
    return block;
  };
  const days = Array.from({ length: 60 }, (_, after) => anyDay + after).filter((day) => index.blocks(owner, day, false).length > 0);
  const [oldest, used] = [blockOf(days[0]!), blockOf(days[1]!)];
  expect([blockOf(days[0]!) === oldest, blockOf(days[1]!) === used]).toEqual([true, true]);
  for (const day of days.slice(2)) {
    blockOf(day);
    blockOf(days[1]!);
  }
  expect([blockOf(days[1]!) === used, blockOf(days[0]!) === oldest]).toEqual([true, false]);
});
