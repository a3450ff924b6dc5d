/**
 * The operator's loads: organisations, people, services and referrals come in by the same door as everything else,
 * journalled like a claim, by the author "system". What a load names again is brought up to date, except a referral's
 * status, which only claims change. What a practice had still to see to goes with the referral to another practice.
 */
import {
  odsCodeSchema,
  personIdSchema,
  type ClaimId,
  type OdsCode,
  type ServiceId,
  type Ubrn,
} from '#lib/domain/ids.ts';
import type { Instant } from '#lib/domain/instant.ts';
import type { Notice } from '#lib/domain/notice.ts';
import { roleSchema } from '#lib/domain/person.ts';
import { referralSchema, type Referral, type ReferralStatus } from '#lib/domain/referral.ts';
import { clinicScope, practiceScope, scopeSchema } from '#lib/domain/scope.ts';
import { serviceSchema, type Service } from '#lib/domain/service.ts';
import { z } from '#lib/domain/zod.ts';
import { digestOf, loadEntry, type LoadEffect, type Place } from './journal.ts';
import type { Commit } from './ledger.ts';
import { noticeRow, recordEntries } from './record.ts';
import { readReferrals, writeReferrals } from './referrals.ts';
import { inPieces, insertRows, type Tx } from './rows.ts';
import { owners, Touches } from './touches.ts';

/** One entry of the journal never brings more, so that a page of delta stays a page. */
export const loadRowsMax = 500;

const organisationSchema = z.object({
  code: odsCodeSchema,
  kind: z.enum(['practice', 'site']),
  name: z.string(),
  phone: z.string(),
  town: z.string(),
});
export type Organisation = Readonly<z.infer<typeof organisationSchema>>;

const personSchema = z.object({
  id: personIdSchema,
  name: z.string(),
  role: roleSchema,
  scope: scopeSchema,
  /** False once they have left: what they queued is then refused. */
  active: z.boolean(),
});
export type Person = Readonly<z.infer<typeof personSchema>>;

/** The same id again does nothing, so a loader that was cut short may start over. */
export interface Load {
  readonly id: ClaimId;
  readonly organisations?: readonly Organisation[];
  readonly people?: readonly Person[];
  readonly services?: readonly Service[];
  /** Each carries its patient. */
  readonly referrals?: readonly Referral[];
}

/** One entry. Refuses, by throwing, what is too much or does not hold together; then nothing of it is in. */
export async function recordLoad(tx: Tx, head: Place, load: Load, now: Instant): Promise<Commit> {
  const digest = digestOf(JSON.stringify(load));
  const { organisations = [], people = [], services = [], referrals = [] } = load;
  const rows = organisations.length + people.length + services.length + referrals.length;
  if (rows > loadRowsMax) throw new Error(`load: ${rows} rows, at most ${loadRowsMax} at once`);
  const known = await tx
    .selectFrom('journal')
    .select('digest')
    .where('claim_id', '=', load.id)
    .executeTakeFirst();
  if (known?.digest === digest) return { scopes: new Set(), services: new Set() };
  if (known) throw new Error(`load: the id ${load.id} was used for something else`);
  mustBeReadable('organisation', organisationSchema, organisations, ({ code }) => code);
  mustBeReadable('person', personSchema, people, ({ id }) => id);
  mustBeReadable('service', serviceSchema, services, ({ id }) => id);
  mustBeReadable('referral', referralSchema, referrals, ({ ubrn }) => ubrn);

  const touches = new Touches();
  const effect: LoadEffect = {
    effect: 'load',
    organisations: await putOrganisations(tx, organisations),
    people: await putPeople(tx, people),
    services: await putServices(tx, services, touches),
    patients: await putPatients(tx, referrals, touches),
    ...(await putReferrals(tx, referrals, touches)),
  };
  const entry = loadEntry(head, load.id, digest, now, effect);
  await recordEntries(tx, [entry], touches.rows(entry.seq), []);
  return { scopes: touches.scopes(), services: new Set() };
}

