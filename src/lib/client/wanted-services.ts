/** Which services' times a desk keeps fresh without being asked: where its open referrals may go, most urgent first. */
import type { ServiceId } from '#lib/domain/ids.ts';
import type { View } from '#lib/domain/project.ts';
import { isOpen } from '#lib/domain/referral.ts';
import type { Service } from '#lib/domain/service.ts';
import { packsMax } from '#lib/protocol/exchange.ts';

export function servicesToKeepFresh(
  view: View,
  own: readonly Service[],
  service: (id: ServiceId) => Service | undefined,
): readonly ServiceId[] {
  const services = new Set<ServiceId>(own.filter(({ booking }) => booking === 'direct').map(({ id }) => id));
  for (const { referral } of view.referrals) {
    if (!isOpen(referral)) continue;
    for (const id of referral.shortlist) {
      // Booked by telephone or by the hospital: there are no times to hold. Unknown ones may have some.
      if ((service(id)?.booking ?? 'direct') === 'direct') services.add(id);
    }
  }
  return [...services].slice(0, packsMax);
}
