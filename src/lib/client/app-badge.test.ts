// The number on the icon is the sum over who is signed in here, whichever tab counted, and goes with them.
import { beforeEach, expect, test } from 'vitest';
import { AppBadge } from './app-badge.ts';

/** What the icon shows; undefined for none. */
let icon: number | undefined;
let kept = new Map<string, string>();
const storage = {
  getItem: (key: string) => kept.get(key) ?? null,
  setItem: (key: string, value: string) => void kept.set(key, value),
} as unknown as Storage;
const navigator = {
  setAppBadge: (count: number) => {
    icon = count;
    return Promise.resolve();
  },
  clearAppBadge: () => {
    icon = undefined;
    return Promise.resolve();
  },
};
beforeEach(() => {
  icon = undefined;
  kept = new Map();
});

test('two tabs, a practice’s and a patient’s, count together; signing out takes one’s own away', () => {
  const one = new AppBadge(navigator, storage);
  const other = new AppBadge(navigator, storage);
  one.show('practice', 3);
  other.show('patient', 1);
  expect(icon).toBe(4);
  one.show('practice', 2);
  expect(icon).toBe(3);
  one.clear('practice');
  expect(icon).toBe(1);
  other.clear('patient');
  expect(icon).toBeUndefined();
});

test('nothing to see is no badge, and not a nought', () => {
  const badge = new AppBadge(navigator, storage);
  badge.show('practice', 2);
  badge.show('practice', 0);
  expect(icon).toBeUndefined();
});

test('a browser without badges, one that refuses, and storage that is not ours or full stop nobody', async () => {
  new AppBadge({}, storage).show('practice', 2);
  const refuses = { setAppBadge: () => Promise.reject(new DOMException('no', 'NotAllowedError')) };
  new AppBadge(refuses, storage).show('practice', 2);
  await Promise.resolve();
  kept.set('holdfast:badge', '{"practice":"many"}');
  new AppBadge(navigator, storage).show('patient', 1);
  expect(icon).toBe(1);
  const full = {
    getItem: () => '{',
    setItem() {
      throw new DOMException('full', 'QuotaExceededError');
    },
  } as unknown as Storage;
  new AppBadge(navigator, full).show('practice', 5);
  expect(icon).toBe(5);
});