/**
 * By the schemas that devices read rows with (protocol/exchange.ts, session.ts). One row that they refuse makes them refuse the
 * whole reply, and its practice would hear of nothing any more. Says the row and the field, and never what stands there.
 */
function mustBeReadable<R>(
  what: string,
  schema: z.ZodMiniType<R>,
  rows: readonly R[],
  keyOf: (row: R) => string,
): void {
  for (const row of rows) {
    const { error } = schema.safeParse(row);
    if (!error) continue;
    const field = error.issues[0]?.path.map(String).join('.') ?? '';
    throw new Error(`load: ${what} ${keyOf(row)} has ${field} that no device can read`);
  }
}

async function putOrganisations(tx: Tx, organisations: readonly Organisation[]) {
  const rows = organisations.map((row) => {
    const { code, kind, name, phone } = row;
    return { code, kind, name, phone, body: JSON.stringify(row) };
  });
  await insertRows(tx, 'organisation', rows, ['code']);
  return rows.map(({ code, body }) => [code, digestOf(body)] as const);
}

async function putPeople(tx: Tx, people: readonly Person[]) {
  const rows = people.map(({ id, role, scope, name, active }) => ({
    id,
    role,
    scope,
    name,
    active: active ? 1 : 0,
  }));
  await insertRows(tx, 'person', rows, ['id']);
  return rows.map((row) => [row.id, digestOf(JSON.stringify(row))] as const);
}

async function putServices(tx: Tx, services: readonly Service[], touches: Touches) {
  const ids = services.map(({ id }) => id);
  const before = new Map(
    (
      await inPieces(ids, (piece) => tx.selectFrom('service').selectAll().where('id', 'in', piece).execute())
    ).map((row) => [row.id, row]),
  );
  const rows = services.map((service) => {
    const { id, site, specialty } = service;
    const { next_ordinal = 0, pack_seq = 0 } = before.get(id) ?? {};
    return { id, site, specialty, body: JSON.stringify(service), next_ordinal, pack_seq };
  });
  await insertRows(tx, 'service', rows, ['id']);
  for (const { id, site } of services) {
    // A service that changed sites would leave its old clinic with appointments it can no longer see.
    const old = before.get(id)?.site;
    if (old && old !== site) throw new Error(`load: service ${id} can't move to another site`);
    touches.add([clinicScope(site)], 'service', id);
  }
  const named = await inPieces(before.keys(), async (piece) => [
    ...(await tx
      .selectFrom('shortlist as l')
      .innerJoin('referral as r', 'r.ubrn', 'l.ubrn')
      .select(['l.service', 'r.ubrn', 'r.practice'])
      .where('l.service', 'in', piece)
      .execute()),
    ...(await tx
      .selectFrom('appointment as a')
      .innerJoin('referral as r', 'r.ubrn', 'a.ubrn')
      .select(['a.service', 'r.ubrn', 'r.practice'])
      .where('a.service', 'in', piece)
      .execute()),
  ]);
  for (const { service, ...referral } of named) touches.add(owners(referral), 'service', service);
  return rows.map(({ id, body }) => [id, digestOf(body)] as const);
}

async function putPatients(tx: Tx, referrals: readonly Referral[], touches: Touches) {
  const patients = new Map(referrals.map(({ patient }) => [patient.id, patient]));
  const rows = [...patients.values()].map((patient) => ({
    id: patient.id,
    nhs_number: patient.nhsNumber,
    birth_date: patient.birthDate,
    body: JSON.stringify(patient),
  }));
  await insertRows(tx, 'patient', rows, ['id']);
  // What is now known of the patient shows on all their referrals, not only on those that this load names.
  const theirs = await inPieces(patients.keys(), (ids) =>
    tx.selectFrom('referral').select('ubrn').where('patient', 'in', ids).execute(),
  );
  await touchReferrals(
    tx,
    theirs.map(({ ubrn }) => ubrn),
    touches,
  );
  return rows.map(({ id, body }) => [id, digestOf(body)] as const);
}

