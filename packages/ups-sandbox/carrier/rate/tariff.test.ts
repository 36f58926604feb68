import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { laneBetween } from '../../world/lane.js';
import { places, type Place } from '../../world/place.js';
import { offers } from './offer.js';
import { billablePounds, discountOf, priceOf } from './tariff.js';

const anyPlace = fc.constantFrom<Place>(...Object.values<Place>(places));
const anyOffer = fc.constantFrom(...offers);
const anyPounds = fc.double({ min: 0.1, max: 150, noNaN: true });

describe('the tariff', () => {
  it('asks more for more weight, and no less for more zones or a home', () => {
    fc.assert(fc.property(anyOffer, anyPlace, anyPlace, anyPounds, anyPounds, fc.boolean(), (offer, from, to, one, other, residential) => {
      const lane = laneBetween(from, to);
      const cost = (pounds: number, zone = lane.zone, home = residential) => priceOf(offer, { ...lane, zone }, { pounds, inches: null }, home).total;
      const [light, heavy] = [Math.min(one, other), Math.max(one, other)];
      expect(cost(heavy)).toBeGreaterThanOrEqual(cost(light));
      expect(cost(heavy + 1)).toBeGreaterThan(cost(heavy));
      expect(cost(one, lane.zone + 1)).toBeGreaterThan(cost(one));
      expect(cost(one, lane.zone, true)).toBeGreaterThan(cost(one, lane.zone, false));
    }));
  });

  it('bills a large light package by its size', () => {
    expect(billablePounds({ pounds: 2, inches: [20, 20, 20] })).toBe(58);
    expect(billablePounds({ pounds: 60, inches: [20, 20, 20] })).toBe(60);
    expect(billablePounds({ pounds: 0.2, inches: null })).toBe(1);
  });

  it('gives each account a discount of its own', () => {
    const accounts = ['W4Y135', 'A1B2C3', 'N0R7H6', 'P4P3R1'];
    for (const account of accounts) expect(discountOf(account)).toBeGreaterThanOrEqual(200);
    expect(new Set(accounts.map(discountOf)).size).toBe(accounts.length);
  });

  it('offers no code twice on a lane, and something on every lane', () => {
    fc.assert(fc.property(anyPlace, anyPlace, (from, to) => {
      const there = offers.filter((offer) => offer.offeredOn(from, to));
      expect(there.length).toBeGreaterThan(0);
      for (const name of ['code', 'transitCode'] as const) expect(new Set(there.map((offer) => offer[name])).size).toBe(there.length);
    }));
  });
});
