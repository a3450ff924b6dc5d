import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatMiles, milesBetween } from './distance.ts';

const addenbrookes = { lat: 52.175, lon: 0.1405 };
const papworth = { lat: 52.1732, lon: 0.1375 };
const royalCornwall = { lat: 50.2662, lon: -5.0929 };
const place = fc.record({
  lat: fc.double({ min: -90, max: 90, noNaN: true }),
  lon: fc.double({ min: -180, max: 180, noNaN: true }),
});

describe('distance', () => {
  it('is short across a campus and long across England', () => {
    expect(milesBetween(addenbrookes, papworth)).toBeCloseTo(0.18, 1);
    expect(milesBetween(addenbrookes, royalCornwall)).toBeCloseTo(260, -1);
    expect(milesBetween({ lat: 0, lon: 0 }, { lat: 1, lon: 0 })).toBeCloseTo(69.09, 1);
  });

  it('is the same both ways, nought to itself, and at most half way round', () => {
    fc.assert(
      fc.property(place, place, (a, b) => {
        expect(milesBetween(a, b)).toBeCloseTo(milesBetween(b, a), 6);
        expect(milesBetween(a, a)).toBe(0);
        expect(milesBetween(a, b)).toBeLessThanOrEqual(12_437);
      }),
    );
  });

  it.each([
    [0, 'less than a mile'],
    [0.99, 'less than a mile'],
    [1.4, 'about 1 mile'],
    [4.2, 'about 4 miles'],
    [19.6, 'about 20 miles'],
    [22.4, 'about 20 miles'],
    [97.6, 'about 100 miles'],
    [263, 'about 260 miles'],
  ])('%d miles reads "%s"', (miles, words) => {
    expect(formatMiles(miles)).toBe(words);
  });
});
