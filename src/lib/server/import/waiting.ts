/**
 * Rows needing a person: what came in a file and could not be told to be of a patient who is held, nor of a new one. Nothing of
 * such a row is truth, so the table is not the ledger's; the row stands here as it came, until it comes in or somebody has
 * written down what became of it. What a practice settled stands in a table of its own, by the row's digest, and is asked
 * before a row is judged (docs/decisions/0022): the same file again brings no row back.
 *
 *   waits ─ comes in with another load ──────────→ gone
 *         ├ a practice: this patient, or a new one → gone, in `settled_row`
 *         ├ a practice: not ours ────────────────→ waits for the operator alone, in `settled_row`
 *         └ the operator has dealt with it ──────→ done
 */
import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import type { Instant } from '#lib/domain/instant.ts';
import type { OdsCode, PersonId, Ubrn } from '#lib/domain/ids.ts';
import type { Role } from '#lib/domain/person.ts';
import type { Patient } from '#lib/domain/referral.ts';
import type { RowAs } from '#lib/protocol/rows.ts';
import { digestOf } from '../ledger/journal.ts';
import { inPieces, type Db, type Tx } from '../ledger/rows.ts';
import type { Fault, RawRow } from './cells.ts';

export type ImportTables = {
  waiting_row: {
    /** A digest of the row, so that the same one never stands here twice. */
    id: string;
    file: string;
    line: number;
    /** The row as it came, by column, as JSON. */
    cells: string;
    /** Whose people may settle it: the one that the row names. Empty where that is nobody, or they say it is not theirs. */
    practice: string;
    field: string;
    why: string;
    /** Ids of the patients it may be about, as JSON. */
    candidates: string;
    at: Instant;
    done_at: Instant | null;
    done_note: string | null;
  };
  /** What people of a practice said of a row; never changed. */
  settled_row: {
    /** The row's digest. */
    id: string;
    practice: OdsCode;
    ubrn: Ubrn;
    how: RowAs;
    /** Whose referral it has become; null where it is not theirs. */
    patient: string | null;
    person: PersonId;
    role: Role;
    at: Instant;
    note: string | null;
    /** The entry of the journal that brought it in. */
    claim_id: string | null;
  };
  /** Numbers that another took the place of: who asks by the old one finds the patient. */
  former_number: { nhs_number: string; patient: string };
};

/** For `LedgerOptions.migrations`, beside those of people/. */
export const importMigrations: Readonly<Record<string, Migration>> = {
  'import-1': {
    async up(db: Kysely<unknown>) {
      await db.schema
        .createTable('waiting_row')
        .addColumn('id', 'text', (column) => column.primaryKey())
        .addColumn('file', 'text', (column) => column.notNull())
        .addColumn('line', 'integer', (column) => column.notNull())
        .addColumn('cells', 'text', (column) => column.notNull())
        .addColumn('field', 'text', (column) => column.notNull())
        .addColumn('why', 'text', (column) => column.notNull())
        .addColumn('candidates', 'text', (column) => column.notNull())
        .addColumn('at', 'bigint', (column) => column.notNull())
        .addColumn('done_at', 'bigint')
        .addColumn('done_note', 'text')
        .execute();
      await db.schema
        .createTable('former_number')
        .addColumn('nhs_number', 'text', (column) => column.primaryKey())
        .addColumn('patient', 'text', (column) => column.notNull())
        .execute();
      // Who was born on the same day is asked for every new patient.
      await db.schema.createIndex('patient_birth_date').on('patient').column('birth_date').execute();
    },
  },
  'import-2': {
    async up(db: Kysely<unknown>) {
      await db.schema
        .alterTable('waiting_row')
        .addColumn('practice', 'text', (column) => column.notNull().defaultTo(''))
        .execute();
      // The table as it is from here on, as far as this step needs it.
      const rows = db.withTables<Pick<ImportTables, 'waiting_row'>>();
      for (const { id, cells } of await rows.selectFrom('waiting_row').select(['id', 'cells']).execute()) {
        const practice = practiceOf(JSON.parse(cells) as RawRow['cells']);
        await rows.updateTable('waiting_row').set({ practice }).where('id', '=', id).execute();
      }
      await db.schema
        .createIndex('waiting_row_practice')
        .on('waiting_row')
        .columns(['practice', 'at', 'line', 'id'])
        .execute();
      await db.schema
        .createTable('settled_row')
        .addColumn('id', 'text', (column) => column.primaryKey())
        .addColumn('practice', 'text', (column) => column.notNull())
        .addColumn('ubrn', 'text', (column) => column.notNull())
        .addColumn('how', 'text', (column) => column.notNull())
        .addColumn('patient', 'text')
        .addColumn('person', 'text', (column) => column.notNull())
        .addColumn('role', 'text', (column) => column.notNull())
        .addColumn('at', 'bigint', (column) => column.notNull())
        .addColumn('note', 'text')
        .addColumn('claim_id', 'text')
        .execute();
    },
  },
};

