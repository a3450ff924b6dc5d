/** `?for=`: the patient for whom somebody adds clinic times, since there was none to book or to move to. */
import { ubrnSchema, type ServiceId } from '#lib/domain/ids.ts';
import type { Instant } from '#lib/domain/instant.ts';
import type { ReferralView, View } from '#lib/domain/project.ts';
import { timeToGive } from '#lib/ui/clinic-contact.ts';

export interface WaitsForTime {
  readonly view: ReferralView;
  readonly to: 'book' | 'move';
}

/** Undefined where nobody is named, or the patient waits for no time of this hospital any more. */
export function waitsForTime(desk: View, url: URL, now: Instant): WaitsForTime | undefined {
  const named = ubrnSchema.safeParse(url.searchParams.get('for')).data;
  const view = named && desk.byUbrn.get(named);
  const to = view && timeToGive(view, now);
  return to && { view, to };
}

/** Where a clinic gives them one of `clinic`. */
export const givingHref = ({ view, to }: WaitsForTime, clinic: ServiceId): string =>
  `/clinic/patients/${view.referral.ubrn}/times?clinic=${clinic}${to === 'move' ? '&move' : ''}`;
