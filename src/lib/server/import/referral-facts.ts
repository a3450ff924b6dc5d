/** What a batch of referral rows names, as the ledger holds it: read once, and what becomes of it row by row. */
import type { IdentityFacts } from '#lib/domain/identity.ts';
import type { OdsCode, ServiceId, Ubrn } from '#lib/domain/ids.ts';
import type { LocalDate } from '#lib/domain/instant.ts';
import { parseNhsNumber, type NhsNumber } from '#lib/domain/nhs-number.ts';
import type { Patient, Referral } from '#lib/domain/referral.ts';
import { patientScope, ubrnOfScope } from '#lib/domain/scope.ts';
import type { Service } from '#lib/domain/service.ts';
import type { Organisation } from '../ledger/load.ts';
import { readReferrals } from '../ledger/referrals.ts';
import { inPieces, type Tx } from '../ledger/rows.ts';
import type { Given } from './loader.ts';
import { readOrganisations } from './organisations.ts';
import type { ReferralRow } from './referral-row.ts';
import { readServices } from './services.ts';
import type { ImportTables } from './waiting.ts';

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
  readonly #offeredHere: ReadonlySet<Ubrn>;

  constructor(held: {
    readonly patients: readonly Patient[];
    readonly former: readonly ImportTables['former_number'][];
    readonly referrals: readonly Referral[];
    readonly organisations: ReadonlyMap<OdsCode, Organisation>;
    readonly services: ReadonlyMap<ServiceId, Service>;
    readonly contested: ReadonlySet<NhsNumber>;
    readonly offeredHere: ReadonlySet<Ubrn>;
  }) {
    for (const { nhs_number, patient } of held.former) this.#byNumber.set(nhs_number, patient);
    for (const patient of held.patients) this.#keep(patient);
    this.#referrals = new Map(held.referrals.map((referral) => [referral.ubrn, referral]));
    for (const { patient } of held.referrals) this.#keep(patient);
    this.#organisations = held.organisations;
    this.#services = held.services;
    this.#contested = held.contested;
    this.#offeredHere = held.offeredHere;
  }

  holder = (number: NhsNumber) => this.#patients.get(this.#byNumber.get(number) ?? '');
  bornOn = (date: LocalDate) =>
    [...(this.#bornOn.get(date) ?? [])].flatMap((id) => this.#patients.get(id) ?? []);
  isContested = (number: NhsNumber) => this.#contested.has(number);
  /** A practice has said here, by a claim, what is asked for and where: that is newer than any file. */
  isOfferedHere = (ubrn: Ubrn) => this.#offeredHere.has(ubrn);
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
    offeredHere: await readOfferedHere(
      tx,
      referrals.map(({ ubrn }) => ubrn),
    ),
  });
}

/** By the journal: whatever changed an offer has touched the patient's own scope. */
async function readOfferedHere(tx: Tx, ubrns: readonly Ubrn[]): Promise<ReadonlySet<Ubrn>> {
  const entries = await inPieces(ubrns.map(patientScope), (scopes) =>
    tx
      .selectFrom('touched as t')
      .innerJoin('journal as j', 'j.seq', 't.seq')
      .select('t.scope')
      .where('t.scope', 'in', scopes)
      .where('j.kind', 'in', ['shortlist', 'refer'])
      .execute(),
  );
  return new Set(entries.flatMap(({ scope }) => ubrnOfScope(scope) ?? []));
}
