/**
 * Writes what a batch of claims came to: the net effect, so that correct decisions never trip over each other on their way in.
 * First every row that leaves its time or its referral, then every row that takes one; a moved appointment stays one row.
 */
import { holdsReferral, holdsSlot, type Appointment } from '#lib/domain/appointment.ts';
import type { ServiceId, Ubrn } from '#lib/domain/ids.ts';
import type { Notice } from '#lib/domain/notice.ts';
import type { BatchFacts } from './facts.ts';
import type { Entry, Place } from './journal.ts';
import { writeReferrals } from './referrals.ts';
import { compiledOnce, inPieces, insertRows, type Tx } from './rows.ts';
import type { Tables } from './schema.ts';

export async function recordFacts(tx: Tx, facts: BatchFacts, lastSeq: number): Promise<void> {
  const { changed } = facts;
  await insertRows(
    tx,
    'slot',
    changed.published.map((slot) => ({
      service: slot.service,
      ordinal: slot.ordinal,
      start: slot.start,
      minutes: slot.minutes,
      clinician: slot.clinician,
      mode: slot.mode,
      withdrawn: 0,
    })),
  );
  await recordTexts(tx, facts);
  await recordAppointments(tx, facts);
  for (const [service, ordinals] of changed.withdrawn) {
    await inPieces(ordinals, (piece) =>
      tx
        .updateTable('slot')
        .set({ withdrawn: 1 })
        .where('service', '=', service)
        .where('ordinal', 'in', piece)
        .execute(),
    );
  }
  for (const ubrn of changed.referrals) {
    const status = facts.referral(ubrn)?.status;
    if (!status || changed.texts.has(ubrn)) continue;
    await writeStatus(tx, status.state, status.deferral?.service ?? null, JSON.stringify(status), ubrn);
  }
  await insertRows(
    tx,
    'notice',
    [...changed.notices].flatMap((id) => {
      const row = facts.notice(id);
      return row ? [noticeRow(row)] : [];
    }),
    ['id'],
  );
  for (const id of changed.services) await writePackSeq(tx, lastSeq, id);
  for (const id of changed.ordinals) {
    await writeNextOrdinal(tx, facts.nextOrdinal(id), id);
  }
}

export function noticeRow(row: Notice): Tables['notice'] {
  const { id, scope, ubrn, claim, done } = row;
  return { id, scope, ubrn, claim_id: claim, done: done ? 1 : 0, body: JSON.stringify(row) };
}

const writePackSeq = compiledOnce((db, seq: number, id: ServiceId) =>
  db.updateTable('service').set({ pack_seq: seq }).where('id', '=', id),
);
const writeNextOrdinal = compiledOnce((db, ordinal: number, id: ServiceId) =>
  db.updateTable('service').set({ next_ordinal: ordinal }).where('id', '=', id),
);
const writeStatus = compiledOnce(
  (db, state: Tables['referral']['state'], deferredTo: ServiceId | null, status: string, ubrn: Ubrn) =>
    db.updateTable('referral').set({ state, deferral_service: deferredTo, status }).where('ubrn', '=', ubrn),
);
const writeHead = compiledOnce((db, seq: number, hash: string, id: number) =>
  db.updateTable('head').set({ seq, hash }).where('id', '=', id),
);

async function recordTexts(tx: Tx, facts: BatchFacts): Promise<void> {
  const ubrns = [...facts.changed.texts];
  if (ubrns.length === 0) return;
  const referrals = ubrns.flatMap((ubrn) => facts.referral(ubrn) ?? []);
  await writeReferrals(tx, referrals);
}

async function recordAppointments(tx: Tx, facts: BatchFacts): Promise<void> {
  const rows: Tables['appointment'][] = [];
  const leaving: Appointment[] = [];
  for (const [id, before] of facts.changed.appointments) {
    const after = facts.appointment(id);
    const patient = after && facts.referral(after.ubrn)?.patient.id;
    if (!after || patient === undefined) throw new Error(`record: appointment ${id} has no referral`);
    if (before && letsGo(before, after)) leaving.push(before);
    rows.push({
      id,
      ubrn: after.ubrn,
      patient,
      service: after.slot.service,
      ordinal: after.slot.ordinal,
      start: after.slot.start,
      status: after.status,
      body: JSON.stringify(after),
    });
  }
  await inPieces(
    leaving.map(({ id }) => id),
    (ids) => tx.updateTable('appointment').set({ status: 'cancelled' }).where('id', 'in', ids).execute(),
  );
  await insertRows(tx, 'appointment', rows, ['id']);
}

function letsGo(before: Appointment, after: Appointment): boolean {
  const moves = before.slot.service !== after.slot.service || before.slot.ordinal !== after.slot.ordinal;
  return (
    (holdsSlot(before) && (moves || !holdsSlot(after))) || (holdsReferral(before) && !holdsReferral(after))
  );
}

export async function recordEntries(
  tx: Tx,
  entries: readonly Entry[],
  touched: readonly Tables['touched'][],
  comments: readonly Tables['comment'][],
): Promise<Place | undefined> {
  await insertRows(tx, 'journal', entries);
  await insertRows(tx, 'touched', touched);
  await insertRows(tx, 'comment', comments);
  const last = entries.at(-1);
  if (!last) return undefined;
  await writeHead(tx, last.seq, last.hash, 1);
  return { seq: last.seq, hash: last.hash };
}
