/** How often each pair was seen: answer and state of the device, answer and fault, state and fault. */
import { refusalCodeSchema } from '#lib/domain/refusal.ts';
import type { Counts } from '../counts.ts';
import { faultNames } from '../options.ts';
import { whyImpossible } from './impossible.ts';
import { moments } from './moments.ts';

const answers = ['confirmed', 'confirmed lower', 'already', ...refusalCodeSchema.options];

interface Grid {
  readonly title: string;
  readonly rows: readonly string[];
  readonly columns: readonly string[];
}

const grids: readonly Grid[] = [
  { title: 'State of the device, and answer', rows: moments, columns: answers },
  {
    title: 'Fault that met the request, its device or the server meanwhile, and answer',
    rows: faultNames,
    columns: answers,
  },
  { title: 'The same faults, and state of the device', rows: faultNames, columns: moments },
];

const names = new Map<string, Map<string, string>>();

/** Said of each answer some dozens of times: written once. */
export function pairName(row: string, column: string): string {
  const inRow = names.get(row) ?? new Map<string, string>();
  names.set(row, inRow);
  const name = inRow.get(column) ?? `pair:${row} x ${column}`;
  inRow.set(column, name);
  return name;
}

export function coverageTables(counts: Counts): string {
  return grids.map((grid) => tableOf(grid, counts)).join('\n\n');
}

/** Pairs that were not seen and have no reason not to be. */
export function missingPairs(counts: Counts): string[] {
  return grids.flatMap(({ rows, columns }) =>
    rows.flatMap((row) =>
      columns
        .filter((column) => counts.get(pairName(row, column)) === 0 && !whyImpossible(row, column))
        .map((column) => `${row} × ${column}`),
    ),
  );
}

export const pairsInAll = grids.reduce((sum, { rows, columns }) => sum + rows.length * columns.length, 0);

function tableOf({ title, rows, columns }: Grid, counts: Counts): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const cell = (row: string, column: string) => {
    const times = counts.get(pairName(row, column));
    if (times > 0) return times.toLocaleString('en-GB');
    return whyImpossible(row, column) ? '–' : '**0**';
  };
  return [
    line([title, ...columns]),
    line(['---', ...columns.map(() => '---:')]),
    ...rows.map((row) => line([row, ...columns.map((column) => cell(row, column))])),
  ].join('\n');
}
