/**
 * What a scope may see, and how: the one place where rows become what leaves the ledger.
 *
 *   referral     its practice, its patient, the clinic it is deferred to, the clinics of its appointments
 *   appointment  its referral's practice and patient, the clinic of its service
 *   service      the clinic it is; a practice or patient whose referral has it on the shortlist, names it or is booked there
 *   notice       its own scope
 *
 * Of a restricted patient no device is told who they are, how to reach them or where they live, and only the practice itself
 * which practice it is (docs/decisions/0017); a clinic gets no patient's address, nor whom else the patient was offered to; a patient gets the names that are meant for patients alone. What a practice set aside or arranged
 * is not the clinic's business, why it set aside not the patient's, and notes are for those who work on it.
 */
import type { Appointment } from '#lib/domain/appointment.ts';
import type { AppointmentId, ClaimId, NoticeId, OdsCode, ServiceId, Ubrn } from '#lib/domain/ids.ts';
import type { Notice } from '#lib/domain/notice.ts';
import {
  identityOf,
  servicesNamed,
  withheld,
  type Contact,
  type Deferral,
  type Identity,
  type Patient,
  type Referral,
  type ReferralStatus,
} from '#lib/domain/referral.ts';
import { scopeKey, scopeKind, type Scope } from '#lib/domain/scope.ts';
import type { Service } from '#lib/domain/service.ts';
import type { Entity, Row } from '#lib/protocol/exchange.ts';
import { readReferrals } from './referrals.ts';
import { compiledOnce, readByKeys, type Db, type Tx } from './rows.ts';

/** The named rows as the scope sees them now; null where it sees none. */
export async function rowsFor(
  tx: Tx,
  scope: Scope,
  named: Readonly<Record<Entity, ReadonlySet<string>>>,
): Promise<Row[]> {
  const viewer = await viewerOf(tx, scope);
  return [
    ...(await serviceRows(tx, viewer, named.service as ReadonlySet<ServiceId>)),
    ...(await referralRows(tx, viewer, named.referral as ReadonlySet<Ubrn>)),
    ...(await appointmentRows(tx, viewer, named.appointment as ReadonlySet<AppointmentId>)),
    ...(await noticeRows(tx, viewer, named.notice as ReadonlySet<NoticeId>)),
  ];
}

/** Who the patient is, for a person of the scope who asks there and then; undefined where the scope sees no such referral. */
export function whoIs(db: Db, scope: Scope, ubrn: Ubrn): Promise<Identity | undefined> {
  return db.transaction().execute(async (tx) => {
    const keys = new Set([ubrn]);
    const [seen] = await referralRows(tx, await viewerOf(tx, scope), keys);
    if (!seen?.row) return undefined;
    const [referral] = await readReferrals(tx, keys);
    return referral && identityOf(referral.patient);
  });
}

type Viewer =
  | { readonly kind: 'practice'; readonly scope: Scope; readonly practice: string }
  | { readonly kind: 'patient'; readonly scope: Scope; readonly ubrn: string }
  | { readonly kind: 'clinic'; readonly scope: Scope; readonly own: ReadonlySet<ServiceId> };

async function viewerOf(tx: Tx, scope: Scope): Promise<Viewer> {
  const kind = scopeKind(scope);
  const key = scopeKey(scope);
  if (kind === 'practice') return { kind, scope, practice: key };
  if (kind === 'patient') return { kind, scope, ubrn: key };
  const services = await servicesOfSite(tx, key as OdsCode);
  return { kind, scope, own: new Set(services.map(({ id }) => id)) };
}

async function referralRows(tx: Tx, viewer: Viewer, keys: ReadonlySet<Ubrn>): Promise<Row[]> {
  const referrals = await readReferrals(tx, keys);
  const notes = await notesFor(tx, viewer, referrals);
  const booked = viewer.kind === 'clinic' ? await bookedAt(tx, viewer.own, keys) : undefined;
  const isSeen = (referral: Referral): boolean => {
    switch (viewer.kind) {
      case 'practice':
        return referral.practice === viewer.practice;
      case 'patient':
        return referral.ubrn === viewer.ubrn;
      case 'clinic': {
        const deferredTo = referral.status.deferral?.service;
        return (deferredTo && viewer.own.has(deferredTo)) || (booked?.has(referral.ubrn) ?? false);
      }
    }
  };
  const rows = new Map(referrals.filter(isSeen).map((row) => [row.ubrn, seenBy(viewer, row, notes)]));
  return [...keys].map((key) => ({ entity: 'referral', key, row: rows.get(key) ?? null }));
}

/** Which of these referrals have, or had, an appointment at one of these services. */
async function bookedAt(
  tx: Tx,
  own: ReadonlySet<ServiceId>,
  keys: ReadonlySet<Ubrn>,
): Promise<ReadonlySet<Ubrn>> {
  const rows = await appointmentsByReferral(tx, keys);
  return new Set(rows.filter(({ service }) => own.has(service)).map(({ ubrn }) => ubrn));
}

