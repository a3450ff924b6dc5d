/** Every planted bug still has its place in the source, and some are caught while you wait. */
import { readFileSync } from 'node:fs';
import { afterAll, expect, test, vi } from 'vitest';
import { hunted } from './catch.ts';
import { patched } from './mutant.ts';
import { mutants } from './roster.ts';
import { Scratch } from './scratch.ts';

vi.setConfig({ testTimeout: 60_000 });

/** Of each kind some that show at once; all of them are `npm run sim:mutants`. */
const slice = [
  'move-without-compare',
  'expiry-ignored',
  'no-notice',
  'unique-index-missing',
  'no-dedupe',
  'delta-skips-an-entry',
  'sent-taken-back',
  'dequeued-without-verdict',
];

const scratch = new Scratch(process.cwd());
afterAll(() => scratch.remove());

test.each(mutants)('$name finds its place', ({ edits }) => {
  const texts = new Map<string, string>();
  for (const edit of edits) {
    const before = texts.get(edit.file) ?? readFileSync(edit.file, 'utf8');
    const after = patched(before, edit);
    expect(after).not.toBe(before);
    texts.set(edit.file, after);
  }
});

test('each has a name of its own, and there are forty or more', () => {
  expect(new Set(mutants.map(({ name }) => name)).size).toBe(mutants.length);
  expect(mutants.length).toBeGreaterThanOrEqual(40);
});

test.each(mutants.filter(({ name }) => slice.includes(name)))('$name is caught', (mutant) => {
  expect(hunted(mutant, scratch, 20).found).toBeDefined();
});

test('what is planted twice or nowhere is refused', () => {
  const edit = { file: 'a.ts', from: 'one', to: 'two' };
  expect(patched('zero one', edit)).toBe('zero two');
  expect(() => patched('one one', edit)).toThrow('more than once');
  expect(() => patched('zero', edit)).toThrow('no longer says');
});
