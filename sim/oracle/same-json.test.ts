import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isSameJson } from './same-json.ts';

const json = fc.jsonValue({ maxDepth: 3 }).map((value) => JSON.parse(JSON.stringify(value)) as unknown);

test('it says what the platform says, of any two JSON values', () => {
  fc.assert(fc.property(json, json, (a, b) => isSameJson(a, b) === isDeepStrictEqual(a, b)));
});

test('a copy is the same, whatever the order of its keys, and a copy that lacks one key is not', () => {
  const object = fc.dictionary(fc.string(), json, { minKeys: 1 });
  fc.assert(
    fc.property(object, (value) => {
      const copy = Object.fromEntries(Object.entries(structuredClone(value)).reverse());
      expect(isSameJson(value, copy)).toBe(true);
      delete copy[Object.keys(copy)[0] ?? ''];
      expect(isSameJson(value, copy)).toBe(false);
    }),
  );
});

test('a key that is there without a value is not one that is away', () => {
  expect(isSameJson({ rang: undefined }, {})).toBe(false);
  expect(isSameJson({ rang: undefined }, { other: undefined })).toBe(false);
  expect(isSameJson([], {})).toBe(false);
  expect(isSameJson([1], [1, 2])).toBe(false);
});
