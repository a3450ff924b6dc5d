/** A request of this device as screens show it: whom it is about, and which times it names. */
import type { Intent } from '#lib/domain/claim.ts';
import { ubrnOf } from '#lib/domain/claim.ts';
import type { ServiceId } from '#lib/domain/ids.ts';
import type { HeldClaim, ReferralView, View } from '#lib/domain/project.ts';
import type { SlotRef } from '#lib/domain/slot.ts';

/** The referral that a request is about; undefined when it has left this device, or the request is about none. */
export function viewOf(view: View, { claim, status }: HeldClaim): ReferralView | undefined {
  const { intent } = claim;
  const named = ubrnOf(intent);
  if (named) return view.byUbrn.get(named);
  if (intent.kind === 'acknowledge') {
    return view.referrals.find(({ notices }) => notices.some(({ id }) => id === intent.notice));
  }
  const told = status.state === 'settled' ? status.verdict.appointment?.ubrn : undefined;
  if (told) return view.byUbrn.get(told);
  return 'appointment' in intent
    ? view.referrals.find(({ history }) => history.some(({ id }) => id === intent.appointment))
    : undefined;
}

/** The times that it asks for, best first. */
export function claimChoices(intent: Intent): readonly SlotRef[] {
  return intent.kind === 'book' || intent.kind === 'move' ? intent.choices : [];
}

/** Every service that it names, the most wanted first. */
export function claimServices(intent: Intent): readonly ServiceId[] {
  if ('service' in intent) return [intent.service];
  const from = 'from' in intent ? [intent.from.service] : [];
  return [...claimChoices(intent).map((choice) => choice.service), ...from];
}
