/** Every planted bug still has its place in the source, and some are caught while you wait. */
import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, test } from 'vitest';
import { hunted } from './catch.ts';
import { patched } from './mutant.ts';
import { mutants } from './roster.ts';
import { Scratch } from './scratch.ts';

describe('planted bugs', () => {
  test.each(mutants.map((mutant) => [mutant.name, mutant] as const))('%s finds its place', (_, mutant) => {
    const texts = new Map<string, string>();
    for (const edit of mutant.edits) {
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
});
