/**
 * Writes what a batch of claims came to: the net effect, so that correct decisions never trip over each other on their way in.
 * First every row that leaves its time or its referral, then every row that takes one; a moved appointment stays one row.
 */
import { holdsReferral, holdsSlot, type Appointment } from '#lib/domain/appointment.ts';
import type { BatchFacts } from './facts.ts';
import type { Entry, Place } from './journal.ts';
import { inPieces, insertRows, type Tx } from './rows.ts';
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
    if (!status) continue;
    await tx
      .updateTable('referral')
      .set({
        state: status.state,
        deferral_service: status.deferral?.service ?? null,
        status: JSON.stringify(status),
      })
      .where('ubrn', '=', ubrn)
      .execute();
  }
  await insertRows(
    tx,
    'notice',
    [...changed.notices].flatMap((id) => {
      const row = facts.notice(id);
      if (!row) return [];
      const { scope, ubrn, claim, done } = row;
      return [{ id, scope, ubrn, claim_id: claim, done: done ? 1 : 0, body: JSON.stringify(row) }];
    }),
    ['id'],
  );
  await inPieces(changed.services, (ids) =>
    tx.updateTable('service').set({ pack_seq: lastSeq }).where('id', 'in', ids).execute(),
  );
  for (const id of changed.ordinals) {
    await tx
      .updateTable('service')
      .set({ next_ordinal: facts.nextOrdinal(id) })
      .where('id', '=', id)
      .execute();
  }
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
  await tx.updateTable('head').set({ seq: last.seq, hash: last.hash }).where('id', '=', 1).execute();
  return { seq: last.seq, hash: last.hash };
}
