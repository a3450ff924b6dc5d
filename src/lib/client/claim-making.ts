/** What goes with a claim when it is made: until when it may be settled, and the words it is known by. */
import type { ClaimLabel } from '#lib/sync/claim-record.ts';
import type { Intent } from '#lib/domain/claim.ts';
import type { ServiceId } from '#lib/domain/ids.ts';
import { formatInstant, hourMs, type Instant } from '#lib/domain/instant.ts';
import { listName, type Patient } from '#lib/domain/referral.ts';
import type { Service } from '#lib/domain/service.ts';
import type { SlotRef } from '#lib/domain/slot.ts';

/**
 * From slot times alone, so that no clock of a device has a say: the latest chosen start less the service's notice, and for
 * a move or a cancellation not after the appointment itself. Undefined where a claim does not grow old.
 */
export function latestUse(
  intent: Intent,
  service: (id: ServiceId) => Service | undefined,
): Instant | undefined {
  const lastStart = (choices: readonly SlotRef[]) =>
    Math.max(...choices.map(({ service: id, start }) => start - (service(id)?.noticeHours ?? 0) * hourMs));
  switch (intent.kind) {
    case 'book':
      return lastStart(intent.choices);
    case 'move':
      return Math.min(lastStart(intent.choices), intent.from.start);
    case 'cancel':
      return intent.from.start;
    case 'defer':
    case 'close':
    case 'acknowledge':
    case 'publish':
    case 'withdraw':
    case 'attend':
      return undefined;
  }
}

const whats = {
  book: 'Book an appointment',
  move: 'Move an appointment',
  cancel: 'Cancel an appointment',
  defer: 'Ask the hospital to contact the patient',
  close: 'Close a referral',
  acknowledge: 'Record what was seen or told',
  publish: 'Add clinic times',
  withdraw: 'Take times away',
  attend: 'Record who came',
} as const satisfies Record<Intent['kind'], string>;

export function claimLabel(intent: Intent, patient: Patient | undefined): ClaimLabel {
  const start = startOf(intent);
  return {
    who: patient ? listName(patient) : '',
    what: whats[intent.kind],
    when: start === undefined ? '' : formatInstant(start),
  };
}

function startOf(intent: Intent): Instant | undefined {
  switch (intent.kind) {
    case 'book':
    case 'move':
      return intent.choices[0]?.start;
    case 'cancel':
    case 'attend':
      return intent.from.start;
    case 'withdraw':
      return intent.slots[0]?.slot.start;
    case 'publish':
      return intent.sessions[0]?.start;
    case 'defer':
    case 'close':
    case 'acknowledge':
      return undefined;
  }
}
