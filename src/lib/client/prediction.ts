/** What the ledger would probably answer: the same rules, on what this device knows. What it does not know is not held against anybody. */
import type { Appointment } from '#lib/domain/appointment.ts';
import { holdsSlot } from '#lib/domain/appointment.ts';
import type { Claim, Intent } from '#lib/domain/claim.ts';
import { decide } from '#lib/domain/decide.ts';
import type { Facts } from '#lib/domain/decision.ts';
import type { ServiceId } from '#lib/domain/ids.ts';
import type { Instant } from '#lib/domain/instant.ts';
import { isStanding, newsSince } from '#lib/domain/notice.ts';
import type { Author } from '#lib/domain/person.ts';
import type { View } from '#lib/domain/project.ts';
import { hasDied, ofSamePatient } from '#lib/domain/same-patient.ts';
import type { Service } from '#lib/domain/service.ts';
import type { Slot } from '#lib/domain/slot.ts';
import type { Truth } from '#lib/domain/truth.ts';
import type { PackColumns } from '#lib/protocol/pack.ts';
import type { Prediction } from './desk.ts';
import { findSlot, searchSlots } from './slot-search.ts';

export interface Known {
  readonly now: Instant;
  readonly author: Author;
  readonly name: string;
  readonly truth: Truth;
  readonly view: View;
  readonly service: (id: ServiceId) => Service | undefined;
  readonly columns: (id: ServiceId) => PackColumns | undefined;
}

/** A refusal shows a few of the times that there are. */
const timesShownMax = 5;

export function predict(claim: Claim, known: Known): Prediction {
  const decision = decide(claim, factsFrom(known));
  const isGuess = decision.code === 'SLOT_NOT_AVAILABLE' || decision.code === 'INAPPROPRIATE_SLOT';
  if (decision.outcome === 'confirmed' || (isGuess && !knowsAll(claim.intent, known))) {
    return { guess: 'likely', because: null, times: [] };
  }
  return { guess: 'unlikely', because: decision.code, times: decision.slots };
}

/** Of a service whose terms or times are not here, nothing can be foretold. */
function knowsAll(intent: Intent, { service, columns }: Known): boolean {
  if ('offer' in intent) return intent.offer.shortlist.every((id) => service(id));
  if (intent.kind !== 'book' && intent.kind !== 'move') return true;
  return intent.choices.every((choice) => service(choice.service) && columns(choice.service));
}

function factsFrom({ now, author, name, truth, view, service, columns }: Known): Facts {
  const appointments = new Map(view.referrals.flatMap(({ history }) => history.map((one) => [one.id, one])));
  const holder = (id: ServiceId, ordinal: number) => holderAmong(appointments.values(), id, ordinal);
  return {
    now,
    sender: author,
    holdsRight: () => true,
    nameOf: () => name,
    referral: (ubrn) => truth.referrals.get(ubrn),
    referralsOfPatient: (ubrn) => ofSamePatient(truth.referrals, ubrn).map((one) => one.ubrn),
    hasDied: (ubrn) => hasDied(truth.referrals, ubrn),
    appointment: (id) => appointments.get(id),
    appointmentOf: (ubrn) => view.byUbrn.get(ubrn)?.appointment,
    service,
    slot(id, ordinal) {
      const held = columns(id);
      const free = held && findSlot(held, ordinal);
      return free ?? slotOf(holder(id, ordinal));
    },
    holder,
    freeSlots(id, window) {
      const held = columns(id);
      return held ? searchSlots(held, window, {}, timesShownMax).first : [];
    },
    notice: (id) => truth.notices.get(id),
    noticesOf: (ubrn) => [...truth.notices.values()].filter((one) => one.ubrn === ubrn && isStanding(one)),
    newsSince: (notice) => newsSince(notice, truth.notices.values()),
    nextOrdinal: () => 0,
  };
}

function holderAmong(
  appointments: Iterable<Appointment>,
  service: ServiceId,
  ordinal: number,
): Appointment | undefined {
  for (const appointment of appointments) {
    const { slot } = appointment;
    if (slot.ordinal === ordinal && slot.service === service && holdsSlot(appointment)) return appointment;
  }
  return undefined;
}

function slotOf(appointment: Appointment | undefined): Slot | undefined {
  if (!appointment) return undefined;
  const { slot, minutes, clinician, mode } = appointment;
  return { service: slot.service, ordinal: slot.ordinal, start: slot.start, minutes, clinician, mode };
}
