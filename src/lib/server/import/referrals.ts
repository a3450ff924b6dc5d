/**
 * Referrals with their patients. Whom a row is about is domain/identity.ts's to say; here it is given the facts, and a row it is
 * sure of is brought together with what is held. What a row leaves empty stays as it was.
 */
import {
  doubtText,
  hasSameInitial,
  identify,
  nameAgrees,
  type IdentityFacts,
  type Particulars,
} from '#lib/domain/identity.ts';
import { serviceIdSchema, ubrnSchema, type OdsCode, type ServiceId, type Ubrn } from '#lib/domain/ids.ts';
import { dayMs, localDate, type Instant, type LocalDate } from '#lib/domain/instant.ts';
import { parseNhsNumber, type NhsNumber } from '#lib/domain/nhs-number.ts';
import type { Priority } from '#lib/domain/priority.ts';
import type { Patient, Referral } from '#lib/domain/referral.ts';
import type { Service } from '#lib/domain/service.ts';
import type { Organisation } from '../ledger/load.ts';
import { readReferrals } from '../ledger/referrals.ts';
import { inPieces, type Tx } from '../ledger/rows.ts';
import { listMax, type Cells, type Column, type Fault } from './cells.ts';
import {
  isSameRow,
  keyCell,
  missing,
  type Given,
  type Loader,
  type LoaderDeps,
  type Outcome,
} from './loader.ts';
import { readOrganisations } from './organisations.ts';
import { readServices } from './services.ts';
import type { ImportTables } from './waiting.ts';

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
  { name: 'specialty', need: 'new', example: 'ENT', about: 'As the services name it' },
  { name: 'clinic_type', need: 'new', example: 'Ear', about: '' },
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
    about: `Ids of services that are loaded, 1 to ${listMax}, separated by |`,
  },
  { name: 'referred_at', need: 'new', example: '2026-11-20T09:30', about: 'A date, or a date and UK time' },
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

interface Person extends Particulars {
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

export class Referrals implements Loader<ReferralRow> {
  readonly kind = 'referrals';
  readonly columns = referralColumns;
  readonly #deps: LoaderDeps;
  readonly #firstOf = new Map<NhsNumber, Pick<Person, 'givenName' | 'familyName' | 'birthDate'>>();
  /** Numbers in more than one row, and those of them that the file gives to people who are not the same. */
  readonly #repeated = new Set<NhsNumber>();
  readonly #contested = new Set<NhsNumber>();
  readonly #saidOf = new Map<string, { readonly line: number; readonly person: Person }>();

  constructor(deps: LoaderDeps) {
    this.#deps = deps;
  }

