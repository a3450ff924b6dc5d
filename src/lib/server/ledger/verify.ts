/**
 * Verifying a ledger: its journal is replayed, what comes out is held against the tables, and every invariant that rows
 * can tell of is checked. Reads only, in one snapshot.
 */
import type { Kysely } from 'kysely';
import type { Effect } from '#lib/domain/decision.ts';
import type { Ubrn } from '#lib/domain/ids.ts';
import type { Instant } from '#lib/domain/instant.ts';
import { isStanding } from '#lib/domain/notice.ts';
import type { Service } from '#lib/domain/service.ts';
import { place, type Place } from '#lib/domain/worklist.ts';
import { digestOf, type LoadEffect } from './journal.ts';
import { referralOf } from './referrals.ts';
import { Replay, slotKey, type Known, type Violation } from './replay.ts';
import type { Tx } from './rows.ts';
import type { Tables } from './schema.ts';
import { snapshot } from './sql-ledger.ts';
import type { Named } from './touches.ts';

export interface Verification {
  readonly violations: readonly Violation[];
  /** What was looked at, by name, in the order to print. */
  readonly counts: Readonly<Record<string, number>>;
}

/** Entries read at once. */
const pageEntries = 2_000;

/** `now` places referrals in worklists; nothing else depends on it. */
export function verifyLedger(db: Kysely<Tables>, now: Instant): Promise<Verification> {
  return snapshot(db, async (tx) => {
    const known = await readKnown(tx);
    const replay = new Replay(known, await readLastLoads(tx));
    for (;;) {
      const entries = await tx
        .selectFrom('journal')
        .selectAll()
        .where('seq', '>', replay.seq)
        .orderBy('seq')
        .limit(pageEntries)
        .execute();
      const last = entries.at(-1);
      if (!last) break;
      const touched = await readTouched(tx, replay.seq, last.seq);
      for (const entry of entries) replay.entry(entry, touched.get(entry.seq) ?? new Set());
    }
    const violations = [...replay.violations, ...(await differences(tx, replay)), ...doubleTasks(replay)];
    const places = placesOf(known, replay, now, violations);
    return { violations, counts: countsOf(replay, places) };
  });
}

async function readKnown(tx: Tx): Promise<Known> {
  const services = await tx.selectFrom('service').select(['id', 'body']).execute();
  const referrals = await tx
    .selectFrom('referral as r')
    .innerJoin('patient as p', 'p.id', 'r.patient')
    .select(['r.ubrn', 'r.body', 'r.status', 'p.body as patient'])
    .execute();
  return {
    services: new Map(services.map(({ id, body }) => [id, JSON.parse(body) as Service])),
    referrals: new Map(referrals.map((row) => [row.ubrn, referralOf(row)])),
  };
}

/** The last entry that wrote each service, patient and referral as they are now: what came before it met others. */
async function readLastLoads(tx: Tx): Promise<Map<string, number>> {
  const entries = await tx
    .selectFrom('journal')
    .select(['seq', 'effects'])
    .where('kind', 'in', ['load', 'refer', 'shortlist'])
    .orderBy('seq')
    .execute();
  const last = new Map<string, number>();
  for (const { seq, effects } of entries) {
    for (const effect of JSON.parse(effects) as (LoadEffect | Effect)[]) {
      if (effect.effect === 'referralText') last.set(`referral ${effect.text.ubrn}`, seq);
      if (effect.effect !== 'load') continue;
      for (const [id] of effect.services) last.set(`service ${id}`, seq);
      for (const [id] of effect.patients) last.set(`patient ${id}`, seq);
      for (const [ubrn] of effect.referrals) last.set(`referral ${ubrn}`, seq);
    }
  }
  return last;
}

async function readTouched(tx: Tx, after: number, to: number): Promise<Map<number, Set<string>>> {
  const rows = await tx
    .selectFrom('touched')
    .selectAll()
    .where('seq', '>', after)
    .where('seq', '<=', to)
    .execute();
  const touched = new Map<number, Set<string>>();
  for (const { seq, scope, named } of rows) {
    const names = touched.get(seq) ?? new Set();
    for (const [entity, keys] of Object.entries(JSON.parse(named) as Named)) {
      for (const key of keys) names.add(`${scope} ${entity} ${key}`);
    }
    touched.set(seq, names);
  }
  return touched;
}

