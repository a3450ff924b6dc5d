/**
 * What changed for a scope since a device last heard: for each row touched since, how the scope sees it now.
 * Pages are cut only between entries, so a device never holds half of what one claim did.
 */
import type { Scope } from '#lib/domain/scope.ts';
import type { Delta, Row } from '#lib/protocol/exchange.ts';
import { cursorOf, genesisHash, readCursor, type Place } from './journal.ts';
import type { Tx } from './rows.ts';
import type { Tables } from './schema.ts';
import { rowsFor } from './views.ts';

/** About this many rows a page; one entry alone may bring more. */
export const pageRows = 500;

/** Read in one snapshot with the cursor that it ends at. */
export async function readDelta(tx: Tx, scope: Scope, cursor: string | null): Promise<Delta> {
  const head = await tx
    .selectFrom('head')
    .select(['seq', 'hash'])
    .where('id', '=', 1)
    .executeTakeFirstOrThrow();
  const from = await placeOf(tx, cursor, head);
  const reset = from === undefined && cursor !== null;
  const since = from ?? 0;
  const touched = since === head.seq ? [] : await readTouched(tx, scope, since);
  const cut = touched.length > pageRows ? await cutPage(tx, scope, touched) : undefined;
  const rows = await rowsFor(tx, scope, namesOf(cut?.touched ?? touched));
  return {
    cursor: cursorOf(cut?.end ?? head),
    more: cut !== undefined,
    reset,
    // A device that holds nothing has nothing to forget.
    rows: since === 0 ? rows.filter(({ row }) => row !== null) : rows,
  };
}

type Touched = Pick<Tables['touched'], 'seq' | 'entity' | 'key'>;

/** The place in this history, 0 for its beginning; undefined when the cursor is of another. */
async function placeOf(tx: Tx, cursor: string | null, head: Place): Promise<number | undefined> {
  if (cursor === null) return 0;
  const { seq } = readCursor(cursor);
  if (seq > head.seq) return undefined;
  return cursorOf({ seq, hash: await hashAt(tx, seq, head) }) === cursor ? seq : undefined;
}

async function hashAt(tx: Tx, seq: number, head: Place): Promise<string> {
  if (seq === 0) return genesisHash;
  if (seq === head.seq) return head.hash;
  const entry = await tx.selectFrom('journal').select('hash').where('seq', '=', seq).executeTakeFirst();
  return entry?.hash ?? '';
}

function readTouched(tx: Tx, scope: Scope, since: number): Promise<Touched[]> {
  return tx
    .selectFrom('touched')
    .select(['seq', 'entity', 'key'])
    .where('scope', '=', scope)
    .where('seq', '>', since)
    .orderBy('seq')
    .limit(pageRows + 1)
    .execute();
}

/** The whole entries of a page that is too long, or, when the first alone is, that one. */
async function cutPage(
  tx: Tx,
  scope: Scope,
  touched: readonly Touched[],
): Promise<{ touched: readonly Touched[]; end: Place }> {
  const last = touched.at(-1)?.seq ?? 0;
  const whole = touched.filter(({ seq }) => seq < last);
  const end = whole.at(-1)?.seq ?? last;
  const page = whole.length > 0 ? whole : await readEntry(tx, scope, last);
  const { hash } = await tx
    .selectFrom('journal')
    .select('hash')
    .where('seq', '=', end)
    .executeTakeFirstOrThrow();
  return { touched: page, end: { seq: end, hash } };
}

function readEntry(tx: Tx, scope: Scope, seq: number): Promise<Touched[]> {
  return tx
    .selectFrom('touched')
    .select(['seq', 'entity', 'key'])
    .where('scope', '=', scope)
    .where('seq', '=', seq)
    .execute();
}

function namesOf(touched: readonly Touched[]) {
  const named = {
    referral: new Set<string>(),
    appointment: new Set<string>(),
    notice: new Set<string>(),
    service: new Set<string>(),
  } satisfies Record<Row['entity'], Set<string>>;
  for (const { entity, key } of touched) named[entity].add(key);
  return named;
}
