/** The words that a claim is known by, fixed when it is made. */
import type { ClaimLabel } from '#lib/sync/claim-record.ts';
import type { Intent } from '#lib/domain/claim.ts';
import { formatInstant, type Instant } from '#lib/domain/instant.ts';
import type { Ubrn } from '#lib/domain/ids.ts';
import { isPressing } from '#lib/domain/priority.ts';
import { listName, type Patient, type Referral } from '#lib/domain/referral.ts';

const whats = {
  book: 'Book an appointment',
  move: 'Move an appointment',
  cancel: 'Cancel an appointment',
  defer: 'Ask the hospital to contact the patient',
  close: 'Close a referral',
  refer: 'Refer a patient',
  shortlist: 'Change a referral',
  setAside: 'Set a referral aside',
  contact: 'Record a call or letter to the patient',
  return: 'Send a referral back',
  arrange: 'Record what was arranged by phone',
  rang: 'Record a call to the hospital',
  acknowledge: 'Record what was seen or told',
  retract: 'Record that the patient was not told',
  publish: 'Add clinic times',
  withdraw: 'Take times away',
  attend: 'Record who came',
  report: 'Say that an answer has changed',
} as const satisfies Record<Intent['kind'], string>;

/** Goes first, and raises the alarm when it gets no answer: by what is asked for as well as by what stands. */
export function isPressingClaim(intent: Intent, known: Referral | undefined): boolean {
  // The referral that a new one names says whom it is for, not how soon.
  if (intent.kind === 'refer') return isPressing(intent.offer.priority);
  if (intent.kind === 'shortlist' && isPressing(intent.offer.priority)) return true;
  return known !== undefined && isPressing(known.priority);
}

/** The referral by which the device knows whom a claim is about. */
export const knownBy = (intent: Intent, subject: Ubrn | undefined): Ubrn | undefined =>
  intent.kind === 'refer' ? intent.patientOf : subject;

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
    case 'report':
      return intent.told.slot.start;
    case 'withdraw':
      return intent.slots[0]?.slot.start;
    case 'publish':
      return intent.sessions[0]?.start;
    case 'arrange':
      return intent.start ?? undefined;
    case 'defer':
    case 'rang':
    case 'setAside':
    case 'contact':
    case 'return':
    case 'close':
    case 'refer':
    case 'shortlist':
    case 'acknowledge':
    case 'retract':
      return undefined;
  }
}
