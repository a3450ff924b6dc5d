/** A reference table as it is kept: columns by "|", one row a string, so that one changed row is one line of a diff. */
export interface Table {
  readonly columns: string;
  readonly rows: readonly string[];
}

type Columns<S extends string> = S extends `${string}|${infer Rest}` ? [string, ...Columns<Rest>] : [string];

/** The rows of a table, cell by cell. Columns other than those expected are our bug, caught here and not three calls on. */
export function read<S extends string>(table: Table, columns: S): Columns<S>[] {
  if (table.columns !== columns) throw new Error(`table has columns ${table.columns}, not ${columns}`);
  const width = columns.split('|').length;
  return table.rows.map((row) => {
    const cells = row.split('|');
    if (cells.length !== width)
      throw new Error(`row of ${cells.length} cells where ${width} are due: ${row}`);
    return cells as Columns<S>;
  });
}

/** The first call makes it, the others get the same. */
export function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}

/** What one table names and another must have. */
export function present<T>(value: T | undefined, name: string): T {
  if (value === undefined) throw new Error(`the tables name ${name} and do not have it`);
  return value;
}

/** A cell that holds a list. */
export const words = (text: string) => (text === '' ? [] : text.split(' '));
