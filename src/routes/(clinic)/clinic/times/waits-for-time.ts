/** `?for=`: the patient for whom somebody adds clinic times, since there was none to book or to move to. */
import { ubrnSchema, type ServiceId } from '#lib/domain/ids.ts';
import type { Instant } from '#lib/domain/instant.ts';
import type { ReferralView, View } from '#lib/domain/project.ts';

export interface WaitsForTime {
  readonly view: ReferralView;
  /** The appointment that is to be moved; undefined where one is to be booked. */
  readonly move: string | undefined;
}

/** Undefined where nobody is named, or the patient waits for no time of this hospital any more. */
export function waitsForTime(view: View, url: URL, now: Instant): WaitsForTime | undefined {
  const named = ubrnSchema.safeParse(url.searchParams.get('for')).data;
  const found = named && view.byUbrn.get(named);
  if (!found || found.open) return undefined;
  const { appointment, referral } = found;
  if (!appointment) return referral.status.deferral ? { view: found, move: undefined } : undefined;
  const isToCome = appointment.status === 'booked' && appointment.slot.start > now;
  return isToCome ? { view: found, move: appointment.id } : undefined;
}

/** Where a clinic gives them one of `clinic`. */
export const givingHref = ({ view, move }: WaitsForTime, clinic: ServiceId): string =>
  `/clinic/patients/${view.referral.ubrn}/times?clinic=${clinic}${move ? `&move=${move}` : ''}`;
