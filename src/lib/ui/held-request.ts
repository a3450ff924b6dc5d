/** What a request names, the most wanted first. */
import type { Intent } from '#lib/domain/claim.ts';
import type { ServiceId } from '#lib/domain/ids.ts';
import type { SlotRef } from '#lib/domain/slot.ts';

/** The times that it asks for, best first. */
export function claimChoices(intent: Intent): readonly SlotRef[] {
  return intent.kind === 'book' || intent.kind === 'move' ? intent.choices : [];
}

/** Every service that it names, the most wanted first. */
export function claimServices(intent: Intent): readonly ServiceId[] {
  if ('service' in intent) return [intent.service];
  if ('offer' in intent) return intent.offer.shortlist;
  const from = 'from' in intent ? [intent.from.service] : [];
  return [...claimChoices(intent).map((choice) => choice.service), ...from];
}
