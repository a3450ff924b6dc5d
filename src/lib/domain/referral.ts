/** A referral: a GP's request that a patient be seen. Known by its UBRN. */
import type { Actor } from './appointment.ts';
import { claimIdSchema, odsCodeSchema, serviceIdSchema, ubrnSchema, type ServiceId } from './ids.ts';
import { ageAt, instantSchema, localDateSchema, workingDaysAfter, type Instant } from './instant.ts';
import { bookWithinDays, prioritySchema, type Priority } from './priority.ts';
import type { Service } from './service.ts';
import { z } from './zod.ts';

/** Services that one referral may be offered. */
export const shortlistMax = 20;

export const patientSchema = z.object({
  id: z.string(),
  nhsNumber: z.string().check(z.regex(/^\d{10}$/)),
  givenName: z.string(),
  familyName: z.string(),
  birthDate: localDateSchema,
  sex: z.enum(['female', 'male', 'other']),
  /** Empty where none is held, and always for a restricted patient: it never leaves the ledger. */
  phone: z.string(),
  address: z.string(),
  /** Postcode district, for distances; empty for a restricted patient. */
  district: z.string(),
  restricted: z.boolean(),
});
export type Patient = Readonly<z.infer<typeof patientSchema>>;

/** What tells who somebody is: of a restricted patient no device keeps it (docs/decisions/0017). */
export const identitySchema = z.pick(patientSchema, {
  nhsNumber: true,
  givenName: true,
  familyName: true,
  birthDate: true,
  sex: true,
});
export type Identity = Readonly<z.infer<typeof identitySchema>>;

export const identityOf = ({ nhsNumber, givenName, familyName, birthDate, sex }: Patient): Identity => ({
  nhsNumber,
  givenName,
  familyName,
  birthDate,
  sex,
});

/** Ten equal digits are nobody's number, though they pass the check. */
const nobodysNumber = '0000000000';

/** A restricted patient as every device gets them: that there is somebody, and which referrals are theirs. */
export const withheld = ({ id, restricted }: Patient): Patient => ({
  id,
  nhsNumber: nobodysNumber,
  givenName: '',
  familyName: '',
  birthDate: '1900-01-01',
  sex: 'other',
  phone: '',
  address: '',
  district: '',
  restricted,
});

export const isWithheld = ({ nhsNumber }: Pick<Patient, 'nhsNumber'>) => nhsNumber === nobodysNumber;

/**
 * Somebody did this, and may have written a note. The note lies apart, by its claim, so that it can be erased; it is here only
 * in the rows of those who may read it.
 */
const done = {
  at: instantSchema,
  byName: z.string(),
  claim: claimIdSchema,
  note: z.optional(z.string()),
};

export const contactOutcomeSchema = z.enum(['spoke', 'leftMessage', 'noAnswer', 'letter']);
export type ContactOutcome = z.infer<typeof contactOutcomeSchema>;

/** The hospital tried to reach the patient. No try ends the wait: only a booking does, or a return. */
export const contactSchema = z.object({ ...done, outcome: contactOutcomeSchema });
export type Contact = Readonly<z.infer<typeof contactSchema>>;

/** Asked of a hospital when it had no time to give: it must contact the patient by `contactBy`. */
export const deferralSchema = z.object({
  service: serviceIdSchema,
  at: instantSchema,
  contactBy: instantSchema,
  reason: z.enum(['noTimes', 'triage']),
  /** The last ones, oldest first. */
  contacts: z.optional(z.array(contactSchema)),
});
export type Deferral = Readonly<z.infer<typeof deferralSchema>>;

export const asideReasonSchema = z.enum(['leftWithPatient', 'noAnswer', 'thinking', 'noTimeSuits']);
export type AsideReason = z.infer<typeof asideReasonSchema>;

/** Set aside by the practice until a day, on which it is to be booked again. */
export const asideSchema = z.object({ ...done, why: asideReasonSchema, reviewOn: localDateSchema });
export type Aside = Readonly<z.infer<typeof asideSchema>>;

/** Sent back by a hospital with advice, which is the note. */
export const returnedSchema = z.object({ ...done, service: serviceIdSchema, reason: z.string() });
export type Returned = Readonly<z.infer<typeof returnedSchema>>;

/** A time that was arranged by phone with a service that is booked by phone: nobody here can confirm it. */
export const arrangedSchema = z.object({ ...done, service: serviceIdSchema, start: instantSchema });
export type Arranged = Readonly<z.infer<typeof arrangedSchema>>;

/** Somebody of the practice rang the hospital about a request that had no answer. `rangAt`: by the clock of their device. */
export const rangSchema = z.object({ ...done, rangAt: instantSchema });
export type Rang = Readonly<z.infer<typeof rangSchema>>;

/** What claims change of a referral; the rest is as the referrer wrote it. */
export const referralStatusSchema = z.object({
  state: z.enum(['open', 'closed']),
  closed: z.nullable(z.object({ reason: z.string(), at: instantSchema })),
  deferral: z.nullable(deferralSchema),
  aside: z.optional(asideSchema),
  returned: z.optional(returnedSchema),
  arranged: z.optional(arrangedSchema),
  /** The last call. It changes nothing but what people know. */
  rang: z.optional(rangSchema),
});
export type ReferralStatus = Readonly<z.infer<typeof referralStatusSchema>>;

/** Open, and nobody has arranged anything: so every referral begins, and so a booking leaves it. */
export const nothingArranged: ReferralStatus = { state: 'open', closed: null, deferral: null };

