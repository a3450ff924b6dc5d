/**
 * Rows needing a person, as the practice that they name sees and settles them (docs/decisions/0022, 0023). What a row is about
 * is judged here each time, in one snapshot and against the whole ledger: as it is listed, and again in the transaction that
 * settles it.
 *
 *   settle ─ no such row for this practice ─────────────→ notTheirs
 *          ├ settled before ─ in the same way ──────────→ settled, already
 *          │                └ otherwise, or by the operator → settledOtherwise
 *          ├ it takes more than the practice knows ─────→ refused: operatorOnly, referenceInUse, faulty
 *          ├ a patient who is no candidate ─────────────→ refused: notACandidate
 *          ├ new, and the number is no good or held ────→ refused: numberUnusable
 *          └ else ─ a load with an entry of its own, and who said so ─→ settled
 */
import { doubtText, identify, whoItMayBe } from '#lib/domain/identity.ts';
import { claimIdSchema, type ClaimId, type OdsCode, type Ubrn } from '#lib/domain/ids.ts';
import type { Instant } from '#lib/domain/instant.ts';
import { parseNhsNumber, type NhsNumber } from '#lib/domain/nhs-number.ts';
import type { Author } from '#lib/domain/person.ts';
import { identityOf, type Patient, type Referral } from '#lib/domain/referral.ts';
import { scopeKey } from '#lib/domain/scope.ts';
import {
  rowsPageMax,
  type Candidate,
  type ForOperator,
  type RowsPage,
  type SettledRow,
  type SettleRow,
  type WaitingRow,
} from '#lib/protocol/rows.ts';
import type { Clerk } from '../ledger/ledger.ts';
import type { Load } from '../ledger/load.ts';
import { inPieces, type Db, type Tx } from '../ledger/rows.ts';
import { Cells, type RawRow } from './cells.ts';
import { putFormerNumbers, readFacts, type Facts } from './referral-facts.ts';
import type { ReferralRow } from './referral-row.ts';
import { faultsOf, patientOf, referralOf, Referrals } from './referrals.ts';
import { putSettled, readSettled, type ImportTables, type SettledBy } from './waiting.ts';

/** Of a candidate's referrals, as many as it takes to know somebody. */
const ubrnsMax = 3;

export type RowRefusal = 'operatorOnly' | 'referenceInUse' | 'faulty' | 'notACandidate' | 'numberUnusable';

export type RowAnswer =
  | { readonly kind: 'settled'; readonly settled: SettledRow }
  /** Another person of the practice was quicker, or the operator, and said something else. */
  | { readonly kind: 'settledOtherwise'; readonly settled: SettledRow }
  | { readonly kind: 'refused'; readonly why: RowRefusal }
  /** Another practice's, or nobody's: one answer. */
  | { readonly kind: 'notTheirs' };

export interface PracticeRowsDeps {
  readonly clerk: Pick<Clerk, 'load'>;
  readonly readDb: Db;
  readonly clock: () => Instant;
  /** A lower-case UUID. */
  readonly newId: () => string;
}

type Stored = ImportTables['waiting_row'];

export class PracticeRows {
  readonly #deps: PracticeRowsDeps;

  constructor(deps: PracticeRowsDeps) {
    this.#deps = deps;
  }

