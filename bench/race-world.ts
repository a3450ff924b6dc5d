// What the race is run on: ten practices of twenty desks, one hospital, and as many patients as want the same times.
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Ubrn } from '#lib/domain/ids.ts';
import { dayMs } from '#lib/domain/instant.ts';
import type { Author } from '#lib/domain/person.ts';
import { clinicScope, practiceScope } from '#lib/domain/scope.ts';
import type { Referral } from '#lib/domain/referral.ts';
import {
  claimId,
  code,
  monday,
  personOf,
  referral,
  service,
  serviceName,
  patient,
  ubrnNumber,
} from '#lib/server/ledger/testing/small-world.ts';
import { openLedger } from '#lib/server/ledger/open.ts';
import { AccessCodes } from '#lib/server/people/access-codes.ts';
import { secretOf } from '#lib/server/people/secret.ts';
import { peopleMigrations, type PeopleTables } from '#lib/server/people/tables.ts';

export const site = 'RRR01';
/** With times; what desks race for. */
export const openService = serviceName(`${site}-race`);
/** Without times, so that patients may be deferred to them and the clinic may book them itself. One a door. */
export const fullServices = [1, 2, 3].map((n) => serviceName(`${site}-full${n}`));

export interface RaceWorld {
  /** For the server's environment. */
  readonly env: Readonly<Record<string, string>>;
  readonly desks: readonly Author[];
  readonly clerk: Author;
  /** Referrals of each desk's practice, by its index. */
  readonly ubrns: readonly (readonly Ubrn[])[];
  readonly codes: ReadonlyMap<Ubrn, string>;
}

const practices = 10;
const rowsAtOnce = 400;
/** So many patients of each practice can sign in. */
const withCodes = 2;

export async function makeRaceWorld(
  data: string,
  deskCount: number,
  referralCount: number,
): Promise<RaceWorld> {
  const secret = randomBytes(32).toString('base64url');
  const clock = () => monday;
  const log = (_level: string, message: string) => console.error(message);
  const file = join(data, 'holdfast.db');
  const ledger = await openLedger({ file, clock, log, migrations: peopleMigrations });
  const practiceCodes = Array.from({ length: practices }, (_, i) => code(`P${String(i).padStart(5, '0')}`));
  const desks = Array.from({ length: deskCount }, (_, i): Author => {
    const practice = practiceCodes[i % practices] ?? code('P00000');
    return { person: `desk.${i}` as Author['person'], role: 'receptionist', scope: practiceScope(practice) };
  });
  const clerk: Author = {
    person: 'clerk' as Author['person'],
    role: 'clerk',
    scope: clinicScope(code(site)),
  };
  const referrals = Array.from({ length: referralCount }, (_, i): Referral => {
    const practice = practiceCodes[i % practices] ?? code('P00000');
    const shortlist = [openService, ...fullServices];
    return referral(i, {
      practice,
      patient: patient(i),
      specialty: 'RACE',
      shortlist,
      referredAt: monday - 7 * dayMs,
    });
  });
  await ledger.clerk.load({
    id: claimId(0xaa_0000),
    people: [...desks, clerk].map((author) => personOf(author)),
    services: [openService, ...fullServices].map((id) => service(id, { specialty: 'RACE' })),
  });
  for (let from = 0; from < referrals.length; from += rowsAtOnce) {
    const part = referrals.slice(from, from + rowsAtOnce);
    await ledger.clerk.load({ id: claimId(0xbb_0000 + from), referrals: part });
  }
  const [db, readDb] = [ledger.db, ledger.readDb].map((each) => each.withTables<PeopleTables>());
  const codes = new Map<Ubrn, string>();
  if (db && readDb) {
    const issuer = new AccessCodes(db, readDb, secretOf(secret), clock);
    for (let i = referralCount - withCodes * practices; i < referralCount; i += 1) {
      const issued = await issuer.issue(ubrnNumber(i));
      if (issued !== undefined) codes.set(ubrnNumber(i), issued);
    }
  }
  await ledger.close();
  return {
    env: {
      HOLDFAST_WORLD: 'none',
      HOLDFAST_TODAY: '2026-12-07',
      HOLDFAST_SECRET: secret,
      HOLDFAST_DEMO: 'on',
    },
    desks,
    clerk,
    ubrns: practiceCodes.map((_, p) =>
      referrals.flatMap(({ ubrn }, i) => (i % practices === p ? [ubrn] : [])),
    ),
    codes,
  };
}
