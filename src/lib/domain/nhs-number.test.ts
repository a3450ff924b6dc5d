import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  formatNhsNumber,
  isNhsNumber,
  parseNhsNumber,
  testNhsNumber,
  testNhsNumbersMax,
} from './nhs-number.ts';

const nth = fc.integer({ min: 0, max: testNhsNumbersMax - 1 });

describe('NHS number', () => {
  it.each(['9912003888', '9000000009', '9476719931', '4010232137'])('accepts %s', (number) => {
    expect(parseNhsNumber(number)).toBe(number);
  });

  it.each(['4857773456', '3478526985', '9312201101'])(
    'refuses %s, though official examples show it',
    (number) => {
      expect(parseNhsNumber(number)).toBeUndefined();
    },
  );

  it('refuses ten equal digits, though they pass the check', () => {
    for (const digit of '0123456789') expect(isNhsNumber(digit.repeat(10))).toBe(false);
  });

  it.each(['', '991200388', '99120038880', '991200388X', '٩٩١٢٠٠٣٨٨٨', '9912003888\n1', 'constructor'])(
    'refuses %j',
    (typed) => {
      expect(parseNhsNumber(typed)).toBeUndefined();
    },
  );

  it('reads what people type and shows it 3-3-4', () => {
    expect(parseNhsNumber(' 991 200-3888 ')).toBe('9912003888');
    expect(formatNhsNumber('9912003888')).toBe('991 200 3888');
  });

  it('catches every single wrong digit and every swap of neighbours', () => {
    fc.assert(
      fc.property(nth, fc.nat(9), fc.integer({ min: 1, max: 9 }), (n, at, by) => {
        const number = testNhsNumber(n);
        const digits = [...number];
        digits[at] = String((Number(digits[at]) + by) % 10);
        expect(isNhsNumber(digits.join(''))).toBe(false);
        const swapped = [...number];
        const next = Math.min(at + 1, 9);
        [swapped[at], swapped[next]] = [swapped[next] ?? '', swapped[at] ?? ''];
        expect(isNhsNumber(swapped.join(''))).toBe(swapped.join('') === number);
      }),
    );
  });

  it('makes test numbers that are valid, in the 999 range and never the same twice', () => {
    fc.assert(
      fc.property(nth, nth, (a, b) => {
        expect(testNhsNumber(a)).toMatch(/^999\d{7}$/);
        expect(isNhsNumber(testNhsNumber(a))).toBe(true);
        expect(testNhsNumber(a) === testNhsNumber(b)).toBe(a === b);
      }),
    );
    expect(isNhsNumber(testNhsNumber(testNhsNumbersMax - 1))).toBe(true);
    for (const n of [-1, 0.5, Number.NaN, testNhsNumbersMax])
      expect(() => testNhsNumber(n)).toThrow(RangeError);
  });
});