/**
 * Booked: what was arranged before is over. A hospital's advice is for the practice, and stays until the practice itself does
 * something about it.
 */
export const afterBooking = ({ returned }: ReferralStatus, by: Actor): ReferralStatus =>
  returned && by !== 'practice' ? { ...nothingArranged, returned } : nothingArranged;

export const isNothingArranged = ({ deferral, aside, returned, arranged, rang }: ReferralStatus) =>
  deferral === null && !aside && !returned && !arranged && !rang;

/** Any fitting service in the country, or the shortlist alone. */
export const choiceSchema = z.enum(['anywhere', 'shortlist']);

/** What a referrer asks for and offers: what is to be seen to, how soon, and where the patient may choose. */
export const offerSchema = z.strictObject({
  specialty: z.string().check(z.minLength(1), z.maxLength(80)),
  clinicType: z.string().check(z.minLength(1), z.maxLength(80)),
  priority: prioritySchema,
  choice: choiceSchema,
  shortlist: z.array(serviceIdSchema).check(z.maxLength(shortlistMax)),
});
export type Offer = Readonly<z.infer<typeof offerSchema>>;

export const referralSchema = z.object({
  ubrn: ubrnSchema,
  patient: patientSchema,
  practice: odsCodeSchema,
  practiceName: z.string(),
  practicePhone: z.string(),
  /** The referring clinician, as letters name them. */
  referrer: z.string(),
  specialty: z.string(),
  clinicType: z.string(),
  priority: prioritySchema,
  /** Set by the referrer. */
  choice: choiceSchema,
  shortlist: z.array(serviceIdSchema),
  referredAt: instantSchema,
  status: referralStatusSchema,
});
export type Referral = Readonly<z.infer<typeof referralSchema>>;

/** The referral as its referrer wrote it: without the patient's record, and without what claims have made of it. */
export type ReferralText = Omit<Referral, 'patient' | 'status'>;

export function textOf({ patient: _patient, status: _status, ...text }: Referral): ReferralText {
  return text;
}

export const offerOf = ({ specialty, clinicType, priority, choice, shortlist }: Offer): Offer => ({
  specialty,
  clinicType,
  priority,
  choice,
  shortlist,
});

export function isSameOffer(a: Offer, b: Offer): boolean {
  return (
    a.specialty === b.specialty &&
    a.clinicType === b.clinicType &&
    a.priority === b.priority &&
    a.choice === b.choice &&
    a.shortlist.length === b.shortlist.length &&
    a.shortlist.every((service, index) => service === b.shortlist[index])
  );
}

export const isOpen = (referral: Referral) => referral.status.state === 'open';

/** When somebody should have booked it, by its priority. */
export function bookBy(referral: Referral): Instant {
  return workingDaysAfter(referral.referredAt, bookWithinDays[referral.priority]);
}

/** Hospitals that whoever reads the status has to know: not each of them need be on the shortlist. */
export const servicesNamed = ({ deferral, arranged, returned }: ReferralStatus): readonly ServiceId[] =>
  [deferral, arranged, returned].flatMap((one) => one?.service ?? []);

/** Where the patient may choose unless the referrer says otherwise; what a hospital reviews first is not for choosing. */
export function usualChoice(priority: Priority, offered: readonly Service[]): Offer['choice'] {
  const isReviewed = offered.some(({ booking }) => booking === 'triage');
  return priority === 'TWO_WEEK_WAIT' || isReviewed ? 'shortlist' : 'anywhere';
}

/** None of the hospitals from which the patient may choose is booked here: what there is to find is their numbers. */
export const isOnlyByPhone = (
  { choice, shortlist }: Pick<Offer, 'choice' | 'shortlist'>,
  serviceOf: (id: ServiceId) => Pick<Service, 'booking'> | undefined,
): boolean =>
  choice === 'shortlist' &&
  shortlist.length > 0 &&
  shortlist.every((id) => serviceOf(id)?.booking === 'phone');

/** Does this service see people of this age and sex? */
export function isFor(
  { nhsNumber, birthDate, sex }: Pick<Patient, 'nhsNumber' | 'birthDate' | 'sex'>,
  service: Service,
  now: Instant,
): boolean {
  // A device does not know this of a restricted patient. It rules nothing out; the ledger does.
  if (isWithheld({ nhsNumber })) return true;
  const age = ageAt(birthDate, now);
  if (age < service.ageFrom || age > service.ageTo) return false;
  return service.sex === null || service.sex === sex;
}

/** May this referral be booked at this service at all? Time and freedom of a slot are another question. */
export function fits(referral: Referral, service: Service, now: Instant): boolean {
  if (!service.priorities.includes(referral.priority)) return false;
  if (!isFor(referral.patient, service, now)) return false;
  if (referral.shortlist.includes(service.id)) return true;
  return (
    referral.choice === 'anywhere' &&
    service.specialty === referral.specialty &&
    service.clinicTypes.includes(referral.clinicType)
  );
}

const restrictedName = 'Restricted record';

/** "SMITH, Jane" as worklists sort and show it. */
export const listName = (patient: Patient) =>
  isWithheld(patient) ? restrictedName : `${patient.familyName.toUpperCase()}, ${patient.givenName}`;
export const fullName = (patient: Identity) =>
  isWithheld(patient) ? restrictedName : `${patient.givenName} ${patient.familyName}`;
