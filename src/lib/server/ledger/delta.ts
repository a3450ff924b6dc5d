/**
 * What changed for a scope since a device last heard: for each row touched since, how the scope sees it now.
 * Pages are cut only between entries, so a device never holds half of what one claim did.
 */
import type { Scope } from '#lib/domain/scope.ts';
import type { Delta, Entity } from '#lib/protocol/exchange.ts';
import { cursorOf, genesisHash, headSeqOf, pageCursorOf, seqOf, type Place } from './journal.ts';
import { compiledOnce, type Tx } from './rows.ts';
import type { Named } from './touches.ts';
import { rowsFor } from './views.ts';

/** A page ends with the entry that brings it to this many rows. */
export const pageRows = 500;

/** Read in one moment, whose head is where the last page ends. */
export async function readDelta(
  tx: Tx,
  head: Place,
  scope: Scope,
  cursor: string | null,
  rowsMax = pageRows,
): Promise<Delta> {
  const from = await placeOf(tx, cursor, head);
  const reset = from === undefined;
  const since = from ?? 0;
  const { named, end } = await readPage(tx, scope, since, head, rowsMax);
  const rows = await rowsFor(tx, scope, named);
  return {
    cursor: end === head ? cursorOf(head) : pageCursorOf(end, head),
    more: end !== head,
    reset,
    // A device that holds nothing has nothing to forget.
    rows: since === 0 ? rows.filter(({ row }) => row !== null) : rows,
  };
}

/** The place in this history, 0 for its beginning; undefined when the cursor is of another. */
async function placeOf(tx: Tx, cursor: string | null, head: Place): Promise<number | undefined> {
  if (cursor === null) return 0;
  const seq = seqOf(cursor);
  if (seq > head.seq) return undefined;
  const place = { seq, hash: await hashAt(tx, seq, head) };
  if (cursorOf(place) === cursor) return seq;
  const headSeq = headSeqOf(cursor);
  if (headSeq > head.seq) return undefined;
  const then = { seq: headSeq, hash: await hashAt(tx, headSeq, head) };
  return pageCursorOf(place, then) === cursor ? seq : undefined;
}

async function hashAt(tx: Tx, seq: number, head: Place): Promise<string> {
  if (seq === 0) return genesisHash;
  if (seq === head.seq) return head.hash;
  const [entry] = await hashOfEntry(tx, seq);
  return entry?.hash ?? '';
}

const hashOfEntry = compiledOnce((db, seq: number) =>
  db.selectFrom('journal').select('hash').where('seq', '=', seq),
);

interface Page {
  readonly named: Record<Entity, Set<string>>;
  /** The last entry in it; `head` itself when there is no more. */
  readonly end: Place;
}

async function readPage(tx: Tx, scope: Scope, since: number, head: Place, rowsMax: number): Promise<Page> {
  const named: Page['named'] = {
    referral: new Set(),
    appointment: new Set(),
    notice: new Set(),
    service: new Set(),
  };
  if (since === head.seq) return { named, end: head };
  const touched = await touchedSince(tx, scope, since, rowsMax);
  const size = () => Object.values(named).reduce((sum, keys) => sum + keys.size, 0);
  for (const [index, entry] of touched.entries()) {
    for (const [entity, keys] of Object.entries(JSON.parse(entry.named) as Named)) {
      for (const key of keys) named[entity as Entity].add(key);
    }
    const isLast = index === touched.length - 1;
    if (isLast ? touched.length === rowsMax : size() >= rowsMax) {
      return { named, end: { seq: entry.seq, hash: await hashAt(tx, entry.seq, head) } };
    }
  }
  return { named, end: head };
}

const touchedSince = compiledOnce((db, scope: Scope, since: number, limit: number) =>
  db
    .selectFrom('touched')
    .select(['seq', 'named'])
    .where('scope', '=', scope)
    .where('seq', '>', since)
    .orderBy('seq')
    .limit(limit),
);
