/**
 * Whose records a ledger's file holds: a demonstration's and nothing else, or somebody's. Asked before anybody deletes them, and
 * before anybody is let in without a secret. Somebody else's is what came by another load than the demonstration's own, and a row
 * that waits for a person and is none of the demonstration's. What visitors have asked for since, and what a practice of the
 * demonstration made of one of its rows, is the demonstration's.
 */
import type { Kysely } from 'kysely';
import { ubrnSchema, type ClaimId } from '#lib/domain/ids.ts';
import { addDays, localDate } from '#lib/domain/instant.ts';
import type { RawRow } from '../import/cells.ts';
import type { ImportTables } from '../import/waiting.ts';
import { compiledOnce, type Db } from '../ledger/rows.ts';
import type { Tables } from '../ledger/schema.ts';
import { historyDays } from './calendar.ts';
import { doubtfulFile, doubtfulUbrns } from './doubtful-rows.ts';
import { firstLoadId, loadIdsOf, type WorldKey } from './plan.ts';

/** `foreign`: what was there first is no demonstration. `added`: a demonstration, and records that came in beside it. */
export type Holding =
  { readonly kind: 'empty' | 'foreign' | 'added' } | { readonly kind: 'demo'; readonly key: WorldKey };

/** What its visitors have asked for since is theirs to lose; records that were loaded by anybody else are not. */
export async function whoseWorld(db: Kysely<Tables>, seed: string): Promise<Holding> {
  const key = await worldKeyOf(db, seed);
  if (key === 'foreign') return { kind: 'foreign' };
  const isShared = await new OthersRecords(db, seed).haveCome();
  if (key === undefined) return { kind: isShared ? 'foreign' : 'empty' };
  return isShared ? { kind: 'added' } : { kind: 'demo', key };
}

/** The world that the ledger's first entry tells of, whole or begun; undefined for an empty ledger. */
export async function worldKeyOf(
  db: Kysely<Tables>,
  seed: string,
): Promise<WorldKey | 'foreign' | undefined> {
  const first = await db
    .selectFrom('journal')
    .select(['claim_id', 'at'])
    .where('seq', '=', 1)
    .executeTakeFirst();
  if (!first) return undefined;
  const today = addDays(localDate(first.at), historyDays);
  const keys = (['small', 'region'] as const).map((size): WorldKey => ({ seed, size, today }));
  return keys.find((key) => firstLoadId(key) === first.claim_id) ?? 'foreign';
}

/** Looks at what is new since it looked last, so that it may be asked at every request. */
export class OthersRecords {
  readonly #db: Db;
  readonly #seed: string;
  #seen = 0;
  #own: ReadonlySet<ClaimId> | undefined;

  constructor(db: Db, seed: string) {
    this.#db = db;
    this.#seed = seed;
  }

  /** In the ledger as it is now, whoever wrote it: an importer is a process of its own. */
  async haveCome(): Promise<boolean> {
    const [head] = await headOf(this.#db, headId);
    const seq = head?.seq ?? 0;
    if (seq !== this.#seen && (await this.#haveLoaded(seq))) return true;
    this.#seen = seq;
    return (await waitingRows(this.#db, doubtfulUbrns.length + 1)).some(
      ({ file, cells }) => !isOwnRow(file, cells),
    );
  }

  async #haveLoaded(until: number): Promise<boolean> {
    this.#own ??= await ownLoads(this.#db, this.#seed);
    const loads = await loadsBetween(this.#db, this.#seen, until, 'load');
    const others = loads.flatMap(({ claim_id }) => (this.#own?.has(claim_id) ? [] : claim_id));
    if (others.length === 0) return false;
    const made = await madeOfOwnRows(this.#db);
    return others.some((id) => !made.some(({ claim_id }) => claim_id === id));
  }
}

async function ownLoads(db: Db, seed: string): Promise<ReadonlySet<ClaimId>> {
  const key = await worldKeyOf(db, seed);
  return key === undefined || key === 'foreign' ? new Set() : loadIdsOf(key);
}

function isOwnRow(file: string, cells: string): boolean {
  const { ubrn = '' } = JSON.parse(cells) as RawRow['cells'];
  return file === doubtfulFile && doubtfulUbrns.includes(ubrn);
}

const headId = 1;
const headOf = compiledOnce((db, id: number) => db.selectFrom('head').select('seq').where('id', '=', id));
const loadsBetween = compiledOnce((db, after: number, until: number, kind: 'load') =>
  db
    .selectFrom('journal')
    .select('claim_id')
    .where('seq', '>', after)
    .where('seq', '<=', until)
    .where('kind', '=', kind),
);
/** One more than the demonstration has is enough to know. */
const waitingRows = compiledOnce((db, limit: number) =>
  db.withTables<ImportTables>().selectFrom('waiting_row').select(['file', 'cells']).limit(limit),
);

/** The entries by which rows of the demonstration's came in, settled by a practice. */
function madeOfOwnRows(db: Db) {
  return db
    .withTables<ImportTables>()
    .selectFrom('settled_row')
    .select('claim_id')
    .where(
      'ubrn',
      'in',
      doubtfulUbrns.map((ubrn) => ubrnSchema.parse(ubrn)),
    )
    .execute();
}