type Notes = ReadonlyMap<ClaimId, string>;

/** What people wrote beside the status of these referrals. */
async function notesFor(tx: Tx, viewer: Viewer, referrals: readonly Referral[]): Promise<Notes> {
  if (viewer.kind === 'patient') return new Map();
  const claims = referrals.flatMap(({ status: { aside, returned, arranged, rang, deferral } }) =>
    [aside, returned, arranged, rang, ...(deferral?.contacts ?? [])].flatMap((one) => one?.claim ?? []),
  );
  return await notesOf(
    tx,
    claims.map((claim) => ({ claim })),
  );
}

const commentsByClaim = readByKeys((db, claims: readonly ClaimId[]) =>
  db.selectFrom('comment').select(['claim_id', 'text']).where('claim_id', 'in', claims),
);

function seenBy(viewer: Viewer, referral: Referral, notes: Notes): Referral {
  const { patient } = referral;
  const status = seenStatus(viewer, referral.status, notes);
  if (viewer.kind === 'practice') return { ...referral, status, patient: withoutRestricted(patient) };
  const seen = patient.restricted ? withoutPractice(referral) : referral;
  if (viewer.kind === 'patient') return { ...forPatient(seen), status, patient: withoutRestricted(patient) };
  return {
    ...seen,
    patient: { ...withoutRestricted(patient), address: '', district: '' },
    shortlist: referral.shortlist.filter((service) => viewer.own.has(service)),
    status,
  };
}

/** Where the practice is tells where the patient lives, and so does who refers there. */
const withoutPractice = (referral: Referral): Referral => ({
  ...referral,
  practice: hiddenPractice,
  practiceName: '',
  practicePhone: '',
  referrer: '',
});

function seenStatus(viewer: Viewer, status: ReferralStatus, notes: Notes): ReferralStatus {
  const { aside, returned, arranged, rang, deferral, ...rest } = status;
  const noted = <T extends { claim: ClaimId }>(one: T): T => {
    const note = notes.get(one.claim);
    return note === undefined ? one : { ...one, note };
  };
  const unnamed = <T extends { byName: string }>(one: T): T => ({ ...one, byName: '' });
  const contacts = <T extends Deferral>(one: T, see: (contact: Contact) => Contact): T =>
    one.contacts ? { ...one, contacts: one.contacts.map(see) } : one;
  switch (viewer.kind) {
    case 'practice':
      return {
        ...rest,
        deferral: deferral && contacts(deferral, noted),
        ...(aside && { aside: noted(aside) }),
        ...(returned && { returned: noted(returned) }),
        ...(arranged && { arranged: noted(arranged) }),
        ...(rang && { rang: noted(rang) }),
      };
    case 'patient':
      return {
        ...rest,
        deferral: deferral && contacts(deferral, unnamed),
        ...(returned && { returned: unnamed(returned) }),
        ...(arranged && { arranged: unnamed(arranged) }),
      };
    case 'clinic':
      return {
        ...rest,
        deferral: deferral && viewer.own.has(deferral.service) ? contacts(deferral, noted) : null,
      };
  }
}

/** The clinic's staff name can say more than the patient was told; it is needed only to look beyond the shortlist. */
const forPatient = (referral: Referral): Referral =>
  referral.choice === 'shortlist' ? { ...referral, specialty: '', clinicType: '' } : referral;

const serviceFor = (viewer: Viewer, service: Service): Service =>
  viewer.kind === 'patient' ? inPatientsWords(service) : service;

/** Without the names that are for staff. */
export const inPatientsWords = (service: Service): Service => ({
  ...service,
  name: service.patientName,
  specialty: '',
  clinicTypes: [],
});

/** Stands where a code has to stand and none may be told. */
const hiddenPractice = 'HIDDEN' as OdsCode;

const withoutRestricted = (patient: Patient): Patient => (patient.restricted ? withheld(patient) : patient);

async function appointmentRows(tx: Tx, viewer: Viewer, keys: ReadonlySet<AppointmentId>): Promise<Row[]> {
  const found = await appointmentsById(tx, keys);
  const rows = new Map<AppointmentId, Appointment>();
  for (const { id, ubrn, service, body, practice } of found) {
    const isSeen =
      viewer.kind === 'practice'
        ? practice === viewer.practice
        : viewer.kind === 'patient'
          ? ubrn === viewer.ubrn
          : viewer.own.has(service);
    if (isSeen) rows.set(id, JSON.parse(body) as Appointment);
  }
  return [...keys].map((key) => ({ entity: 'appointment', key, row: rows.get(key) ?? null }));
}

