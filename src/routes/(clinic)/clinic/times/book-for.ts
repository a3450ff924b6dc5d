/** `?for=`: the patient for whom somebody adds clinic times, since there was none to book. */
import { ubrnSchema, type Ubrn } from '#lib/domain/ids.ts';
import type { ReferralView, View } from '#lib/domain/project.ts';

/** Where a clinic books one. */
export const bookHref = (ubrn: Ubrn) => `/clinic/patients/${ubrn}/times`;

/** Undefined where nobody is named, or the patient waits for no time of this hospital any more. */
export function toBookFor(view: View, url: URL): ReferralView | undefined {
  const named = ubrnSchema.safeParse(url.searchParams.get('for')).data;
  const found = named && view.byUbrn.get(named);
  return found && found.referral.status.deferral && !found.appointment && !found.open ? found : undefined;
}
