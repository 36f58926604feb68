import { describe, expect, it } from 'vitest';
import { parseDecimal } from './amount.js';
import { Fields, type UnreadField } from './fields.js';
import { parseDay, parseOffset, parseShortTime, parseTime } from './moment.js';

describe("UPS's days, times and numbers", () => {
  it.each([
    ['20240229', '2024-02-29'], ['2024-02-29', '2024-02-29'], ['9999-12-31', '9999-12-31'],
    ['20230229', null], ['20261301', null], ['2024-0229', null], ['00000000', null], ['1', null], ['2024-02-29T00:00', null],
  ])('reads the day %s as %s', (given, day) => expect(parseDay(given)).toBe(day));

  it.each([
    ['154434', '15:44:34'], ['15:44:34', '15:44:34'], ['74700', '07:47:00'], ['7:47:00', '07:47:00'], ['0', '00:00:00'], ['530', '00:05:30'],
    ['240000', null], ['126000', null], ['1544', '00:15:44'], ['15:44', null], ['2:25 P.M.', null], ['1234567', null],
  ])('reads the time %s as %s', (given, time) => expect(parseTime(given)).toBe(time));

  it('takes four digits of Rating for hours and minutes', () => {
    expect([parseShortTime('1544'), parseShortTime('154434')]).toEqual(['15:44:00', '15:44:34']);
  });

  it.each([['-05:00', '-05:00'], ['-04.00', '-04:00'], ['+0530', '+05:30'], ['+14:00', '+14:00'], ['-15:00', null], ['Z', null], ['-5:00', null]])(
    'reads the offset %s as %s', (given, offset) => expect(parseOffset(given)).toBe(offset),
  );

  it.each([
    ['+0007.0', '7.0'], ['00000000', '0'], ['243.5', '243.5'], ['-1.25', '-1.25'], ['.5', '0.5'], ['-0.00', '0.00'], ['12.', '12'],
    ['21474836.47', '21474836.47'], ['1,025.50', null], ['1e5', null], ['', null], ['.', null], ['+', null],
  ])('reads the number %s as %s', (given, number) => expect(parseDecimal(given)).toBe(number));
});

describe('a moment', () => {
  const names = { day: 'date', time: 'time', gmtDay: 'gmtDate', gmtTime: 'gmtTime', offset: 'gmtOffset' } as const;
  const read = (wire: Partial<Record<(typeof names)[keyof typeof names], string>>) => {
    const unread: UnreadField[] = [];
    return { ...new Fields('/activity/0', unread).zonedMoment(wire, names), unread: unread.map(({ field }) => field) };
  };

  it('takes the instant from GMT, and keeps what the clock at the place showed', () => {
    expect(read({ date: '20261101', time: '013000', gmtDate: '20261101', gmtTime: '06:30:00', gmtOffset: '-05:00' })).toEqual({
      day: '2026-11-01', time: '01:30:00', offset: '-05:00', instant: new Date('2026-11-01T06:30:00Z'), basis: 'gmt', unread: [],
    });
  });

  it('takes it from the local time and its offset where GMT is missing', () => {
    expect(read({ date: '20261101', time: '13000', gmtOffset: '-04.00', gmtDate: '' })).toMatchObject({ instant: new Date('2026-11-01T05:30:00Z'), basis: 'offset' });
  });

  it('has none where UPS gave no zone', () => {
    expect(read({ date: '20261101', time: '013000' })).toMatchObject({ day: '2026-11-01', time: '01:30:00', instant: null, basis: 'none', unread: [] });
  });

  it('names what cannot be read, and half a GMT time', () => {
    expect(read({ date: '20261101', time: '996161', gmtDate: '20261101', gmtOffset: 'EST' })).toMatchObject({
      time: null, instant: null, unread: ['/activity/0/time', '/activity/0/gmtOffset', '/activity/0/gmtTime'],
    });
  });
});
