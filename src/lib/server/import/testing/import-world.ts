/** The small world with an importer beside it; rows are written as a file has them, so that a test reads like one. */
import type { Patient, Referral } from '#lib/domain/referral.ts';
import { testNhsNumber } from '#lib/domain/nhs-number.ts';
import { isSqliteOutage } from '../../ledger/engines/sqlite.ts';
import { claimId, openWorld, smallLoad, type World } from '../../ledger/testing/small-world.ts';
import { readReferrals } from '../../ledger/referrals.ts';
import { ubrnSchema } from '#lib/domain/ids.ts';
import { verifyLedger } from '../../ledger/verify.ts';
import type { RawRow } from '../cells.ts';
import { importFile, type Counts, type Finding } from '../import.ts';
import type { ImportKind, Loader, Source } from '../loader.ts';
import { Organisations } from '../organisations.ts';
import { Referrals } from '../referrals.ts';
import { Services } from '../services.ts';
import { importMigrations, readWaiting, type WaitingRow } from '../waiting.ts';

type Cells = RawRow['cells'];

export interface ImportWorld extends World {
  /** Counts of what is not nought, and what was told, as "line column: reason". */
  bring(kind: ImportKind, rows: Source | readonly Cells[]): Promise<Brought>;
  referrals(): Promise<Referral[]>;
  patients(): Promise<Patient[]>;
  waiting(): Promise<WaitingRow[]>;
  /** The last entry of the journal. */
  seq(): Promise<number>;
  violations(): Promise<readonly string[]>;
}

export interface Brought {
  readonly counts: Partial<Counts>;
  readonly told: readonly string[];
  readonly findings: readonly Finding[];
}

export async function openImportWorld(): Promise<ImportWorld> {
  const world = await openWorld({ migrations: importMigrations });
  await world.clerk.load({ ...smallLoad([]), id: claimId(0xff_0002) });
  const { db } = world;
  let ids = 0;
  const newId = () => claimId(0xee_0000 + (ids += 1));
  return {
    ...world,
    async bring(kind, rows) {
      const findings: Finding[] = [];
      const counts = await importFile(
        {
          ledger: world,
          clock: () => world.time.now,
          ticks: () => 0,
          newId,
          pause: async () => undefined,
          isOutage: isSqliteOutage,
          log: (_, message) => void world.alarms.push(message),
          tell: (finding) => void findings.push(finding),
          progress: () => undefined,
        },
        loaderOf(kind, world.time.now, newId),
        'rows' in rows ? rows : sourceOfRows(kind, rows),
      );
      const told = findings.map(({ line, column, reason }) => `${line} ${column}: ${reason}`);
      const said = Object.entries(counts).filter(([name, n]) => name !== 'rows' && n > 0);
      return { counts: Object.fromEntries(said), told, findings };
    },
    async referrals() {
      const rows = await db.selectFrom('referral').select('ubrn').orderBy('ubrn').execute();
      return readReferrals(
        db,
        rows.map(({ ubrn }) => ubrnSchema.parse(ubrn)),
      );
    },
    async patients() {
      const rows = await db.selectFrom('patient').select('body').orderBy('nhs_number').execute();
      return rows.map(({ body }) => JSON.parse(body) as Patient);
    },
    waiting: () => readWaiting(db),
    async seq() {
      return (await db.selectFrom('head').select('seq').executeTakeFirstOrThrow()).seq;
    },
    async violations() {
      return (await verifyLedger(db, world.time.now)).violations;
    },
  };
}

function loaderOf(kind: ImportKind, now: number, newId: () => string): Loader<never> {
  const loader =
    kind === 'referrals'
      ? new Referrals({ now, newId })
      : kind === 'services'
        ? new Services()
        : new Organisations(kind);
  return loader as unknown as Loader<never>;
}

/** The first row is line 2, below a header. */
const sourceOfRows = (kind: ImportKind, rows: readonly Cells[]): Source => ({
  file: `${kind}.csv`,
  unit: 'line',
  rows: () => rows.map((cells, n) => ({ line: n + 2, cells })),
});

/** A good row of the n-th patient, with the booking reference of that number. */
export const row = (n: number, about: Cells = {}): Cells => ({
  ubrn: String(n).padStart(12, '0'),
  nhs_number: testNhsNumber(n),
  family_name: `Family${String.fromCharCode(96 + n)}`,
  given_name: `Given${String.fromCharCode(96 + n)}`,
  birth_date: '1961-08-06',
  sex: 'female',
  phone: '01632 960123',
  address: '14 Alma Road, Leeds',
  postcode: 'LS6 1AA',
  practice: 'A81001',
  referrer: 'Dr Grace Hill',
  specialty: 'EYES',
  clinic_type: 'GENERAL',
  priority: 'routine',
  shortlist: 'RXX01-eyes',
  referred_at: '2026-12-01',
  ...about,
});
