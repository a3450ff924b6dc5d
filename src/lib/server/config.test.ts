import { describe, expect, test } from 'vitest';
import { formatInstant } from '#lib/domain/instant.ts';
import { clockFrom, readConfig } from './config.ts';

describe('settings', () => {
  test('with none, a demonstration of the region in ./data, as long as it is alone there', () => {
    const usual = { data: './data', world: 'region', demonstration: 'alone', isSecure: false };
    expect(readConfig({})).toMatchObject(usual);
    expect(readConfig({ HOLDFAST_DEMO: 'on' })).toMatchObject({ demonstration: 'on' });
    expect(readConfig({ HOLDFAST_DEMO: 'off' })).toMatchObject({ demonstration: 'off' });
  });

  test.each([
    ['HOLDFAST_WORLD', 'large'],
    ['HOLDFAST_DEMO', 'yes'],
    ['HOLDFAST_TODAY', 'tomorrow'],
    ['HOLDFAST_SECRET', 'short'],
  ])('a wrong %s stops the start, and is named', (name, value) => {
    expect(() => readConfig({ [name]: value })).toThrow(name);
  });

  test('TLS is known by the origin', () => {
    expect(readConfig({ ORIGIN: 'https://holdfast.example' }).isSecure).toBe(true);
    expect(readConfig({ ORIGIN: 'http://localhost:3000' }).isSecure).toBe(false);
  });
});

describe('another day', () => {
  const machine = () => Date.UTC(2026, 6, 1, 13, 5, 7); // 2:05:07pm in summer

  test.each([
    ['2026-12-24', 'Thursday 24 December 2026, 2:05pm'],
    ['2027-10-24', 'Sunday 24 October 2027, 2:05pm'],
    ['2028-02-29', 'Tuesday 29 February 2028, 2:05pm'],
  ])('%s at this time of day', (today, words) => {
    expect(formatInstant(clockFrom(today, machine)())).toBe(words);
  });

  test('goes on at the machine’s pace', () => {
    let now = machine();
    const clock = clockFrom('2028-02-29', () => now);
    const before = clock();
    now += 1_234;
    expect(clock() - before).toBe(1_234);
  });
});
