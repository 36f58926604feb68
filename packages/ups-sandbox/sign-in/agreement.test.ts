import { expect, it } from 'vitest';
import { lifetimeInWords } from './agreement.js';

it('a lifetime is written in the largest unit of which it has at least two', () => {
  const [minute, hour, day] = [60_000, 3_600_000, 86_400_000];
  const written = [60 * day, 2 * day, day, 90 * minute, 2 * hour, 61_000, 1_000, 2 * minute].map(lifetimeInWords);
  expect(written).toEqual(['60 days', '2 days', '24 hours', '90 minutes', '2 hours', '61 seconds', '1 second', '2 minutes']);
});
