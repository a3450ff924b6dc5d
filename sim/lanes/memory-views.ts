/** What a scope sees of the memory ledger's rows, by the words of DESIGN and DOMAIN; a test holds it against the SQL ledger's. */
import type { AppointmentId, ClaimId, NoticeId, OdsCode, ServiceId, Ubrn } from '#lib/domain/ids.ts';
import {
  servicesNamed,
  withheld,
  type Deferral,
  type Patient,
  type Referral,
  type ReferralStatus,
} from '#lib/domain/referral.ts';
import { scopeKey, scopeKind, type Scope, type ScopeKind } from '#lib/domain/scope.ts';
import type { Entity, Row } from '#lib/protocol/exchange.ts';
import type { MemoryTables } from './memory-tables.ts';

export function rowsSeen(
  tables: MemoryTables,
  scope: Scope,
  named: Readonly<Record<Entity, ReadonlySet<string>>>,
): Row[] {
  const viewer = new Viewer(tables, scope);
  return [
    ...[...(named.service as Set<ServiceId>)].map((key): Row => ({
      entity: 'service',
      key,
      row: viewer.service(key),
    })),
    ...[...(named.referral as Set<Ubrn>)].map((key): Row => ({
      entity: 'referral',
      key,
      row: viewer.referral(key),
    })),
    ...[...(named.appointment as Set<AppointmentId>)].map((key): Row => ({
      entity: 'appointment',
      key,
      row: viewer.appointment(key),
    })),
    ...[...(named.notice as Set<NoticeId>)].map((key): Row => ({
      entity: 'notice',
      key,
      row: viewer.notice(key),
    })),
  ];
}

class Viewer {
  readonly #tables: MemoryTables;
  readonly #scope: Scope;
  readonly #kind: ScopeKind;
  readonly #key: string;

  constructor(tables: MemoryTables, scope: Scope) {
    this.#tables = tables;
    this.#scope = scope;
    this.#kind = scopeKind(scope);
    this.#key = scopeKey(scope);
  }

  service(id: ServiceId) {
    const service = this.#tables.services.get(id);
    if (!service || !(this.#kind === 'clinic' ? this.#isOwn(id) : this.#isNamed(id))) return null;
    return this.#kind === 'patient'
      ? { ...service, name: service.patientName, specialty: '', clinicTypes: [] }
      : service;
  }

  referral(ubrn: Ubrn): Referral | null {
    const referral = this.#tables.referrals.get(ubrn);
    if (!referral) return null;
    const patient = withoutRestricted(referral.patient);
    if (this.#kind !== 'clinic') {
      if (!this.#owns(referral)) return null;
      const isHidden = this.#kind === 'patient' && referral.choice === 'shortlist';
      const status =
        this.#kind === 'patient' ? this.#asPatient(referral.status) : this.#asPractice(referral.status);
      return {
        ...referral,
        ...(isHidden ? { specialty: '', clinicType: '' } : {}),
        ...(this.#kind === 'patient' ? practiceTold(patient) : {}),
        patient,
        status,
      };
    }
    const { status } = referral;
    const deferredHere = status.deferral !== null && this.#isOwn(status.deferral.service);
    const isBookedHere = this.#tables.appointmentsOf(ubrn).some(({ slot }) => this.#isOwn(slot.service));
    if (!deferredHere && !isBookedHere) return null;
    return {
      ...referral,
      patient: { ...patient, address: '', district: '' },
      shortlist: referral.shortlist.filter((id) => this.#isOwn(id)),
      status: {
        state: status.state,
        closed: status.closed,
        deferral: deferredHere && status.deferral ? this.#noted(status.deferral) : null,
      },
      ...practiceTold(patient),
    };
  }

  appointment(id: AppointmentId) {
    const row = this.#tables.appointments.get(id);
    const referral = row && this.#tables.referrals.get(row.ubrn);
    if (!row || !referral) return null;
    return (this.#kind === 'clinic' ? this.#isOwn(row.slot.service) : this.#owns(referral)) ? row : null;
  }

  notice(id: NoticeId) {
    const row = this.#tables.notices.get(id);
    if (row?.scope !== this.#scope) return null;
    const isElsewhere = this.#kind === 'clinic' && row.slot !== null && !this.#isOwn(row.slot.service);
    if (isElsewhere) return { ...row, slot: null };
    const isReasoned = row.reason !== null && row.about === undefined && row.event !== 'refused';
    return this.#kind === 'practice' && isReasoned ? this.#withNote(row) : row;
  }

  /** With every note in its place. */
  #asPractice({ aside, returned, arranged, rang, deferral, ...rest }: ReferralStatus): ReferralStatus {
    return {
      ...rest,
      deferral: deferral && this.#noted(deferral),
      ...(aside ? { aside: this.#withNote(aside) } : {}),
      ...(returned ? { returned: this.#withNote(returned) } : {}),
      ...(arranged ? { arranged: this.#withNote(arranged) } : {}),
      ...(rang ? { rang: this.#withNote(rang) } : {}),
    };
  }

  /** Nobody's name, no note, and nothing of why the practice waits. */
  #asPatient({
    aside: _aside,
    rang: _rang,
    returned,
    arranged,
    deferral,
    ...rest
  }: ReferralStatus): ReferralStatus {
    const contacts = deferral?.contacts?.map((contact) => ({ ...contact, byName: '' }));
    return {
      ...rest,
      deferral: deferral && { ...deferral, ...(contacts ? { contacts } : {}) },
      ...(returned ? { returned: { ...returned, byName: '' } } : {}),
      ...(arranged ? { arranged: { ...arranged, byName: '' } } : {}),
    };
  }

  #noted(deferral: Deferral): Deferral {
    const { contacts } = deferral;
    return contacts ? { ...deferral, contacts: contacts.map((one) => this.#withNote(one)) } : deferral;
  }

  #withNote<T extends { claim: ClaimId }>(one: T): T {
    const note = this.#tables.comments.get(one.claim);
    return note === undefined ? one : { ...one, note };
  }

  #owns({ practice, ubrn }: Referral): boolean {
    return this.#kind === 'practice' ? practice === this.#key : ubrn === this.#key;
  }

  #isOwn(id: ServiceId): boolean {
    return this.#tables.services.get(id)?.site === this.#key;
  }

  #isNamed(id: ServiceId): boolean {
    for (const referral of this.#tables.referrals.values()) {
      if (!this.#owns(referral)) continue;
      if (referral.shortlist.includes(id) || servicesNamed(referral.status).includes(id)) return true;
      if (this.#tables.appointmentsOf(referral.ubrn).some(({ slot }) => slot.service === id)) return true;
    }
    return false;
  }
}

const withoutRestricted = (patient: Patient): Patient => (patient.restricted ? withheld(patient) : patient);

/** To everybody but the practice itself. */
const practiceTold = ({ restricted }: Patient) =>
  restricted ? { practice: 'HIDDEN' as OdsCode, practiceName: '', practicePhone: '', referrer: '' } : {};
