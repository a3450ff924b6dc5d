/** Rows by the set: what a batch of claims reads and writes goes in a handful of statements, not in one a row. */
import { sql, type CompiledQuery, type Kysely, type RawBuilder, type Transaction } from 'kysely';
import type { Tables } from './schema.ts';

export type Tx = Transaction<Tables>;
export type Db = Kysely<Tables>;

/** Values bound in one statement; under every engine's limit with the widest table. */
const listMax = 500;
const insertRowsMax = 64;

/**
 * Runs a query for a list of any length, in pieces. Each piece is filled up to one of a few lengths with its last value,
 * so that a handful of prepared statements serves every length. An empty list asks nothing.
 */
export async function inPieces<T, R>(
  list: Iterable<T>,
  ask: (piece: readonly T[]) => Promise<readonly R[]>,
): Promise<R[]> {
  const all = [...new Set(list)];
  const rows: R[] = [];
  for (let at = 0; at < all.length; at += listMax) {
    rows.push(...(await ask(filledUp(all.slice(at, at + listMax)))));
  }
  return rows;
}

function filledUp<T>(piece: readonly T[]): readonly T[] {
  const last = piece[piece.length - 1];
  if (last === undefined) return piece;
  const length = Math.min(listMax, 2 ** Math.ceil(Math.log2(piece.length)));
  return [...piece, ...Array.from({ length: length - piece.length }, () => last)];
}

type Builder<K, R> = (db: Db, keys: readonly K[]) => { compile(): CompiledQuery<R> };

/**
 * A read by a list of keys, as `inPieces`, but compiled only once for each length and engine: for the few reads of every
 * exchange that takes more time than the query. The keys have to be all that is bound; a key may be a list of values.
 */
export function readByKeys<K, R>(build: Builder<K, R>) {
  const compiled = new Compiled();
  return (db: Db, keys: Iterable<K>): Promise<R[]> =>
    inPieces(keys, async (piece) => {
      const query = compiled.get(db, `${piece.length}`, () => build(db, piece).compile());
      const { rows } = await db.executeQuery({ ...query, parameters: piece.flat() });
      return rows as R[];
    });
}

/**
 * A query of one shape, compiled only once for each engine. `args` have to be all that is bound, in the order in which the
 * query binds them.
 */
export function compiledOnce<A extends readonly unknown[], R>(
  build: (db: Db, ...args: A) => { compile(): CompiledQuery<R> },
) {
  const compiled = new Compiled();
  return async (db: Db, ...args: A): Promise<R[]> => {
    const query = compiled.get(db, '', () => boundBy(args, build(db, ...args).compile()));
    const { rows } = await db.executeQuery({ ...query, parameters: args });
    return rows as R[];
  };
}

function boundBy(args: readonly unknown[], query: CompiledQuery): CompiledQuery {
  const isSame =
    query.parameters.length === args.length && args.every((arg, n) => query.parameters[n] === arg);
  if (!isSame) throw new Error(`rows: other values are bound than are given: ${query.sql}`);
  return query;
}

/** Compiled queries by name, and by engine, since each writes its parameters in its own way. */
class Compiled {
  readonly #byEngine = new WeakMap<object, Map<string, CompiledQuery>>();

  get(db: Db, name: string, compile: () => CompiledQuery): CompiledQuery {
    const { adapter } = db.getExecutor();
    const known = this.#byEngine.get(adapter) ?? new Map<string, CompiledQuery>();
    this.#byEngine.set(adapter, known);
    const query = known.get(name) ?? compile();
    known.set(name, query);
    return query;
  }
}

/** `(a, b) in (values (…), (…))`: SQLite knows no list of rows, and this both engines look up by index. */
export function isOneOf(
  [text, integer]: readonly [string, string],
  rows: readonly (readonly [string, number])[],
): RawBuilder<boolean> {
  // Cast, or PostgreSQL takes every parameter of a list of values for text.
  const values = rows.map(([first, second]) => sql`(cast(${first} as text), cast(${second} as integer))`);
  return sql<boolean>`(${sql.ref(text)}, ${sql.ref(integer)}) in (values ${sql.join(values)})`;
}

const inserts = new Compiled();

/**
 * Inserts rows that all have the same keys in the same order. On conflict: with a key, the other columns are brought up
 * to date; with 'nothing', the row that is there stays.
 */
export async function insertRows<T extends keyof Tables>(
  tx: Db,
  table: T,
  rows: readonly Tables[T][],
  key: readonly (keyof Tables[T] & string)[] | 'nothing' = [],
): Promise<void> {
  for (let at = 0; at < rows.length;) {
    const size = 2 ** Math.floor(Math.log2(Math.min(rows.length - at, insertRowsMax)));
    const piece = rows.slice(at, at + size);
    at += size;
    const first = piece[0];
    if (!first) return;
    const name = `${table}|${String(key)}|${size}`;
    const query = inserts.get(tx, name, () => compileInsert(tx, table, Object.keys(first), key, size));
    await tx.executeQuery({ ...query, parameters: piece.flatMap((row) => Object.values(row) as unknown[]) });
  }
}

function compileInsert(
  tx: Db,
  table: string,
  columns: readonly string[],
  key: readonly string[] | 'nothing',
  size: number,
): CompiledQuery {
  const row = sql`(${sql.join(columns.map(() => sql`${null}`))})`;
  const names = sql.join(columns.map((column) => sql.ref(column)));
  const values = sql.join(Array.from({ length: size }, () => row));
  return sql`insert into ${sql.table(table)} (${names}) values ${values} ${onConflict(columns, key)}`.compile(
    tx,
  );
}

function onConflict(columns: readonly string[], key: readonly string[] | 'nothing'): RawBuilder<unknown> {
  if (key === 'nothing') return sql`on conflict do nothing`;
  if (key.length === 0) return sql``;
  const updates = columns.filter((column) => !key.includes(column));
  const target = sql.join(key.map((column) => sql.ref(column)));
  const set = updates.map((column) => sql`${sql.ref(column)} = ${sql.ref(`excluded.${column}`)}`);
  return sql`on conflict (${target}) do update set ${sql.join(set)}`;
}
