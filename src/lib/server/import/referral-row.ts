/** A row of a file of referrals: its columns, and what can be read of it by itself, beside no other row and no ledger. */
import type { Particulars } from '#lib/domain/identity.ts';
import { serviceIdSchema, ubrnSchema, type OdsCode, type ServiceId, type Ubrn } from '#lib/domain/ids.ts';
import { dayMs, localDate, type Instant, type LocalDate } from '#lib/domain/instant.ts';
import { parseNhsNumber } from '#lib/domain/nhs-number.ts';
import type { Priority } from '#lib/domain/priority.ts';
import { offerSchema, shortlistMax, type Patient, type Referral } from '#lib/domain/referral.ts';
import { mostOf, type Cells, type Column } from './cells.ts';
import { keyCell } from './loader.ts';

/** What claims take: of a referral with more, the offer could never be changed. */
export const specialtyCharsMax = mostOf(offerSchema.shape.specialty);
export const clinicTypeCharsMax = mostOf(offerSchema.shape.clinicType);

/** No booking reference is as old. An older date is a slip of the pen, or a system's way to say that it has none. */
const referredFrom: LocalDate = '2000-01-01';

export const referralColumns: readonly Column[] = [
  {
    name: 'ubrn',
    need: 'key',
    example: '000049871236',
    about: 'Booking reference: 12 digits, leading zeros kept',
  },
  {
    name: 'nhs_number',
    need: 'new',
    example: '999 000 0018',
    about: 'A row without a valid one waits for a person',
  },
  {
    name: 'former_nhs_number',
    need: 'free',
    example: '',
    about: 'One that nhs_number has taken the place of',
  },
  { name: 'family_name', need: 'new', example: 'Hargreaves', about: '' },
  { name: 'given_name', need: 'new', example: 'Maureen', about: '' },
  { name: 'birth_date', need: 'new', example: '1952-03-09', about: '1952-03-09 or 09/03/1952' },
  { name: 'sex', need: 'free', example: 'female', about: 'female, male, other; other when empty' },
  { name: 'phone', need: 'free', example: '01632 960123', about: '' },
  { name: 'address', need: 'free', example: '14 Alma Road, Bristol', about: '' },
  { name: 'postcode', need: 'free', example: 'BS8 2ES', about: 'Its first half is kept for distances' },
  {
    name: 'restricted',
    need: 'free',
    example: 'no',
    about: 'yes, no: an S-flag. A file sets it and never lifts it',
  },
  { name: 'practice', need: 'new', example: 'L81015', about: 'ODS code of a practice that is loaded' },
  { name: 'referrer', need: 'new', example: 'Dr Helen Marsh', about: 'As letters name the clinician' },
  {
    name: 'specialty',
    need: 'new',
    example: 'ENT',
    about: `As the services name it, ${specialtyCharsMax} characters at most`,
  },
  {
    name: 'clinic_type',
    need: 'new',
    example: 'Ear',
    about: `${clinicTypeCharsMax} characters at most`,
  },
  { name: 'priority', need: 'new', example: 'routine', about: 'routine, urgent, TWO_WEEK_WAIT' },
  {
    name: 'choice',
    need: 'free',
    example: '',
    about: 'anywhere, shortlist; when empty anywhere for routine that is not triage',
  },
  {
    name: 'shortlist',
    need: 'new',
    example: 'RA701-ent',
    about: `Ids of services that are loaded, 1 to ${shortlistMax}, separated by |`,
  },
  {
    name: 'referred_at',
    need: 'new',
    example: '2026-11-20T09:30',
    about: `A date, or a date and UK time; not before ${referredFrom}`,
  },
];

const priorities = { routine: 'routine', urgent: 'urgent', TWO_WEEK_WAIT: 'TWO_WEEK_WAIT' } as const;
const sexes = {
  female: 'female',
  male: 'male',
  other: 'other',
  f: 'female',
  m: 'male',
  indeterminate: 'other',
} as const;
const choices = { anywhere: 'anywhere', shortlist: 'shortlist' } as const;
const yesOrNo = {
  yes: true,
  no: false,
  true: true,
  false: false,
  y: true,
  n: false,
  1: true,
  0: false,
} as const;

