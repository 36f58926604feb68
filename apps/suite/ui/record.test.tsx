import { describe, expect, it } from 'vitest';
import { TrackingNumber } from './record.js';

describe('a tracking number', () => {
  it.each([
    ['1Z8A3F470344182065', '1Z|8A3|F47|03|4418|2065'],
    ['9261290100130435082878', '9261|2901|0013|0435|0828|78'],
  ])('%s stands in groups that a copy does not show', (number, groups) => {
    const html = String(<TrackingNumber number={number} />);
    expect([...html.matchAll(/<span>([^<]+)<\/span>/g)].map((match) => match[1]).join('|')).toBe(groups);
    expect(html.replace(/<[^>]+>/g, '')).toBe(number);
  });
});