  read(cells: Cells): ReferralRow | undefined {
    const ubrn = keyCell(
      cells,
      'ubrn',
      { safeParse: (text: string) => ubrnSchema.safeParse(text.replace(/[ -]/g, '')) },
      'is not 12 digits: a spreadsheet drops leading zeros unless the column is text',
    );
    const person = this.#readPerson(cells);
    const shortlist = cells.list('shortlist')?.map((id) => serviceIdSchema.safeParse(id).data);
    if (shortlist?.includes(undefined))
      cells.fault('shortlist', 'has an entry that is not the id of a service');
    const referredAt = cells.instant('referred_at');
    if (referredAt !== undefined && referredAt > this.#deps.now + dayMs)
      cells.fault('referred_at', 'is in the future');
    const row = {
      practice: cells.matching('practice', /^[A-Z0-9]{3,10}$/, 'is not an ODS code') as OdsCode | undefined,
      referrer: cells.text('referrer'),
      specialty: cells.text('specialty'),
      clinicType: cells.text('clinic_type'),
      priority: cells.oneOf<Priority>('priority', priorities),
      choice: cells.oneOf<Referral['choice']>('choice', choices),
      shortlist: shortlist?.filter((id) => id !== undefined),
      referredAt,
    };
    return ubrn && person && { ubrn, person, ...row };
  }

  #readPerson(cells: Cells): Person | undefined {
    const familyName = needed(cells, 'family_name', cells.text('family_name', 100));
    const givenName = needed(cells, 'given_name', cells.text('given_name', 100));
    const birthDate = needed(cells, 'birth_date', this.#birthDate(cells));
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

  #birthDate(cells: Cells): LocalDate | undefined {
    const date = cells.date('birth_date');
    if (date === undefined) return undefined;
    if (date > localDate(this.#deps.now)) return cells.fault('birth_date', 'is in the future');
    return date < '1890-01-01' ? cells.fault('birth_date', 'is before 1890') : date;
  }

  keyOf = ({ ubrn }: ReferralRow) => ubrn;

  survey({ person }: ReferralRow): void {
    const number = parseNhsNumber(person.nhsNumber);
    if (!number) return;
    const { givenName, familyName, birthDate } = person;
    const first = this.#firstOf.get(number);
    if (!first) return void this.#firstOf.set(number, { givenName, familyName, birthDate });
    this.#repeated.add(number);
    if (first.birthDate !== birthDate || !nameAgrees(first, person)) this.#contested.add(number);
  }

  /**
   * One patient in several rows: what the file said first of them stands, and later rows add what was left empty. With the
   * last to win, a file whose rows differ would change something every time it is loaded.
   */
  prepare(row: ReferralRow, line: number) {
    const number = parseNhsNumber(row.person.nhsNumber);
    if (!number || !this.#repeated.has(number)) return { row, notes: [] };
    const { givenName, familyName, birthDate } = row.person;
    const key = this.#contested.has(number) ? [number, birthDate, familyName, givenName].join('|') : number;
    const before = this.#saidOf.get(key);
    const notes: Fault[] = [];
    const person = before ? { ...row.person, ...said(before.person) } : row.person;
    for (const [name, column] of Object.entries(personColumns) as [keyof typeof personColumns, string][]) {
      const [here, there] = [row.person[name], before?.person[name]];
      if (here !== undefined && there !== undefined && here !== there)
        notes.push({
          column,
          reason: `differs from line ${before?.line ?? 0} for the same patient, which stands`,
        });
    }
    this.#saidOf.set(key, { line: before?.line ?? line, person });
    return { row: { ...row, person }, notes };
  }

  async compose(tx: Tx, rows: readonly Given<ReferralRow>[]) {
    const facts = await readFacts(tx, rows, this.#contested);
    const outcomes = rows.map(({ row }) => this.#decide(row, facts));
    await putFormerNumbers(tx, facts.formerNumbers());
    return { load: { referrals: facts.changed() }, outcomes };
  }

  #decide(row: ReferralRow, facts: Facts): Outcome {
    const { person, ubrn } = row;
    const identity = identify(person, facts);
    if (identity.is === 'unsure') {
      const column =
        identity.doubt === 'otherBirthDate'
          ? 'birth_date'
          : identity.doubt === 'otherName'
            ? 'family_name'
            : 'nhs_number';
      return {
        is: 'waits',
        fault: { column, reason: doubtText[identity.doubt] },
        candidates: identity.candidates,
      };
    }
    const known = identity.is === 'known' ? identity.patient : undefined;
    const stored = facts.referral(ubrn);
    if (stored && stored.patient.id !== known?.id) {
      const reason = 'Refused: this booking reference belongs to another patient';
      return { is: 'waits', fault: { column: 'ubrn', reason }, candidates: [stored.patient] };
    }
    const faults = faultsOf(row, facts);
    if (faults.length > 0) return { is: 'bad', faults };
    const { patient, notes } = patientOf(person, identity.number, known, this.#deps.newId);
    const referral = referralOf(row, patient, stored, facts);
    if (Array.isArray(referral)) return { is: 'bad', faults: referral };
    const isFormer = facts.keepFormer(person.formerNumber, patient);
    const isSame = isSameRow(stored, referral) && isSameRow(known, patient) && !isFormer;
    if (!isSame) facts.put(referral);
    return { is: !stored ? 'added' : isSame ? 'unchanged' : 'updated', notes };
  }
}

const postcodePattern = /^([A-Z]{1,2}\d[A-Z\d]?)(?: ?\d[A-Z]{2})?$/i;

const personColumns = {
  familyName: 'family_name',
  givenName: 'given_name',
  sex: 'sex',
  phone: 'phone',
  address: 'address',
  district: 'postcode',
} as const satisfies Partial<Record<keyof Person, string>>;

/** What was given, without what was not: to lay over something else. The number and the flag are each row's own. */
function said(person: Person): Partial<Person> {
  const { nhsNumber: _, formerNumber: __, restricted: ___, ...details } = person;
  return Object.fromEntries(Object.entries(details).filter(([, value]) => value !== undefined));
}

function needed<T>(cells: Cells, column: string, value: T | undefined): T | undefined {
  const isFaulty = cells.faults.some((fault) => fault.column === column);
  return value === undefined && !isFaulty ? cells.fault(column, 'is empty') : value;
}

export function faultsOf({ practice, shortlist = [] }: ReferralRow, facts: Facts): Fault[] {
  const faults: Fault[] = [];
  if (practice && facts.practice(practice)?.kind !== 'practice')
    faults.push({ column: 'practice', reason: `${practice} is not loaded as a practice` });
  const unknown = shortlist.filter((id) => !facts.service(id));
  if (unknown.length > 0)
    faults.push({ column: 'shortlist', reason: `${unknown.join(', ')}: no such service is loaded` });
  return faults;
}

export function patientOf(
  person: Person,
  number: NhsNumber,
  known: Patient | undefined,
  newId: () => string,
): { readonly patient: Patient; readonly notes: readonly Fault[] } {
  const { familyName, givenName, birthDate, sex, phone, address, district, restricted } = person;
  const notes: Fault[] = [];
  const note = (column: string, reason: string) => notes.push({ column, reason });
  // By the family name alone it may be a twin: linked, since the rule says so, but nobody is renamed for it.
  const isRenamed = !known || hasSameInitial(person, known);
  if (!isRenamed)
    note('given_name', 'begins otherwise than the one held, which stays: is it the same person?');
  else if (known && known.familyName !== familyName)
    note('family_name', 'was another before: the name is changed');
  if (known && known.nhsNumber !== number) note('nhs_number', 'takes the place of the number held before');
  if (known && number !== parseNhsNumber(person.nhsNumber))
    note('nhs_number', 'has been replaced by another: the patient is held under the new one');
  if (known?.restricted && restricted === false) note('restricted', 'stays yes: a file cannot lift it');
  const patient: Patient = {
    ...known,
    id: known?.id ?? newId(),
    nhsNumber: number,
    givenName: isRenamed ? givenName : known.givenName,
    familyName,
    birthDate,
    sex: sex ?? known?.sex ?? 'other',
    phone: phone ?? known?.phone ?? '',
    address: address ?? known?.address ?? '',
    district: district ?? known?.district ?? '',
    restricted: (known?.restricted ?? false) || (restricted ?? false),
  };
  return { patient, notes };
}

export function referralOf(
  row: ReferralRow,
  patient: Patient,
  stored: Referral | undefined,
  facts: Facts,
): Referral | Fault[] {
  const practice = row.practice ?? stored?.practice;
  const referrer = row.referrer ?? stored?.referrer;
  const specialty = row.specialty ?? stored?.specialty;
  const clinicType = row.clinicType ?? stored?.clinicType;
  const priority = row.priority ?? stored?.priority;
  const shortlist = row.shortlist ?? stored?.shortlist;
  const referredAt = row.referredAt ?? stored?.referredAt;
  if (
    practice === undefined ||
    referrer === undefined ||
    specialty === undefined ||
    clinicType === undefined ||
    priority === undefined ||
    shortlist === undefined ||
    referredAt === undefined
  ) {
    return [
      ...missing({
        practice,
        referrer,
        specialty,
        clinic_type: clinicType,
        priority,
        shortlist,
        referred_at: referredAt,
      }),
    ];
  }
  const { name = '', phone = '' } = facts.practice(practice) ?? {};
  const isTriage = shortlist.every((id) => facts.service(id)?.booking === 'triage');
  const choice = priority === 'routine' && !isTriage ? 'anywhere' : 'shortlist';
  return {
    ...stored,
    ubrn: row.ubrn,
    patient,
    practice,
    practiceName: name || (stored?.practiceName ?? ''),
    practicePhone: phone || (stored?.practicePhone ?? ''),
    referrer,
    specialty,
    clinicType,
    priority,
    choice: row.choice ?? stored?.choice ?? choice,
    shortlist: [...shortlist],
    referredAt,
    status: stored?.status ?? { state: 'open', closed: null, deferral: null },
  };
}

/** What the rows of a batch name, read once; and what becomes of it row by row. */
export class Facts implements IdentityFacts {
  readonly #patients = new Map<string, Patient>();
  readonly #byNumber = new Map<string, string>();
  readonly #bornOn = new Map<LocalDate, Set<string>>();
  readonly #referrals: Map<Ubrn, Referral>;
  readonly #changed = new Set<Ubrn>();
  readonly #newFormer = new Map<string, string>();
  readonly #organisations: ReadonlyMap<OdsCode, Organisation>;
  readonly #services: ReadonlyMap<ServiceId, Service>;
  readonly #contested: ReadonlySet<NhsNumber>;

  constructor(held: {
    readonly patients: readonly Patient[];
    readonly former: readonly ImportTables['former_number'][];
    readonly referrals: readonly Referral[];
    readonly organisations: ReadonlyMap<OdsCode, Organisation>;
    readonly services: ReadonlyMap<ServiceId, Service>;
    readonly contested: ReadonlySet<NhsNumber>;
  }) {
    for (const { nhs_number, patient } of held.former) this.#byNumber.set(nhs_number, patient);
    for (const patient of held.patients) this.#keep(patient);
    this.#referrals = new Map(held.referrals.map((referral) => [referral.ubrn, referral]));
    for (const { patient } of held.referrals) this.#keep(patient);
    this.#organisations = held.organisations;
    this.#services = held.services;
    this.#contested = held.contested;
  }

  holder = (number: NhsNumber) => this.#patients.get(this.#byNumber.get(number) ?? '');
  bornOn = (date: LocalDate) =>
    [...(this.#bornOn.get(date) ?? [])].flatMap((id) => this.#patients.get(id) ?? []);
  isContested = (number: NhsNumber) => this.#contested.has(number);
  practice = (code: OdsCode) => this.#organisations.get(code);
  service = (id: ServiceId) => this.#services.get(id);

  referral(ubrn: Ubrn): Referral | undefined {
    const referral = this.#referrals.get(ubrn);
    return referral && { ...referral, patient: this.#patients.get(referral.patient.id) ?? referral.patient };
  }

  put(referral: Referral): void {
    this.#keep(referral.patient);
    this.#referrals.set(referral.ubrn, referral);
    this.#changed.add(referral.ubrn);
  }

  /** True if this is news. A number that somebody holds is nobody's former one. */
  keepFormer(number: NhsNumber | undefined, { id, nhsNumber }: Patient): boolean {
    const holder = number && this.holder(number);
    if (!number || number === nhsNumber || (holder && holder.nhsNumber !== number)) return false;
    this.#newFormer.set(number, id);
    this.#byNumber.set(number, id);
    return true;
  }

  /** Each with its patient as they are after the last row. */
  changed(): Referral[] {
    return [...this.#changed].flatMap((ubrn) => this.referral(ubrn) ?? []);
  }

  formerNumbers(): ImportTables['former_number'][] {
    return [...this.#newFormer].map(([nhs_number, patient]) => ({ nhs_number, patient }));
  }

  #keep(patient: Patient): void {
    this.#patients.set(patient.id, patient);
    this.#byNumber.set(patient.nhsNumber, patient.id);
    const born = this.#bornOn.get(patient.birthDate) ?? new Set();
    this.#bornOn.set(patient.birthDate, born.add(patient.id));
  }
}

export async function putFormerNumbers(
  tx: Tx,
  rows: readonly ImportTables['former_number'][],
): Promise<void> {
  if (rows.length === 0) return;
  await tx.withTables<ImportTables>().insertInto('former_number').values(rows).execute();
}

export async function readFacts(
  tx: Tx,
  rows: readonly Given<ReferralRow>[],
  contested: ReadonlySet<NhsNumber>,
): Promise<Facts> {
  const given = rows.map(({ row }) => row);
  const numbers = given.flatMap(({ person }) =>
    [parseNhsNumber(person.nhsNumber) ?? [], person.formerNumber ?? []].flat(),
  );
  const former = await inPieces(numbers, (piece) =>
    tx
      .withTables<ImportTables>()
      .selectFrom('former_number')
      .selectAll()
      .where('nhs_number', 'in', piece)
      .execute(),
  );
  const holders = await inPieces(numbers, (piece) =>
    tx.selectFrom('patient').select('body').where('nhs_number', 'in', piece).execute(),
  );
  const formers = await inPieces(
    former.map(({ patient }) => patient),
    (piece) => tx.selectFrom('patient').select('body').where('id', 'in', piece).execute(),
  );
  const sameDay = await inPieces(
    given.map(({ person }) => person.birthDate),
    (piece) => tx.selectFrom('patient').select('body').where('birth_date', 'in', piece).execute(),
  );
  const referrals = await readReferrals(
    tx,
    given.map(({ ubrn }) => ubrn),
  );
  return new Facts({
    // Formers and holders last: the same row either way.
    patients: [...sameDay, ...formers, ...holders].map(({ body }) => JSON.parse(body) as Patient),
    former,
    referrals,
    organisations: await readOrganisations(tx, [
      ...given.flatMap(({ practice }) => practice ?? []),
      ...referrals.map(({ practice }) => practice),
    ]),
    services: await readServices(tx, [
      ...given.flatMap(({ shortlist }) => shortlist ?? []),
      ...referrals.flatMap(({ shortlist }) => shortlist),
    ]),
    contested,
  });
}
