// `npm run sim:table`: writes the long run and what met what into docs/proof.md, between its marks, from all parts that were
// kept.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Counts } from './counts.ts';
import { impossible } from './pairs/impossible.ts';
import { coverageTables, missingPairs, pairsInAll } from './pairs/table.ts';
import { countsOf, readParts, type Part } from './parts.ts';

const proof = fileURLToPath(new URL('../docs/proof.md', import.meta.url));
const parts = readParts();

between('long-run', longRun(parts));
between('coverage', coverage(countsOf(parts)));

function longRun(all: readonly Part[]): string {
  const lines = all.map(
    ({ lane, pace, faults, first, seeds, commit, claims, failures, seconds, trace, machine }) =>
      row([
        lane,
        pace,
        faults.join(', ') || 'as each seed brings',
        `${first} to ${first + seeds - 1}`,
        commit,
        number(claims),
        failures,
        number(claims / seconds),
        trace,
        machine,
      ]),
  );
  const sums = (['sqlite', 'memory'] as const).flatMap((lane) => {
    const own = all.filter((part) => part.lane === lane);
    return own.length === 0 ? [] : [sum(lane, own), ''];
  });
  return [
    row([
      'lane',
      'worlds',
      'faults',
      'seeds',
      'commit',
      'claims',
      'seeds with a violation',
      'claims a second of one core',
      'trace',
      'machine',
    ]),
    row(['---', '---', '---', '---', '---', '---:', '---:', '---:', '---', '---']),
    ...lines,
    '',
    ...sums,
  ]
    .join('\n')
    .trimEnd();
}

function sum(lane: string, own: readonly Part[]): string {
  const counts = countsOf(own);
  const told = (prefix: string) =>
    counts
      .under(prefix)
      .map(([name, times]) => `${name} ${number(times)}`)
      .join(', ');
  const total = (of: (part: Part) => number) => own.reduce((all, part) => all + of(part), 0);
  return (
    `**Lane ${lane}: ${number(total(({ claims }) => claims))} claims in ${number(total(({ seeds }) => seeds))} seeds, ` +
    `${total(({ failures }) => failures)} seeds with a violation.** ` +
    `${number(counts.get('exchanges'))} exchanges; ${number(counts.get('told'))} answers told, ` +
    `${number(counts.get('told otherwise'))} told otherwise after a restore, ${number(counts.get('replayed'))} answered again; ` +
    `${number(counts.get('claims evicted'))} claims lost with their browser's whole origin. ` +
    `Asked: ${told('kind:')}. Answered: ${told('verdict:')}. Stood aside: ${told('parked:')}. Faults: ${told('fault:')}.`
  );
}

function coverage(counts: Counts): string {
  const missing = missingPairs(counts);
  const reasons = impossible.map(
    ({ one, other, why }) => `- ${one.join(', ')} × ${other.join(', ')}: ${why}`,
  );
  return [
    `${pairsInAll} pairs, of which ${missing.length} were possible and not seen (**0**); "–" cannot be:`,
    '',
    ...reasons,
    '',
    coverageTables(counts),
  ].join('\n');
}

function row(cells: readonly (string | number)[]): string {
  return `| ${cells.join(' | ')} |`;
}

function number(value: number): string {
  return Math.round(value).toLocaleString('en-GB');
}

function between(mark: string, written: string): void {
  const text = readFileSync(proof, 'utf8');
  const [open, close] = [`<!-- ${mark} -->`, `<!-- /${mark} -->`];
  const [from, to] = [text.indexOf(open), text.indexOf(close)];
  if (from < 0 || to < from) throw new Error(`proof: docs/proof.md has no ${open}`);
  writeFileSync(proof, `${text.slice(0, from + open.length)}\n\n${written}\n\n${text.slice(to)}`);
}
