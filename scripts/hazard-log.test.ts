import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const log = readFileSync(new URL('../docs/safety/hazard-log.md', import.meta.url), 'utf8');
const root = new URL('../', import.meta.url);

const hazards = log
  .split(/^## /m)
  .slice(1)
  .map((section) => ({ title: section.split('\n', 1)[0] ?? '', lines: section.split('\n').slice(1) }));

/** Each piece of evidence: a path, and words that stand in that file. */
const evidence = [...log.matchAll(/`([^`\s]+\/[^`\n]+\.(?:ts|svelte|md))`(?: “([^”]+)”)?/g)].map(
  ([, path = '', words]) => ({ path, words }),
);

test('every file named as evidence exists, and the words that are quoted stand in it', () => {
  expect(evidence.length).toBeGreaterThan(50);
  const wrong = evidence.flatMap(({ path, words }) => {
    const file = new URL(path, root);
    if (!existsSync(file)) return [`${path} does not exist`];
    return words === undefined || readFileSync(file, 'utf8').includes(words)
      ? []
      : [`${path} does not say “${words}”`];
  });
  expect(wrong).toEqual([]);
});

test.each(hazards)('$title: has every field, and each control has evidence or is open', ({ lines }) => {
  const fields = lines.filter((line) => line.startsWith('- ')).map((line) => /^- ([^:]+):/.exec(line)?.[1]);
  for (const field of ['Cause', 'Effect', 'Before controls', 'Control', 'Left', 'Owner and status'])
    expect(fields).toContain(field);
  for (const line of lines.filter((one) => one.startsWith('- Control:')))
    expect(line).toMatch(/\*\*OPEN\*\*|Evidence: `/);
});

/** The matrix of the log itself. */
const severities = ['minor', 'significant', 'considerable', 'major', 'catastrophic'];
const matrix = new Map(
  [...log.matchAll(/^\| ((?:very )?(?:low|high)|medium) \|([ |1-5]+)\|$/gm)].map(
    ([, likelihood = '', row = '']) => [likelihood, row.split('|').map((cell) => Number(cell))],
  ),
);

test('every risk is what the matrix makes of its severity and likelihood', () => {
  const risks = [...log.matchAll(/^- (?:Before controls|Left): (\w+) × ([\w ]+) = (\d)$/gm)];
  expect(risks).toHaveLength(2 * hazards.length);
  for (const [line, severity = '', likelihood = '', risk] of risks)
    expect([line, matrix.get(likelihood)?.[severities.indexOf(severity)]]).toEqual([line, Number(risk)]);
});