/** The practice that a row names; empty where it names none. */
const practiceOf = (cells: RawRow['cells']): string =>
  /^\s*([A-Z0-9]{3,10})\s*$/.exec(cells['practice'] ?? '')?.[1] ?? '';

export interface WaitingRow {
  readonly id: string;
  readonly file: string;
  readonly line: number;
  readonly cells: RawRow['cells'];
  readonly fault: Fault;
  readonly candidates: readonly Patient[];
  /** The practice says that it is not theirs. */
  readonly notOurs?: SettledBy;
}

/** What somebody at a practice said of a row, and who. */
export interface SettledBy {
  readonly practice: OdsCode;
  readonly how: RowAs;
  readonly patient: string | null;
  /** Empty where nobody of that id is held any more. */
  readonly byName: string;
  readonly role: Role;
  readonly at: Instant;
  readonly note: string | null;
}

/** Empty cells are no part of a row: a column more in the file makes it no other. */
export function waitingId(cells: RawRow['cells']): string {
  const said = Object.entries(cells).filter(([, cell]) => cell.trim() !== '');
  return digestOf(JSON.stringify(said.sort())).slice(0, 16);
}

type Waits = Omit<WaitingRow, 'id' | 'notOurs'>;

export async function putWaiting(tx: Tx, rows: readonly Waits[], now: Instant): Promise<void> {
  for (const { cells, file, line, fault, candidates } of rows) {
    const id = waitingId(cells);
    const said = {
      file,
      line,
      practice: practiceOf(cells),
      field: fault.column,
      why: fault.reason,
      candidates: JSON.stringify(candidates.map((patient) => patient.id)),
    };
    await tx
      .withTables<ImportTables>()
      .insertInto('waiting_row')
      .values({ id, ...said, cells: JSON.stringify(cells), at: now, done_at: null, done_note: null })
      .onConflict((conflict) => conflict.column('id').doUpdateSet(said))
      .execute();
  }
}

/** They have come in. */
export async function dropWaiting(tx: Tx, rows: readonly RawRow['cells'][]): Promise<void> {
  await inPieces(rows.map(waitingId), async (ids) => {
    await tx.withTables<ImportTables>().deleteFrom('waiting_row').where('id', 'in', ids).execute();
    return [];
  });
}

export async function putSettled(tx: Tx, row: ImportTables['settled_row']): Promise<void> {
  await tx.withTables<ImportTables>().insertInto('settled_row').values(row).execute();
}

/** By the row's digest. */
export async function readSettled(db: Db, ids: Iterable<string>): Promise<ReadonlyMap<string, SettledBy>> {
  const rows = await inPieces(ids, (piece) =>
    db
      .withTables<ImportTables>()
      .selectFrom('settled_row as s')
      .leftJoin('person as p', 'p.id', 's.person')
      .select(['s.id', 's.practice', 's.how', 's.patient', 'p.name', 's.role', 's.at', 's.note'])
      .where('s.id', 'in', piece)
      .execute(),
  );
  return new Map(rows.map(({ id, name, ...row }) => [id, { ...row, byName: name ?? '' }]));
}

/** For the operator's command: all of those that nobody has dealt with yet, the oldest first. */
export async function readWaiting(db: Db): Promise<WaitingRow[]> {
  const rows = await db
    .withTables<ImportTables>()
    .selectFrom('waiting_row')
    .selectAll()
    .where('done_at', 'is', null)
    .orderBy('at')
    .orderBy('file')
    .orderBy('line')
    .execute();
  const named = rows.map((row) => JSON.parse(row.candidates) as string[]);
  const patients = new Map(
    (
      await inPieces(named.flat(), (ids) =>
        db.selectFrom('patient').select(['id', 'body']).where('id', 'in', ids).execute(),
      )
    ).map(({ id, body }) => [id, JSON.parse(body) as Patient]),
  );
  const settled = await readSettled(
    db,
    rows.map(({ id }) => id),
  );
  return rows.map(({ id, file, line, cells, field, why }, n) => ({
    ...notOursOf(settled.get(id)),
    id,
    file,
    line,
    cells: JSON.parse(cells) as RawRow['cells'],
    fault: { column: field, reason: why },
    candidates: (named[n] ?? []).flatMap((patient) => patients.get(patient) ?? []),
  }));
}

const notOursOf = (notOurs: SettledBy | undefined) => (notOurs ? { notOurs } : {});

/** Somebody has dealt with it elsewhere. False: no such row waits. */
export async function closeWaiting(db: Db, id: string, note: string, now: Instant): Promise<boolean> {
  const { numUpdatedRows } = await db
    .withTables<ImportTables>()
    .updateTable('waiting_row')
    .set({ done_at: now, done_note: note })
    .where('id', '=', id)
    .where('done_at', 'is', null)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}
