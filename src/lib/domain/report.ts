/**
 * After a restore a device may be told something else than before. It knows, and its screen says so; but others believed the
 * first answer as well: the patient, the practice's other desks, the clinic. So the device reports what was told, and the
 * ledger raises "This has changed" wherever it is not so.
 */
import type { Appointment } from './appointment.ts';
import { claimVersion, type Claim, type IntentOf } from './claim.ts';
import type { ClaimId } from './ids.ts';
import type { Instant } from './instant.ts';
import { isStanding, type Notice } from './notice.ts';
import { isSameTime } from './slot.ts';
import type { Verdict } from './verdict.ts';

/** Made by a device and by no person: nobody asked for it, takes it back, or waits for it. */
export const isOfDevice = (kind: string): boolean => kind === 'report';

/**
 * What follows when a claim that was told `told` is answered otherwise in another history; undefined where nobody was told of
 * an appointment. `toldAt`: by the ledger's clock, when this device heard it. A refusal that is a booking now has its own notices, as every booking has.
 */
export function reportAfter(
  { id, author, intent }: Claim,
  told: Verdict,
  toldAt: Instant,
  now: Verdict,
): Claim | undefined {
  const isOfAppointment = intent.kind === 'book' || intent.kind === 'move' || intent.kind === 'cancel';
  if (!isOfAppointment || told.outcome === 'refused' || !told.appointment) return undefined;
  const { id: appointment, ubrn, slot, status } = told.appointment;
  return {
    v: claimVersion,
    id: reportId(id, toldAt),
    author,
    madeAt: now.at,
    intent: { kind: 'report', ubrn, appointment, told: { slot, status } },
  };
}

/** One for each claim and each time that it was told, however often it is derived: a UUID of one's own making (version 8). */
export function reportId(claim: ClaimId, toldAt: Instant): ClaimId {
  const part = (from: number, mask: number) =>
    (Number.parseInt(claim.slice(from, from + 6), 16) ^ mask).toString(16).padStart(6, '0');
  const last = part(24, Math.floor(toldAt / 2 ** 24)) + part(30, toldAt % 2 ** 24);
  return `${claim.slice(0, 14)}8${claim.slice(15, 24)}${last}` as ClaimId;
}

/**
 * Nobody who was told this is misled by what is. `of`: the appointments of the referral: told of a time, it is all the same
 * which of them stands at it.
 */
export function isAsTold({ appointment, told }: IntentOf<'report'>, of: readonly Appointment[]): boolean {
  const standing = of.filter(({ status }) => status !== 'cancelled');
  return told.status === 'cancelled'
    ? !standing.some(({ id }) => id === appointment)
    : standing.some(({ slot }) => isSameTime(slot, told.slot));
}

/** Two devices that were told the same say the same. `held`: the appointment that holds the referral now. */
export function isSaidAlready(
  { told }: IntentOf<'report'>,
  held: Appointment | undefined,
  notices: readonly Notice[],
): boolean {
  return notices.some(
    (notice) =>
      notice.event === 'changed' &&
      isStanding(notice) &&
      notice.was !== null &&
      isSameTime(notice.was, told.slot) &&
      notice.appointment === (held?.id ?? null),
  );
}