async function serviceRows(tx: Tx, viewer: Viewer, keys: ReadonlySet<ServiceId>): Promise<Row[]> {
  const found = await servicesById(tx, keys);
  const seen = await seenServices(tx, viewer, keys);
  const rows = new Map(
    found
      .filter(({ id }) => seen.has(id))
      .map(({ id, body }) => [id, serviceFor(viewer, JSON.parse(body) as Service)]),
  );
  return [...keys].map((key) => ({ entity: 'service', key, row: rows.get(key) ?? null }));
}

async function seenServices(
  tx: Tx,
  viewer: Viewer,
  keys: ReadonlySet<ServiceId>,
): Promise<ReadonlySet<ServiceId>> {
  if (viewer.kind === 'clinic') return viewer.own;
  if (keys.size === 0) return new Set();
  const whose =
    viewer.kind === 'practice'
      ? (['r.practice', viewer.practice as OdsCode] as const)
      : (['r.ubrn', viewer.ubrn as Ubrn] as const);
  // For many, all that the scope's referrals name is fewer rows than each referral tried with each of them.
  const few = keys.size <= fewServices ? [...keys] : undefined;
  const named = [
    ...(await tx
      .selectFrom('shortlist as l')
      .innerJoin('referral as r', 'r.ubrn', 'l.ubrn')
      .select('l.service')
      .distinct()
      .where(whose[0], '=', whose[1])
      .$if(few !== undefined, (query) => query.where('l.service', 'in', few ?? []))
      .execute()),
    ...(await tx
      .selectFrom('appointment as a')
      .innerJoin('referral as r', 'r.ubrn', 'a.ubrn')
      .select('a.service')
      .distinct()
      .where(whose[0], '=', whose[1])
      .$if(few !== undefined, (query) => query.where('a.service', 'in', few ?? []))
      .execute()),
  ];
  const seen = new Set(named.map(({ service }) => service));
  if ([...keys].some((key) => !seen.has(key))) {
    const written = await tx
      .selectFrom('referral as r')
      .select('r.status')
      .where(whose[0], '=', whose[1])
      .where('r.status', 'like', '%"service":%')
      .execute();
    const statuses = written.map(({ status }) => JSON.parse(status) as ReferralStatus);
    for (const service of statuses.flatMap(servicesNamed)) seen.add(service);
  }
  return seen;
}

const fewServices = 8;

async function noticeRows(tx: Tx, viewer: Viewer, keys: ReadonlySet<NoticeId>): Promise<Row[]> {
  const found = (await noticesById(tx, keys)).filter(({ scope }) => scope === viewer.scope);
  const notices = found.map(({ body }) => JSON.parse(body) as Notice);
  const notes = viewer.kind === 'practice' ? await notesOf(tx, notices.filter(isReasoned)) : noNotes;
  const rows = new Map(notices.map((notice) => [notice.id, noticeFor(viewer, notice, notes)]));
  return [...keys].map((key) => ({ entity: 'notice', key, row: rows.get(key) ?? null }));
}

/** Said with a coded reason: what was written beside it is the rest of the reason. Other notes lie with the referral. */
const isReasoned = ({ event, reason }: Notice) =>
  reason !== null && (event === 'cancelled' || event === 'moved' || event === 'closed');

const noNotes: Notes = new Map();

async function notesOf(tx: Tx, written: readonly { readonly claim: ClaimId }[]): Promise<Notes> {
  const rows = await commentsByClaim(tx, new Set(written.map(({ claim }) => claim)));
  return new Map(rows.map(({ claim_id, text }) => [claim_id, text]));
}

/** A clinic that a patient left is not told where to. */
function noticeFor(viewer: Viewer, notice: Notice, notes: Notes): Notice {
  const note = isReasoned(notice) ? notes.get(notice.claim) : undefined;
  if (note !== undefined) return { ...notice, note };
  if (viewer.kind !== 'clinic' || !notice.slot || viewer.own.has(notice.slot.service)) return notice;
  return { ...notice, slot: null };
}

const appointmentsByReferral = readByKeys((db, ubrns: readonly Ubrn[]) =>
  db.selectFrom('appointment').select(['ubrn', 'service']).where('ubrn', 'in', ubrns),
);
const appointmentsById = readByKeys((db, ids: readonly AppointmentId[]) =>
  db
    .selectFrom('appointment as a')
    .innerJoin('referral as r', 'r.ubrn', 'a.ubrn')
    .select(['a.id', 'a.ubrn', 'a.service', 'a.body', 'r.practice'])
    .where('a.id', 'in', ids),
);
const servicesOfSite = compiledOnce((db, site: OdsCode) =>
  db.selectFrom('service').select('id').where('site', '=', site),
);
const servicesById = readByKeys((db, ids: readonly ServiceId[]) =>
  db.selectFrom('service').select(['id', 'body']).where('id', 'in', ids),
);
const noticesById = readByKeys((db, ids: readonly NoticeId[]) =>
  db.selectFrom('notice').select(['id', 'scope', 'body']).where('id', 'in', ids),
);