async function putReferrals(tx: Tx, referrals: readonly Referral[], touches: Touches) {
  const ubrns = referrals.map(({ ubrn }) => ubrn);
  const before = new Map((await readReferrals(tx, ubrns)).map((row) => [row.ubrn, row]));
  for (const { ubrn, patient } of referrals) {
    const old = before.get(ubrn)?.patient.id;
    if (old !== undefined && old !== patient.id)
      throw new Error(`load: referral ${ubrn} is another patient's`);
  }
  await touchReferrals(tx, before.keys(), touches);
  const rows = await writeReferrals(
    tx,
    referrals.map((row) => ({ ...row, status: before.get(row.ubrn)?.status ?? row.status })),
  );
  await touchReferrals(tx, ubrns, touches);
  const practices = new Map(referrals.map(({ ubrn, practice }) => [ubrn, practice]));
  const gone = [...before.values()].filter(({ ubrn, practice }) => practices.get(ubrn) !== practice);
  const notices = await takeAlong(tx, gone, practices, touches);
  return {
    referrals: rows.map(
      (row) => [row.ubrn, digestOf(row.body), JSON.parse(row.status) as ReferralStatus] as const,
    ),
    ...(notices.length > 0 ? { notices } : {}),
  };
}

/** What stands in the practice that a referral leaves stands in the one that it goes to: nobody else could see to it. */
async function takeAlong(
  tx: Tx,
  gone: readonly Referral[],
  practices: ReadonlyMap<Ubrn, OdsCode>,
  touches: Touches,
): Promise<Notice[]> {
  const left = new Map(gone.map(({ ubrn, practice }) => [ubrn, practiceScope(practice)]));
  const standing = await inPieces(left.keys(), (keys) =>
    tx.selectFrom('notice').select('body').where('ubrn', 'in', keys).where('done', '=', 0).execute(),
  );
  const notices = standing
    .map(({ body }) => JSON.parse(body) as Notice)
    .flatMap((notice) => {
      const practice = notice.ubrn && practices.get(notice.ubrn);
      if (!practice || notice.scope !== left.get(notice.ubrn)) return [];
      const scope = practiceScope(practice);
      touches.add([notice.scope, scope], 'notice', notice.id);
      return [{ ...notice, scope }];
    });
  await insertRows(tx, 'notice', notices.map(noticeRow), ['id']);
  return notices;
}

/** Everyone who sees these referrals, with all that they see because of them. Asked before and after a change. */
async function touchReferrals(tx: Tx, ubrns: Iterable<Ubrn>, touches: Touches): Promise<void> {
  const referrals = await readReferrals(tx, ubrns);
  const appointments = await inPieces(
    referrals.map(({ ubrn }) => ubrn),
    (keys) =>
      tx
        .selectFrom('appointment as a')
        .innerJoin('service as s', 's.id', 'a.service')
        .select(['a.id', 'a.ubrn', 'a.service', 's.site'])
        .where('a.ubrn', 'in', keys)
        .execute(),
  );
  const deferredTo = await inPieces(
    referrals.flatMap(({ status }) => status.deferral?.service ?? []),
    (ids) => tx.selectFrom('service').select(['id', 'site']).where('id', 'in', ids).execute(),
  );
  const siteOf = new Map(deferredTo.map(({ id, site }) => [id, site]));
  for (const referral of referrals) {
    const whose = owners(referral);
    const deferral = siteOf.get(referral.status.deferral?.service ?? ('' as ServiceId));
    touches.add(deferral ? [...whose, clinicScope(deferral)] : whose, 'referral', referral.ubrn);
    for (const service of referral.shortlist) touches.add(whose, 'service', service);
    for (const { id, service, site } of appointments.filter(({ ubrn }) => ubrn === referral.ubrn)) {
      touches.add([...whose, clinicScope(site)], 'appointment', id);
      touches.add([clinicScope(site)], 'referral', referral.ubrn);
      touches.add(whose, 'service', service);
    }
  }
}
