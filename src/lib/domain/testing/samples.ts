/** Things of the domain for tests, each whole and legal; override what the test is about. */
import type { Appointment } from '../appointment.ts';
import { claimVersion, type Claim, type Intent } from '../claim.ts';
import type { AppointmentId, ClaimId, OdsCode, PersonId, ServiceId, Ubrn } from '../ids.ts';
import { dayMs, hourMs, minuteMs, type Instant } from '../instant.ts';
import type { Author, Role } from '../person.ts';
import type { Referral } from '../referral.ts';
import { clinicScope, patientScope, practiceScope } from '../scope.ts';
import type { Service } from '../service.ts';
import { slotRef, type Slot } from '../slot.ts';
import type { Verdict } from '../verdict.ts';

/** Monday 23 November 2026, 9am UK time. */
export const monday = Date.UTC(2026, 10, 23, 9);

const uuid = (kind: string, n: number) => `${kind}000000-0000-4000-8000-${n.toString(16).padStart(12, '0')}`;
export const claimIdOf = (n: number) => uuid('c1', n) as ClaimId;
export const appointmentIdOf = (n: number) => uuid('a0', n) as AppointmentId;
export const ubrnAt = (n: number) => String(n).padStart(12, '0') as Ubrn;
export const serviceIdOf = (n: number) => `svc-${n}` as ServiceId;

export const practiceCode = 'A81001' as OdsCode;
export const otherPracticeCode = 'A81002' as OdsCode;
export const siteCode = 'RGT01' as OdsCode;
export const otherSiteCode = 'RGT02' as OdsCode;

const author = (person: string, role: Role, scope: Author['scope']): Author => ({
  person: person as PersonId,
  role,
  scope,
});
export const receptionist = author('rec-1', 'receptionist', practiceScope(practiceCode));
export const colleague = author('rec-2', 'receptionist', practiceScope(practiceCode));
export const gp = author('gp-1', 'gp', practiceScope(practiceCode));
export const stranger = author('rec-9', 'receptionist', practiceScope(otherPracticeCode));
export const clerk = author('clerk-1', 'clerk', clinicScope(siteCode));
export const otherClerk = author('clerk-9', 'clerk', clinicScope(otherSiteCode));
export const patientOf = (ubrn: Ubrn) => author(`patient:${ubrn}`, 'patient', patientScope(ubrn));

export function aService(n: number, over: Partial<Service> = {}): Service {
  return {
    id: serviceIdOf(n),
    provider: 'RGT' as OdsCode,
    providerName: 'Cambridge University Hospitals',
    site: siteCode,
    siteName: 'Addenbrooke’s Hospital',
    address: 'Hills Road, Cambridge',
    postcode: 'CB2 0QQ',
    lat: 52.175,
    lon: 0.1405,
    phone: '01223 245151',
    name: `General Surgery ${n}`,
    patientName: 'General Surgery',
    specialty: 'Surgery',
    clinicTypes: ['Hernias'],
    priorities: ['routine', 'urgent'],
    ageFrom: 18,
    ageTo: 120,
    sex: null,
    booking: 'direct',
    windowDays: { routine: 120, urgent: 30, TWO_WEEK_WAIT: 14 },
    noticeHours: 24,
    medianWeeksTenths: 140,
    ...over,
  };
}

export function aReferral(n: number, over: Partial<Referral> = {}): Referral {
  return {
    ubrn: ubrnAt(n),
    patient: {
      id: `patient-${n}`,
      nhsNumber: '9912003888',
      givenName: 'Jane',
      familyName: `Smith${n}`,
      birthDate: '1961-08-06',
      sex: 'female',
      phone: '01223 000000',
      address: '1 High Street',
      district: 'CB1',
      restricted: false,
    },
    practice: practiceCode,
    practiceName: 'Mill Road Surgery',
    practicePhone: '01223 111111',
    referrer: 'Dr A Khan',
    specialty: 'Surgery',
    clinicType: 'Hernias',
    priority: 'routine',
    choice: 'shortlist',
    shortlist: [serviceIdOf(1), serviceIdOf(2)],
    referredAt: monday - 3 * dayMs,
    status: { state: 'open', closed: null, deferral: null },
    ...over,
  };
}

/** On the service's `ordinal`-th weekday hour from a week ahead: always inside a routine window. */
export function aSlot(service: number, ordinal: number, over: Partial<Slot> = {}): Slot {
  return {
    service: serviceIdOf(service),
    ordinal,
    start: monday + 7 * dayMs + ordinal * hourMs,
    minutes: 20,
    clinician: 'Mr B Jones',
    mode: 'inPerson',
    ...over,
  };
}

export const refOf = (slot: Slot, site: string = siteCode) => slotRef(slot, site);

export function anAppointment(n: number, slot: Slot, over: Partial<Appointment> = {}): Appointment {
  return {
    id: appointmentIdOf(n),
    ubrn: ubrnAt(n),
    slot: refOf(slot),
    minutes: slot.minutes,
    clinician: slot.clinician,
    mode: slot.mode,
    status: 'booked',
    rank: 1,
    bookedAt: monday - dayMs,
    bookedBy: 'practice',
    moved: null,
    cancelled: null,
    ...over,
  };
}

export function claimOf(n: number, intent: Intent, over: Partial<Claim> = {}): Claim {
  return { v: claimVersion, id: claimIdOf(n), author: receptionist, madeAt: monday, intent, ...over };
}

export function bookClaim(n: number, slots: readonly Slot[], over: Partial<Claim> = {}): Claim {
  const choices = slots.map((slot) => refOf(slot));
  return claimOf(n, { kind: 'book', ubrn: ubrnAt(n), appointment: appointmentIdOf(n), choices }, over);
}

export function aVerdict(claim: ClaimId, seq: number, over: Partial<Verdict> = {}): Verdict {
  return {
    claim,
    seq,
    at: monday + seq * minuteMs,
    outcome: 'confirmed',
    code: null,
    already: false,
    rank: null,
    appointment: null,
    slots: [],
    ...over,
  };
}

export const isoDay = (at: Instant) => new Date(at).toISOString().slice(0, 10);
