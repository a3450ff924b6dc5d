/** What is said to be impossible is a claim as well: one pair of it that was ever seen refutes it. */
import { expect, test } from 'vitest';
import { countsOf, readParts } from '../parts.ts';
import { whyImpossible } from './impossible.ts';

test('nothing that is said to be impossible was seen in the long run', () => {
  const seen = countsOf(readParts())
    .under('pair:')
    .map(([pair]) => pair.split(' x '));
  expect(seen.length).toBeGreaterThan(100);
  expect(seen.filter(([row = '', column = '']) => whyImpossible(row, column) !== undefined)).toEqual([]);
});
