/** What importing a kind of file takes: its columns, how a row is read, and what a batch of rows comes to beside what is held. */
import type { Instant } from '#lib/domain/instant.ts';
import type { Patient } from '#lib/domain/referral.ts';
import type { Load } from '../ledger/load.ts';
import type { Tx } from '../ledger/rows.ts';
import type { Cells, Column, Fault, RawRow } from './cells.ts';

export const importKinds = ['sites', 'practices', 'services', 'referrals'] as const;
/** In the order in which they have to come in: each names things of those before it. */
export type ImportKind = (typeof importKinds)[number];

/** One file, readable twice: first to see whether it can be taken at all, then to take it. */
export interface Source {
  /** As reports name it. */
  readonly file: string;
  /** What a place in it is called: the line of a table, the entry of a bundle. */
  readonly unit: 'line' | 'entry';
  rows(): AsyncIterable<RawRow> | Iterable<RawRow>;
  /** What the sender calls a column, where the file has names of its own. */
  columnName?(column: string): string;
}

export interface Given<R> {
  readonly line: number;
  readonly cells: RawRow['cells'];
  readonly row: R;
}

export type Outcome =
  | { readonly is: 'added' | 'updated' | 'unchanged'; readonly notes?: readonly Fault[] }
  | { readonly is: 'bad'; readonly faults: readonly Fault[] }
  /** Nothing of it is in until a person has found out. */
  | { readonly is: 'waits'; readonly fault: Fault; readonly candidates: readonly Patient[] };

export interface Composed {
  readonly load: Omit<Load, 'id'>;
  /** One for each row, in order. */
  readonly outcomes: readonly Outcome[];
}

export interface Loader<R> {
  readonly kind: ImportKind;
  readonly columns: readonly Column[];
  /** Undefined where a cell that everything hangs on is missing or wrong; the cells then say which. */
  read(cells: Cells): R | undefined;
  /** What the row is about: two rows of one key in a file have to be the same. */
  keyOf(row: R): string;
  /** Called for every readable row, in order, before the first is taken. */
  survey?(row: R): void;
  /** Called once for every row as it is taken; gives the row as it should be, and what was put aside. */
  prepare?(row: R, line: number): { readonly row: R; readonly notes: readonly Fault[] };
  /** Reads and writes in the transaction that takes the load in. May run more than once. */
  compose(tx: Tx, rows: readonly Given<R>[]): Promise<Composed>;
}

export interface LoaderDeps {
  readonly now: Instant;
  /** A lower-case UUID. */
  readonly newId: () => string;
}

/** A key's cell, which must be there and be one. */
export function keyCell<T>(
  cells: Cells,
  column: string,
  schema: { safeParse(value: unknown): { success: true; data: T } | { success: false } },
  reason: string,
): T | undefined {
  const text = cells.text(column);
  if (text === undefined) return cells.faults.length > 0 ? undefined : cells.fault(column, 'is empty');
  const parsed = schema.safeParse(text);
  return parsed.success ? parsed.data : cells.fault(column, reason);
}

/** What a new thing can't be without. */
export function missing(given: Readonly<Record<string, unknown>>): readonly Fault[] {
  return Object.entries(given)
    .filter(([, value]) => value === undefined)
    .map(([column]) => ({ column, reason: 'is empty' }));
}

export const isSameRow = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other);
