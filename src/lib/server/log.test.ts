import { expect, test } from 'vitest';
import { errorFields, logTo } from './log.ts';

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
