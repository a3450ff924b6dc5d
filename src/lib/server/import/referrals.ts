/**
 * Referrals with their patients. Whom a row is about is domain/identity.ts's to say; here it is given the facts, and a row it is
 * sure of is brought together with what is held. What a row leaves empty stays as it was.
 */
import { doubtText, hasSameInitial, identify, nameAgrees } from '#lib/domain/identity.ts';
import { parseNhsNumber, type NhsNumber } from '#lib/domain/nhs-number.ts';
import type { Patient, Referral } from '#lib/domain/referral.ts';
import type { Tx } from '../ledger/rows.ts';
import type { Cells, Fault } from './cells.ts';
import { isSameRow, missing, type Given, type Loader, type LoaderDeps, type Outcome } from './loader.ts';
import { putFormerNumbers, readFacts, type Facts } from './referral-facts.ts';
import { readReferralRow, referralColumns, type Person, type ReferralRow } from './referral-row.ts';

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

  read = (cells: Cells) => readReferralRow(cells, this.#deps.now);

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
    const kept =
      stored && facts.isOfferedHere(ubrn) ? withoutOffer(row, stored) : { row, notes: [] as Fault[] };
    const referral = referralOf(kept.row, patient, stored, facts);
    if (Array.isArray(referral)) return { is: 'bad', faults: referral };
    const isFormer = facts.keepFormer(person.formerNumber, patient);
    const isSame = isSameRow(stored, referral) && isSameRow(known, patient) && !isFormer;
    if (!isSame) facts.put(referral);
    return { is: !stored ? 'added' : isSame ? 'unchanged' : 'updated', notes: [...notes, ...kept.notes] };
  }
}

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

const offerColumns = {
  specialty: 'specialty',
  clinicType: 'clinic_type',
  priority: 'priority',
  choice: 'choice',
  shortlist: 'shortlist',
} as const satisfies Partial<Record<keyof ReferralRow, string>>;

/** A file is of before: what a practice has decided here since is not undone by loading it again. */
function withoutOffer(row: ReferralRow, stored: Referral): { row: ReferralRow; notes: Fault[] } {
  const notes: Fault[] = [];
  for (const [name, column] of Object.entries(offerColumns) as [keyof typeof offerColumns, string][]) {
    const given = row[name];
    if (given !== undefined && JSON.stringify(given) !== JSON.stringify(stored[name]))
      notes.push({ column, reason: 'is not what the practice has decided here since, which stays' });
  }
  const none = { specialty: undefined, clinicType: undefined, priority: undefined };
  return { row: { ...row, ...none, choice: undefined, shortlist: undefined }, notes };
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
