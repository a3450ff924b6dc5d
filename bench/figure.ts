// What a benchmark hands back, and how it is shown: on a terminal, and in docs/performance.md.

/** One number beside what DESIGN.md asks of it. */
export interface Figure {
  readonly what: string;
  readonly got: number;
  readonly unit: string;
  readonly floor?: number;
  readonly target?: number;
  /** As with claims a second. Of all else, less is better. */
  readonly isMoreBetter?: boolean;
  /** What it is made of, or the same by what a user would pick instead. */
  readonly beside?: string;
}

export interface Report {
  readonly figures: readonly Figure[];
  /** How it was measured, and what was seen that is no number. */
  readonly notes: readonly string[];
  /** Everything that has to hold held. Figures may miss their budget all the same. */
  readonly isKept: boolean;
}

const head = ['what', 'floor', 'target', 'got', 'budget', 'beside'];

export function textTable(figures: readonly Figure[]): string {
  const rows = [head, ...figures.map(cells)];
  const widths = head.map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, i) => cell.padEnd(widths[i] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

export function markdownTable(figures: readonly Figure[]): string {
  const line = (row: readonly string[]) =>
    `| ${row.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...figures.map((figure) => line(cells(figure)))].join(
    '\n',
  );
}

function cells(figure: Figure): string[] {
  const { what, got, unit, floor, target, beside = '' } = figure;
  const show = (value: number | undefined) => (value === undefined ? '–' : `${short(value)} ${unit}`.trim());
  return [what, show(floor), show(target), show(got), budget(figure), beside];
}

function budget({ got, floor, target, isMoreBetter = false }: Figure): string {
  const meets = (bound: number) => (isMoreBetter ? got >= bound : got <= bound);
  if (target !== undefined && meets(target)) return 'target met';
  if (floor !== undefined) return meets(floor) ? 'floor met' : 'MISSED';
  return target === undefined ? '–' : 'MISSED';
}

/** Three digits that say something. */
export function short(value: number): string {
  const digits = Math.abs(value) >= 100 || Number.isInteger(value) ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return value.toLocaleString('en-GB', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

/** The value that this part of the others do not exceed. */
export function percentile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(part * sorted.length) - 1)] ?? Number.NaN;
}

export const median = (values: readonly number[]) => percentile(values, 0.5);
