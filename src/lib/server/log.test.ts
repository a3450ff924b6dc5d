import { expect, test } from 'vitest';
import { z } from '#lib/domain/zod.ts';
import { errorFields, errorWords, logTo } from './log.ts';

test('an event is one line of JSON', () => {
  const lines: string[] = [];
  logTo(
    (line) => lines.push(line),
    () => 0,
  )('warn', 'x', { a: 'two\nlines' });
  expect(lines).toEqual(['{"at":"1970-01-01T00:00:00.000Z","level":"warn","event":"x","a":"two\\nlines"}']);
});

test('an error says where and not of whom', () => {
  const parse = () => JSON.parse('{"name": Jane Roe}') as unknown;
  let thrown: unknown;
  try {
    parse();
  } catch (error) {
    thrown = error;
  }
  const said = [thrown, new Error('no referral 0123 4567 8901 of "Jane Roe"'), 'Jane Roe'].map((error) =>
    JSON.stringify(errorFields(error)),
  );
  expect(said.join()).not.toMatch(/Jane|4567/);
  expect(said[1]).toMatch(/no referral # of/);
  expect(said[1]).toMatch(/log\.test\.ts/);
});

test.each<[string, string, () => unknown]>([
  ['a parser', 'SyntaxError', () => JSON.parse('{"name": Jane Roe}') as unknown],
  ['a schema', '$ZodError', () => z.parse(z.strictObject({}), { 'a" Jane Roe "b': 1 })],
  [
    'a database that quotes a value with quotes in it',
    'invalid value "…" for a number',
    () => {
      throw new Error('invalid value "a" Jane Roe "b" for a number');
    },
  ],
  [
    'a value that is cut short',
    'near "…"',
    () => {
      throw new Error('near "Jane Roe, 9434765919');
    },
  ],
  [
    'our own, with a reference in it',
    "load: referral # is another patient's",
    () => {
      throw new Error("load: referral 012345678901 is another patient's");
    },
  ],
])('in words too: %s', (_what, words, fail) => {
  let thrown: unknown;
  try {
    fail();
  } catch (error) {
    thrown = error;
  }
  expect(errorWords(thrown)).toBe(words);
  expect(JSON.stringify([errorFields(thrown), errorWords(thrown)])).not.toMatch(/Jane|Roe|9434|0123/);
});