/** I11: what the journal says against what the tables hold, both ways round. */
async function differences(tx: Tx, replay: Replay): Promise<Violation[]> {
  const head = await tx.selectFrom('head').selectAll().execute();
  const found: Violation[] = [];
  const isHead = head.length === 1 && head[0]?.seq === replay.seq && head[0].hash === replay.hash;
  if (!isHead) found.push('I11: the head is not the last entry of the journal');

  const appointments = await tx.selectFrom('appointment').selectAll().execute();
  const patients = await patientsOf(tx);
  found.push(
    ...compare(
      'appointment',
      appointments.map(({ id, patient, ubrn, service, ordinal, start, status, body }) => [
        id,
        [patient === patients.get(ubrn), ubrn, service, ordinal, start, status, body],
      ]),
      [...replay.appointments.values()].map((row) => [
        row.id,
        [true, row.ubrn, row.slot.service, row.slot.ordinal, row.slot.start, row.status, JSON.stringify(row)],
      ]),
    ),
  );
  found.push(
    ...compare(
      'slot',
      (await tx.selectFrom('slot').selectAll().execute()).map((row) => [
        slotKey(row),
        [row.start, row.minutes, row.clinician, row.mode, row.withdrawn],
      ]),
      [...replay.slots.values()].map((row) => [
        slotKey(row),
        [row.start, row.minutes, row.clinician, row.mode, row.isWithdrawn ? 1 : 0],
      ]),
    ),
  );
  found.push(
    ...compare(
      'notice',
      (await tx.selectFrom('notice').selectAll().execute()).map((row) => [
        row.id,
        [row.scope, row.ubrn, row.claim_id, row.done, row.body],
      ]),
      [...replay.notices.values()].map((row) => [
        row.id,
        [row.scope, row.ubrn, row.claim, isStanding(row) ? 0 : 1, JSON.stringify(row)],
      ]),
    ),
  );
  const referrals = await tx.selectFrom('referral').selectAll().execute();
  found.push(
    ...compare(
      'status of referral',
      referrals.map((row) => [row.ubrn, [row.state, row.deferral_service, row.status]]),
      [...replay.statuses].map(([ubrn, status]) => [
        ubrn,
        [status.state, status.deferral?.service ?? null, JSON.stringify(status)],
      ]),
    ),
  );
  const services = await tx.selectFrom('service').selectAll().execute();
  for (const { id, next_ordinal, pack_seq } of services) {
    if (next_ordinal !== (replay.nextOrdinals.get(id) ?? 0)) {
      found.push(`I11: service ${id} would give ordinal ${next_ordinal} next`);
    }
    // Written once a batch, with the batch's last entry: never behind the entry that changed the slots.
    if (pack_seq < (replay.slotSeqs.get(id) ?? 0) || pack_seq > replay.seq) {
      found.push(`I7: service ${id} shows its slots as of entry ${pack_seq}`);
    }
  }
  return [...found, ...(await loadedDifferences(tx, replay, services, referrals))];
}

async function patientsOf(tx: Tx): Promise<Map<Ubrn, string>> {
  const rows = await tx.selectFrom('referral').select(['ubrn', 'patient']).execute();
  return new Map(rows.map(({ ubrn, patient }) => [ubrn, patient]));
}

/** What loads brought in is held against its digest. */
async function loadedDifferences(
  tx: Tx,
  replay: Replay,
  services: readonly Tables['service'][],
  referrals: readonly Tables['referral'][],
): Promise<Violation[]> {
  const organisations = await tx.selectFrom('organisation').selectAll().execute();
  const people = await tx.selectFrom('person').select(['id', 'role', 'scope', 'name', 'active']).execute();
  const patients = await tx.selectFrom('patient').selectAll().execute();
  const rows = [
    ...organisations.map(({ code, body }) => [`organisation ${code}`, digestOf(body)] as const),
    ...people.map((row) => [`person ${row.id}`, digestOf(JSON.stringify(row))] as const),
    ...services.map(({ id, body }) => [`service ${id}`, digestOf(body)] as const),
    ...patients.map(({ id, body }) => [`patient ${id}`, digestOf(body)] as const),
    ...referrals.map(({ ubrn, body }) => [`referral ${ubrn}`, digestOf(body)] as const),
  ];
  return compare('what was loaded:', rows, [...replay.digests]);
}

type Rows = readonly (readonly [key: string, row: unknown])[];

function compare(what: string, table: Rows, journal: Rows): Violation[] {
  const expected = new Map(journal.map(([key, row]) => [key, JSON.stringify(row)]));
  const found: Violation[] = [];
  for (const [key, row] of table) {
    const should = expected.get(key);
    expected.delete(key);
    if (should === undefined)
      found.push(`I11: ${what} ${String(key)} is in the tables and not in the journal`);
    else if (should !== JSON.stringify(row))
      found.push(`I11: ${what} ${String(key)} is not as the journal says`);
  }
  return [...found, ...[...expected.keys()].map((key) => `I11: ${what} ${String(key)} is missing`)];
}

/** A scope has at most one thing to tell a patient of what is so with a referral, and one of what was refused since. */
function doubleTasks(replay: Replay): Violation[] {
  const tasks = new Map<string, number>();
  for (const notice of replay.notices.values()) {
    if (!notice.tell || !notice.ubrn || !isStanding(notice)) continue;
    const key = `${notice.scope} about referral ${notice.ubrn}${notice.event === 'refused' ? ', refused' : ''}`;
    tasks.set(key, (tasks.get(key) ?? 0) + 1);
  }
  return [...tasks].flatMap(([key, count]) =>
    count > 1 ? [`I4: ${count} tasks to tell the patient stand in ${key}`] : [],
  );
}

/** I10: every referral is in a worklist; an open one never among the closed. */
function placesOf(known: Known, replay: Replay, now: Instant, violations: Violation[]): Map<Place, number> {
  const appointments = Map.groupBy(replay.appointments.values(), ({ ubrn }) => ubrn);
  const places = new Map<Place, number>();
  for (const referral of known.referrals.values()) {
    const at = place(referral, appointments.get(referral.ubrn) ?? [], now);
    if ((at === 'closed') !== (referral.status.state === 'closed')) {
      violations.push(`I10: referral ${referral.ubrn} is ${referral.status.state} and stands in ${at}`);
    }
    places.set(at, (places.get(at) ?? 0) + 1);
  }
  return places;
}

function countsOf(replay: Replay, places: ReadonlyMap<Place, number>): Record<string, number> {
  const appointments = [...replay.appointments.values()];
  return {
    entries: replay.seq,
    claims: replay.counts.claims,
    confirmed: replay.counts.confirmed,
    refused: replay.counts.refused,
    loads: replay.counts.loads,
    slots: replay.slots.size,
    appointments: appointments.length,
    cancelled: appointments.filter(({ status }) => status === 'cancelled').length,
    notices: replay.notices.size,
    'notices standing': [...replay.notices.values()].filter(isStanding).length,
    referrals: replay.statuses.size,
    ...Object.fromEntries([...places].sort().map(([name, count]) => [`in ${name}`, count])),
  };
}