export interface Person extends Particulars {
  readonly sex: Patient['sex'] | undefined;
  readonly phone: string | undefined;
  readonly address: string | undefined;
  readonly district: string | undefined;
  readonly restricted: boolean | undefined;
}

export interface ReferralRow {
  readonly ubrn: Ubrn;
  readonly person: Person;
  readonly practice: OdsCode | undefined;
  readonly referrer: string | undefined;
  readonly specialty: string | undefined;
  readonly clinicType: string | undefined;
  readonly priority: Priority | undefined;
  readonly choice: Referral['choice'] | undefined;
  readonly shortlist: readonly ServiceId[] | undefined;
  readonly referredAt: Instant | undefined;
}

const postcodePattern = /^([A-Z]{1,2}\d[A-Z\d]?)(?: ?\d[A-Z]{2})?$/i;

/** Undefined where too little can be read to say whom it is about; every fault is in `cells`. */
export function readReferralRow(cells: Cells, now: Instant): ReferralRow | undefined {
  const ubrn = keyCell(
    cells,
    'ubrn',
    { safeParse: (text: string) => ubrnSchema.safeParse(text.replace(/[ -]/g, '')) },
    'is not 12 digits: a spreadsheet drops leading zeros unless the column is text',
  );
  const person = readPerson(cells, now);
  const shortlist = cells
    .list('shortlist', { entriesMax: shortlistMax })
    ?.map((id) => serviceIdSchema.safeParse(id).data);
  if (shortlist?.includes(undefined))
    cells.fault('shortlist', 'has an entry that is not the id of a service');
  const row = {
    practice: cells.matching('practice', /^[A-Z0-9]{3,10}$/, 'is not an ODS code') as OdsCode | undefined,
    referrer: cells.text('referrer'),
    specialty: cells.text('specialty', specialtyCharsMax),
    clinicType: cells.text('clinic_type', clinicTypeCharsMax),
    priority: cells.oneOf<Priority>('priority', priorities),
    choice: cells.oneOf<Referral['choice']>('choice', choices),
    shortlist: shortlist?.filter((id) => id !== undefined),
    referredAt: cells.instant('referred_at', referredFrom, now + dayMs),
  };
  return ubrn && person && { ubrn, person, ...row };
}

function readPerson(cells: Cells, now: Instant): Person | undefined {
  const familyName = needed(cells, 'family_name', cells.text('family_name', 100));
  const givenName = needed(cells, 'given_name', cells.text('given_name', 100));
  const birthDate = needed(cells, 'birth_date', readBirthDate(cells, now));
  const former = cells.text('former_nhs_number');
  const formerNumber = former === undefined ? undefined : parseNhsNumber(former);
  if (former !== undefined && !formerNumber) cells.fault('former_nhs_number', 'is not a valid NHS number');
  const postcode = cells.matching('postcode', postcodePattern, 'is not a UK postcode');
  const person = {
    nhsNumber: cells.text('nhs_number', 40) ?? '',
    formerNumber,
    sex: cells.oneOf<Patient['sex'] | undefined>('sex', { ...sexes, unknown: undefined }),
    phone: cells.phone('phone'),
    address: cells.text('address'),
    district: postcode && postcodePattern.exec(postcode)?.[1]?.toUpperCase(),
    restricted: cells.oneOf<boolean>('restricted', yesOrNo),
  };
  return familyName && givenName && birthDate ? { familyName, givenName, birthDate, ...person } : undefined;
}

function readBirthDate(cells: Cells, now: Instant): LocalDate | undefined {
  const date = cells.date('birth_date');
  if (date === undefined) return undefined;
  if (date > localDate(now)) return cells.fault('birth_date', 'is in the future');
  return date < '1890-01-01' ? cells.fault('birth_date', 'is before 1890') : date;
}

function needed<T>(cells: Cells, column: string, value: T | undefined): T | undefined {
  const isFaulty = cells.faults.some((fault) => fault.column === column);
  return value === undefined && !isFaulty ? cells.fault(column, 'is empty') : value;
}
