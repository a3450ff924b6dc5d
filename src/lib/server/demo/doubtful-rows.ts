/**
 * A file of referrals as another system might have sent it to the city practice, with three rows that nobody can settle from the
 * file alone: for a visitor to try what a practice does with them. They come in by the importer, as anybody's would.
 */
import { serviceIdSchema } from '#lib/domain/ids.ts';
import { addDays, type Instant } from '#lib/domain/instant.ts';
import { Cells, type RawRow } from '../import/cells.ts';
import { Referrals } from '../import/referrals.ts';
import { putWaiting } from '../import/waiting.ts';
import type { Clerk } from '../ledger/ledger.ts';
import { demoCast } from './cast.ts';
import { catalogueOf } from './catalogue.ts';
import type { WorldKey } from './plan.ts';

export const doubtfulFile = 'referrals-from-the-old-system.csv';

/** Where they stand in it: the rest of the file came in long ago. */
const lines = [18, 43, 57] as const;

/** Nobody holds it. */
const freeNumber = '9999800904';

export const doubtfulUbrns: readonly string[] = ['000049008011', '000049008020', '000049008038'];

export function doubtfulRows({ seed, size, today }: WorldKey): readonly RawRow[] {
  const service = 'RA701.ent';
  const { specialty } = catalogueOf(seed, size, today).service(serviceIdSchema.parse(service)).service;
  const { booked, noTimes } = demoCast;
  const referral = {
    practice: booked.practice,
    referrer: 'Dr Helen Osborne',
    specialty,
    clinic_type: 'Ear',
    priority: 'routine',
    shortlist: service,
    referred_at: addDays(today, -4),
  };
  const people = [
    // Two figures of the year changed places.
    personOf({ ...booked, birthDate: booked.birthDate.replace('1968', '1986') }),
    // One person with two numbers, or two people.
    personOf({ ...noTimes, nhsNumber: freeNumber }),
    personOf({
      nhsNumber: '',
      givenName: 'Gwen',
      familyName: 'Pascoe',
      birthDate: '1946-10-03',
      sex: 'female',
    }),
  ];
  return people.map((person, n) => ({
    line: lines[n] ?? 0,
    cells: { ubrn: doubtfulUbrns[n] ?? '', ...person, ...referral },
  }));
}

interface Named {
  readonly nhsNumber: string;
  readonly givenName: string;
  readonly familyName: string;
  readonly birthDate: string;
  readonly sex: string;
}

const personOf = ({ nhsNumber, givenName, familyName, birthDate, sex }: Named): RawRow['cells'] => ({
  nhs_number: nhsNumber,
  given_name: givenName,
  family_name: familyName,
  birth_date: birthDate,
  sex,
});

/** Judged and kept as the importer does. Throws where one would come in: a visitor would be told what is not so. */
export function bringDoubtfulRows(clerk: Pick<Clerk, 'load'>, key: WorldKey, at: Instant): Promise<void> {
  const newId = (): never => {
    throw new Error('demo world: a row in doubt was taken for somebody new');
  };
  const loader = new Referrals({ now: at, newId });
  const given = doubtfulRows(key).flatMap((raw) => {
    const row = loader.read(new Cells(raw));
    return row ? [{ line: raw.line, cells: raw.cells, row }] : [];
  });
  return clerk.load(async (tx) => {
    const { outcomes } = await loader.compose(tx, given);
    const waiting = given.flatMap((one, n) => {
      const outcome = outcomes[n];
      return outcome?.is === 'waits' ? [{ ...one, ...outcome, file: doubtfulFile }] : [];
    });
    if (waiting.length < lines.length) throw new Error('demo world: a row in doubt does not wait');
    await putWaiting(tx, waiting, at);
    return undefined;
  });
}
