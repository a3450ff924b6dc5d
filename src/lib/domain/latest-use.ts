/** Until when a claim may be settled. */
import type { Actor } from './appointment.ts';
import type { Intent } from './claim.ts';
import type { ServiceId } from './ids.ts';
import { hourMs, type Instant } from './instant.ts';
import type { Service } from './service.ts';
import type { SlotRef } from './slot.ts';

/**
 * From slot times alone, so that no clock of a device has a say: the latest chosen start less the service's notice, to which
 * its own clinic is not bound, and for a move or a cancellation not after the appointment itself. Undefined where a claim
 * does not grow old.
 */
export function latestUse(
  intent: Intent,
  by: Actor,
  service: (id: ServiceId) => Service | undefined,
): Instant | undefined {
  const noticeHours = (id: ServiceId) => (by === 'clinic' ? 0 : (service(id)?.noticeHours ?? 0));
  const lastStart = (choices: readonly SlotRef[]) =>
    Math.max(...choices.map(({ service: id, start }) => start - noticeHours(id) * hourMs));
  switch (intent.kind) {
    case 'book':
      return lastStart(intent.choices);
    case 'move':
      return Math.min(lastStart(intent.choices), intent.from.start);
    case 'cancel':
      return intent.from.start;
    case 'defer':
    case 'close':
    case 'refer':
    case 'shortlist':
    case 'setAside':
    case 'contact':
    case 'return':
    case 'arrange':
    case 'rang':
    case 'acknowledge':
    case 'retract':
    case 'publish':
    case 'withdraw':
    case 'attend':
    case 'report':
      return undefined;
  }
}
