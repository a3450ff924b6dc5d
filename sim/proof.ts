/** Writes what was run into docs/proof.md, between its marks. */
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import type { Counts } from './counts.ts';
import { impossible } from './pairs/impossible.ts';
import { coverageTables, missingPairs, pairsInAll } from './pairs/table.ts';
import type { LaneName } from './options.ts';

export interface LongRun {
  readonly lane: LaneName;
  readonly pace: string;
  readonly first: number;
  readonly seeds: number;
  readonly commit: string;
  readonly claims: number;
  readonly failures: number;
  readonly hash: string;
  /** Claims a second of one core's time. */
  readonly perSecond: number;
}

const head = [
  '| lane | worlds | seeds | commit | claims | seeds with a violation | claims a second of one core | trace | machine |',
  '| --- | --- | --- | --- | ---: | ---: | ---: | --- | --- |',
];

/** One line a run, after those of earlier runs. */
export function writeLongRun(file: string, run: LongRun, counts: Counts): void {
  const { lane, pace, first, seeds, commit, claims, failures, hash, perSecond } = run;
  const number = (value: number) => Math.round(value).toLocaleString('en-GB');
  const line = `| ${[
    lane,
    pace,
    `${first} to ${first + seeds - 1}`,
    commit,
    number(claims),
    failures,
    number(perSecond),
    hash,
    `${cpus()[0]?.model.trim() ?? 'unknown'}, shared with other work`,
  ].join(' | ')} |`;
  const told = (prefix: string) =>
    counts
      .under(prefix)
      .map(([name, times]) => `${name} ${number(times)}`)
      .join(', ');
  const text = `Of lane ${lane}, from seed ${first}: answered ${told('verdict:')}; faults ${told('fault:')}.`;
  between(file, 'long-run', (before) => {
    const lines = before.split('\n').filter((one) => one.startsWith('| ') && !head.includes(one));
    const prose = before.split('\n').filter((one) => one.startsWith('Of lane'));
    return [...head, ...lines, line, '', ...[...prose, text].flatMap((one) => [one, ''])]
      .join('\n')
      .trimEnd();
  });
}

export function writeCoverage(file: string, counts: Counts): void {
  const missing = missingPairs(counts);
  const reasons = impossible.map(
    ({ one, other, why }) => `- ${one.join(', ')} × ${other.join(', ')}: ${why}`,
  );
  const text = [
    `${pairsInAll} pairs, of which ${missing.length} were possible and not seen (**0**); "–" cannot be:`,
    '',
    ...reasons,
    '',
    coverageTables(counts),
  ].join('\n');
  between(file, 'coverage', () => text);
}

function between(file: string, mark: string, write: (before: string) => string): void {
  const text = readFileSync(file, 'utf8');
  const [open, close] = [`<!-- ${mark} -->`, `<!-- /${mark} -->`];
  const [from, to] = [text.indexOf(open), text.indexOf(close)];
  if (from < 0 || to < from) throw new Error(`proof: ${file} has no ${open}`);
  const before = text.slice(from + open.length, to);
  writeFileSync(file, `${text.slice(0, from + open.length)}\n\n${write(before)}\n\n${text.slice(to)}`);
}
