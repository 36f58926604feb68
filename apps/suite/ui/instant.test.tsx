import { describe, expect, it } from 'vitest';
import { formatInstant, Instant } from './instant.js';

const at = new Date('2026-11-02T19:05:00Z');

describe('a point in time', () => {
  it('is a record with zone, or a scan with its weekday', () => {
    expect(formatInstant(at, 'America/New_York')).toBe('2 Nov 2026 2:05\u00a0PM EST');
    expect(formatInstant(at, 'America/New_York', { style: 'scan' })).toBe('Mon 2 Nov 2:05\u00a0PM EST');
  });

  it('is padded with figure spaces in columns', () => {
    expect(formatInstant(at, 'America/Chicago', { padded: true })).toBe('\u20072 Nov 2026 \u20071:05\u00a0PM CST');
  });

  it('is read by machines as UTC', () => {
    expect(<Instant at={at} timeZone="America/New_York" />).toContain('<time datetime="2026-11-02T19:05:00.000Z">');
  });
});
