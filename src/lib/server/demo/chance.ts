/**
 * Chance that is none: every draw follows from a key, so that the same seed makes the same world, whatever else changed.
 * Draws are keyed by what they are about ("the timetable of RA701.dermatology"), not by their place in one long row.
 */
import { createHash } from 'node:crypto';

export interface Chance {
  /** From 0 up to, and not including, 1. */
  next(): number;
  is(probability: number): boolean;
  /** A whole number, both ends included. */
  int(from: number, to: number): number;
  pick<T>(list: readonly T[]): T;
  /** Undefined when nothing has weight. */
  weighted<T>(list: readonly T[], weight: (item: T) => number): T | undefined;
  /** Log-normal about a median: the shape of waiting. */
  logNormal(median: number, sigma: number): number;
}

type Key = readonly (string | number)[];

export function chanceOf(...key: Key): Chance {
  const next = mulberry32(hash32(key.join('\u0000')));
  return {
    next,
    is: (probability) => next() < probability,
    int: (from, to) => from + Math.floor(next() * (to - from + 1)),
    pick(list) {
      const item = list[Math.floor(next() * list.length)];
      if (item === undefined) throw new RangeError('nothing to pick from');
      return item;
    },
    weighted(list, weight) {
      const total = list.reduce((sum, item) => sum + weight(item), 0);
      let left = next() * total;
      return list.find((item) => weight(item) > 0 && (left -= weight(item)) < 0);
    },
    logNormal(median, sigma) {
      // Box and Muller's way from two even draws to a normal one; 1 - u keeps the logarithm away from 0.
      const normal = Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
      return median * Math.exp(sigma * normal);
    },
  };
}

/** A UUID of version 8 ("made by a rule of our own") for a key: the same key, the same id. */
export function uuidOf(...key: Key): string {
  const hex = createHash('sha256').update(key.join('\u0000')).digest('hex');
  const variant = '89ab'[Number.parseInt(hex.slice(16, 17), 16) % 4] ?? '8';
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** FNV-1a with a final stir: keys that differ in one letter must not make like rows of draws. */
function hash32(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
