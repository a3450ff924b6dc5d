/** The result of a hunt as a table, which docs/proof.md shows between two marks. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { Catch } from './catch.ts';

const marks = ['<!-- mutants -->', '<!-- /mutants -->'] as const;

export function writeTable(file: string, catches: readonly Catch[], commit: string): void {
  const text = existsSync(file) ? readFileSync(file, 'utf8') : '# The proof\n';
  writeFileSync(file, between(text, tableOf(catches, commit)));
}

function between(text: string, table: string): string {
  const [begin, end] = [text.indexOf(marks[0]), text.indexOf(marks[1])];
  const block = `${marks[0]}\n${table}\n${marks[1]}`;
  if (begin < 0 || end < begin) return `${text.trimEnd()}\n\n${block}\n`;
  return text.slice(0, begin) + block + text.slice(end + marks[1].length);
}

function tableOf(catches: readonly Catch[], commit: string): string {
  const caught = catches.filter(({ found }) => found);
  const claims = catches.reduce((sum, one) => sum + one.claims, 0);
  const rows = catches.map(
    ({ mutant, found, laws, seeds, claims: many }) =>
      `| ${mutant.name} | ${mutant.what} | ${found ? laws.join(', ') : '**survived**'} | ${found?.seed ?? '–'} | ${seeds} | ${say(many)} |`,
  );
  return [
    `${caught.length} of ${catches.length} caught, over ${say(claims)} simulated claims in the SQL lane (\`--pace meeting\`), at commit ${commit}.`,
    '',
    '| planted bug | what is wrong | caught by | seed that shows it | seeds played | claims |',
    '| --- | --- | --- | ---: | ---: | ---: |',
    ...rows,
  ].join('\n');
}

const say = (value: number) => value.toLocaleString('en-GB');
