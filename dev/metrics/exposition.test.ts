import { describe, expect, it } from 'vitest';
import { parseExposition } from './exposition.js';

const counter = '# HELP a_total Things.\n# TYPE a_total counter\n';
const histogram = (rows: string) => `# HELP h Times.\n# TYPE h histogram\n${rows}`;

describe('reading metrics', () => {
  it('reads what Prometheus does', () => {
    const read = parseExposition(`${counter}a_total{b="x\\"y",c="z"} 3\na_total{b="q",c="z"} 1.5e+2\n\n${histogram('h_bucket{le="0.5"} 1\nh_bucket{le="+Inf"} 2\nh_sum 1.25\nh_count 2\n')}`);
    expect(read.value('a_total')).toBe(153);
    expect(read.value('a_total', { b: 'x\\"y' })).toBe(3);
    expect(read.value('a_total', { b: 'other' })).toBeNull();
    expect(read.value('h_count')).toBe(2);
  });

  it.each([
    ['an end in the middle of a line', `${counter}a_total 1`],
    ['a series without a type', 'a_total 1\n'],
    ['a type without a help', '# TYPE a_total counter\na_total 1\n'],
    ['a metric twice', `${counter}a_total 1\n${counter}`],
    ['a counter that does not say so', '# HELP a Things.\n# TYPE a counter\na 1\n'],
    ['a series of another metric', `${counter}b_total 1\n`],
    ['a series twice', `${counter}a_total{b="1",c="2"} 1\na_total{c="2",b="1"} 1\n`],
    ['a label twice', `${counter}a_total{b="1",b="2"} 1\n`],
    ['a quote that ends too early', `${counter}a_total{b="x"y"} 1\n`],
    ['a value that is none', `${counter}a_total one\n`],
    ['buckets that fall', histogram('h_bucket{le="1"} 3\nh_bucket{le="+Inf"} 2\nh_sum 1\nh_count 2\n')],
    ['a count that is not that of all buckets', histogram('h_bucket{le="+Inf"} 2\nh_sum 1\nh_count 3\n')],
    ['a histogram without a sum', histogram('h_bucket{le="+Inf"} 2\nh_count 2\n')],
    ['a histogram without its last bucket', histogram('h_bucket{le="1"} 2\nh_sum 1\nh_count 2\n')],
  ])('refuses %s', (_, text) => {
    expect(() => parseExposition(text)).toThrow();
  });
});