  count(practice: OdsCode): Promise<number> {
    return countOf(this.#deps.readDb, practice);
  }

  /** The oldest first; `after` is the `more` of the page before. */
  page(practice: OdsCode, after?: string): Promise<RowsPage> {
    return this.#deps.readDb.transaction().execute(async (tx) => {
      const rows = await readPage(tx, practice, after);
      const judged = await this.#judge(tx, practice, rows.slice(0, rowsPageMax));
      const last = rows[rowsPageMax - 1];
      return {
        rows: judged.map(rowOf),
        count: await countOf(tx, practice),
        more: rows.length > rowsPageMax && last ? `${last.at}.${last.line}.${last.id}` : null,
      };
    });
  }

  async settle(author: Author, id: string, asked: Pick<SettleRow, 'as' | 'note'>): Promise<RowAnswer> {
    let answer: RowAnswer = { kind: 'notTheirs' };
    await this.#deps.clerk.load(async (tx) => {
      // Told only once it is committed; the last run of this is the one that is.
      const said = await this.#settleIn(tx, author, id, asked);
      answer = said.answer;
      return said.load;
    });
    return answer;
  }

  async #settleIn(
    tx: Tx,
    author: Author,
    id: string,
    asked: Pick<SettleRow, 'as' | 'note'>,
  ): Promise<{ readonly answer: RowAnswer; readonly load?: Load }> {
    // A practice's scope is named by its code.
    const practice = scopeKey(author.scope) as OdsCode;
    const before = (await readSettled(tx, [id])).get(id);
    if (before?.practice === practice) return { answer: await answerOf(tx, id, before, asked.as) };
    const stored = await readRow(tx, practice, id);
    if (!stored) return { answer: { kind: 'notTheirs' } };
    if (stored.done_at !== null) return { answer: byOperator(stored.done_at) };
    const [judged] = await this.#judge(tx, practice, [stored]);
    const outcome = judged && this.#decide(judged, asked.as);
    if (!judged || !outcome) return { answer: { kind: 'notTheirs' } };
    if (typeof outcome === 'string') return { answer: { kind: 'refused', why: outcome } };

    const { referral, former } = outcome;
    const at = this.#deps.clock();
    const claim: ClaimId | null = referral ? claimIdSchema.parse(this.#deps.newId()) : null;
    const isOurs = await (referral ? dropRow(tx, id) : handBack(tx, id));
    // The operator does not take the ledger's head to close a row, so between reading and here they may have.
    if (!isOurs) return { answer: byOperator(at) };
    await putFormerNumbers(tx, former);
    await putSettled(tx, {
      id,
      practice,
      ubrn: judged.row?.ubrn ?? ('' as Ubrn),
      how: typeof asked.as === 'string' ? asked.as : 'patient',
      patient: referral?.patient.id ?? null,
      person: author.person,
      role: author.role,
      at,
      note: asked.note?.trim() || null,
      claim_id: claim,
    });
    const written = (await readSettled(tx, [id])).get(id);
    if (!written) throw new Error(`rows: ${id} was settled and is not written down`);
    const settled = settledRow(written, referral?.ubrn ?? null, false);
    const answer: RowAnswer = { kind: 'settled', settled };
    return claim && referral ? { answer, load: { id: claim, referrals: [referral] } } : { answer };
  }

  #decide(judged: Judged, as: SettleRow['as']): Outcome | RowRefusal {
    const { row, facts, forOperator, candidates } = judged;
    if (as === 'notOurs') return judged.mayBeNotOurs ? { former: [] } : 'operatorOnly';
    if (!row || forOperator) return refusalFor[forOperator ?? 'faulty'];
    if (as !== 'new') {
      const patient = candidates.find(({ id }) => id === as.patient);
      if (!patient) return 'notACandidate';
      // Bound, and nothing else: what the row says of the patient is in doubt, and changes nobody's record.
      const referral = referralOf(row, patient, undefined, facts);
      return Array.isArray(referral) ? 'faulty' : { referral, former: [] };
    }
    const number = parseNhsNumber(row.person.nhsNumber);
    if (!number || !judged.mayBeNew) return 'numberUnusable';
    const { patient } = patientOf(row.person, number, undefined, this.#deps.newId);
    const referral = referralOf(row, patient, undefined, facts);
    if (Array.isArray(referral)) return 'faulty';
    facts.put(referral);
    facts.keepFormer(row.person.formerNumber, patient);
    return { referral, former: facts.formerNumbers() };
  }

  /** In one moment, against the whole ledger. */
  async #judge(tx: Tx, practice: OdsCode, stored: readonly Stored[]): Promise<Judged[]> {
    const loader = new Referrals({ now: this.#deps.clock(), newId: this.#deps.newId });
    const given = stored.map((one) => {
      const cells = new Cells({ line: one.line, cells: JSON.parse(one.cells) as RawRow['cells'] });
      const row = loader.read(cells);
      return { stored: one, row: cells.faults.length > 0 ? undefined : row };
    });
    const read = given.flatMap(({ stored: { line }, row }) => (row ? [{ line, cells: {}, row }] : []));
    // That one file gave a number to two people is known by the reason that was written then.
    const contested = given.flatMap(({ stored: { why }, row }) =>
      why === doubtText.numberOfTwo ? (parseNhsNumber(row?.person.nhsNumber ?? '') ?? []) : [],
    );
    const facts = await readFacts(tx, read, new Set<NhsNumber>(contested));
    const all = read.flatMap(({ row }) => whoItMayBe(row.person, facts).map(({ id }) => id));
    const known = await referralsHere(tx, practice, all);
    return given.map(({ stored: one, row }) => judge(one, row, facts, known));
  }
}

interface Outcome {
  /** Undefined where nothing comes in. */
  readonly referral?: Referral;
  readonly former: readonly ImportTables['former_number'][];
}

interface Judged {
  readonly stored: Stored;
  /** Undefined where it can't be read any more. */
  readonly row: ReferralRow | undefined;
  readonly facts: Facts;
  readonly doubt: WaitingRow['doubt'];
  /** Those whom the practice knows. */
  readonly candidates: readonly Patient[];
  readonly forOperator: ForOperator | null;
  readonly mayBeNew: boolean;
  readonly mayBeNotOurs: boolean;
  readonly known: ReadonlyMap<string, readonly Ubrn[]>;
}

function judge(
  stored: Stored,
  row: ReferralRow | undefined,
  facts: Facts,
  known: ReadonlyMap<string, readonly Ubrn[]>,
): Judged {
  const base = { stored, row, facts, known };
  if (!row) {
    const nothing = { doubt: null, candidates: [], mayBeNew: false, mayBeNotOurs: true };
    return { ...base, ...nothing, forOperator: 'faulty' };
  }
  const all = whoItMayBe(row.person, facts);
  const candidates = all.filter(({ id, restricted }) => !restricted && known.has(id));
  const forOperator = whyOperator(row, facts, candidates.length < all.length);
  const { nhsNumber, formerNumber } = row.person;
  const number = parseNhsNumber(nhsNumber);
  const isHeld = [number, formerNumber].some((one) => one && facts.holder(one));
  const identity = identify(row.person, facts);
  const isRestricted = forOperator === 'restricted';
  return {
    ...base,
    // "The number is held by another" would tell of somebody whom the practice does not know.
    doubt:
      forOperator === 'others' || isRestricted ? null : identity.is === 'unsure' ? identity.doubt : 'none',
    candidates: isRestricted ? [] : candidates,
    forOperator,
    mayBeNew: !forOperator && number !== undefined && !isHeld,
    // Whose a row is that names nobody, its practice cannot say either.
    mayBeNotOurs: !isRestricted,
  };
}

function whyOperator(row: ReferralRow, facts: Facts, hasOthers: boolean): ForOperator | null {
  // Bound to a patient who is held, a row changes nothing of them: its flag would be lost.
  if (row.person.restricted) return 'restricted';
  if (facts.referral(row.ubrn)) return 'referenceInUse';
  if (hasOthers) return 'others';
  const { patient } = patientOf(row.person, '' as NhsNumber, undefined, () => '');
  const isFaulty =
    faultsOf(row, facts).length > 0 || Array.isArray(referralOf(row, patient, undefined, facts));
  return isFaulty ? 'faulty' : null;
}

const refusalFor = {
  others: 'operatorOnly',
  restricted: 'operatorOnly',
  referenceInUse: 'referenceInUse',
  faulty: 'faulty',
} as const satisfies Record<ForOperator, RowRefusal>;

function rowOf({ stored, row, known, ...judged }: Judged): WaitingRow {
  const { id, file, line } = stored;
  const { doubt, forOperator, mayBeNew, mayBeNotOurs } = judged;
  const isShown = row && forOperator !== 'restricted';
  return {
    ...{ id, file, line, doubt, forOperator, mayBeNew, mayBeNotOurs },
    ubrn: row?.ubrn ?? null,
    specialty: row?.specialty ?? '',
    clinicType: row?.clinicType ?? '',
    priority: row?.priority ?? null,
    referrer: row?.referrer ?? '',
    referredAt: row?.referredAt ?? null,
    person: isShown ? personOf(row) : null,
    candidates: judged.candidates.map((patient): Candidate => ({
      ...identityOf(patient),
      id: patient.id,
      ubrns: [...(known.get(patient.id) ?? [])].slice(0, ubrnsMax),
    })),
  };
}

function personOf({ person }: ReferralRow): WaitingRow['person'] {
  const { givenName, familyName, birthDate, nhsNumber, formerNumber, sex } = person;
  const number = parseNhsNumber(nhsNumber);
  return {
    ...{ givenName, familyName, birthDate },
    nhsNumber: number ?? nhsNumber,
    isNumberValid: number !== undefined,
    formerNumber: formerNumber ?? null,
    sex: sex ?? null,
  };
}

const settledRow = (by: SettledBy, ubrn: Ubrn | null, isAlready: boolean): SettledRow => ({
  how: by.how,
  byName: by.byName,
  byRole: by.role,
  at: by.at,
  ubrn,
  isAlready,
});

/** Said in the same way again it is already so, however late; anything else is told who was there before. */
async function answerOf(tx: Tx, id: string, before: SettledBy, as: SettleRow['as']): Promise<RowAnswer> {
  const isSame =
    typeof as === 'string' ? before.how === as : before.patient === as.patient && before.how === 'patient';
  const settled = settledRow(before, before.how === 'notOurs' ? null : await ubrnOf(tx, id), isSame);
  return isSame ? { kind: 'settled', settled } : { kind: 'settledOtherwise', settled };
}

/** What the operator wrote of it is the operator's. */
const byOperator = (at: Instant): RowAnswer => ({
  kind: 'settledOtherwise',
  settled: { how: 'operator', byName: '', byRole: null, at, ubrn: null, isAlready: false },
});

const tables = (db: Db) => db.withTables<ImportTables>();

async function ubrnOf(tx: Tx, id: string): Promise<Ubrn | null> {
  const row = await tables(tx)
    .selectFrom('settled_row')
    .select('ubrn')
    .where('id', '=', id)
    .executeTakeFirst();
  return row?.ubrn ?? null;
}

function readRow(tx: Tx, practice: OdsCode, id: string): Promise<Stored | undefined> {
  return tables(tx)
    .selectFrom('waiting_row')
    .selectAll()
    .where('id', '=', id)
    .where('practice', '=', practice)
    .executeTakeFirst();
}

/** One more than a page holds: whether there is another page is then known. */
function readPage(db: Db, practice: OdsCode, after: string | undefined): Promise<Stored[]> {
  let query = waitingFor(db, practice).selectAll();
  if (after !== undefined) {
    const [at = '', line = '', id = ''] = after.split('.');
    query = query.where((where) =>
      where.eb(where.refTuple('at', 'line', 'id'), '>', where.tuple(Number(at), Number(line), id)),
    );
  }
  return query
    .orderBy('at')
    .orderBy('line')
    .orderBy('id')
    .limit(rowsPageMax + 1)
    .execute();
}

async function countOf(db: Db, practice: OdsCode): Promise<number> {
  const { count } = await waitingFor(db, practice)
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  return Number(count);
}

const waitingFor = (db: Db, practice: OdsCode) =>
  tables(db).selectFrom('waiting_row').where('practice', '=', practice).where('done_at', 'is', null);

/** The practice's own referrals of these patients, the newest reference first. */
async function referralsHere(
  tx: Tx,
  practice: OdsCode,
  patients: readonly string[],
): Promise<ReadonlyMap<string, readonly Ubrn[]>> {
  const rows = await inPieces(patients, (ids) =>
    tx
      .selectFrom('referral')
      .select(['patient', 'ubrn'])
      .where('patient', 'in', ids)
      .where('practice', '=', practice)
      .orderBy('ubrn', 'desc')
      .execute(),
  );
  const groups = Map.groupBy(rows, ({ patient }) => patient);
  return new Map([...groups].map(([patient, theirs]) => [patient, theirs.map(({ ubrn }) => ubrn)]));
}

/** It has come in. False: the operator has dealt with it. */
async function dropRow(tx: Tx, id: string): Promise<boolean> {
  const { numDeletedRows } = await tables(tx)
    .deleteFrom('waiting_row')
    .where('id', '=', id)
    .where('done_at', 'is', null)
    .executeTakeFirst();
  return numDeletedRows > 0n;
}

/** Somebody still has to find out whose it is, and that is the operator now. False: they have. */
async function handBack(tx: Tx, id: string): Promise<boolean> {
  const { numUpdatedRows } = await tables(tx)
    .updateTable('waiting_row')
    .set({ practice: '' })
    .where('id', '=', id)
    .where('done_at', 'is', null)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}
