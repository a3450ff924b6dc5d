/** Claims and verdicts in the words of docs/histories.md. */
import type { Claim } from '#lib/domain/claim.ts';
import type { Offer } from '#lib/domain/referral.ts';
import type { SlotRef } from '#lib/domain/slot.ts';
import type { Verdict } from '#lib/domain/verdict.ts';

const saySlot = ({ service, ordinal }: SlotRef) => `${service}#${ordinal}`;

export function sayIntent({ id, intent }: Claim, name: (kind: string, id: string) => string): string {
  return `asks ${name('c', id)} ${intent.kind} ${sayWhat(intent, name)}`;
}

function sayWhat(intent: Claim['intent'], name: (kind: string, id: string) => string): string {
  switch (intent.kind) {
    case 'book':
      return `r${Number(intent.ubrn)} as ${name('a', intent.appointment)} at ${intent.choices.map(saySlot).join(', ')}`;
    case 'move':
      return `${name('a', intent.appointment)} from ${saySlot(intent.from)} to ${intent.choices.map(saySlot).join(', ')}`;
    case 'cancel':
      return `${name('a', intent.appointment)} at ${saySlot(intent.from)}, ${intent.reason}`;
    case 'defer':
      return `r${Number(intent.ubrn)} to ${intent.service}`;
    case 'close':
      return `r${Number(intent.ubrn)}, ${intent.reason}`;
    case 'refer':
      return `the patient of r${Number(intent.patientOf)} ${sayOffer(intent.offer)}`;
    case 'shortlist':
      return `r${Number(intent.ubrn)} ${sayOffer(intent.offer)}`;
    case 'setAside':
      return `r${Number(intent.ubrn)} until ${intent.reviewOn}, ${intent.why}`;
    case 'contact':
      return `r${Number(intent.ubrn)}, ${intent.outcome}`;
    case 'return':
      return `r${Number(intent.ubrn)}, ${intent.reason}`;
    case 'rang':
      return `r${Number(intent.ubrn)} at ${intent.at}`;
    case 'arrange':
      return `r${Number(intent.ubrn)} with ${intent.service} ${intent.start === null ? 'off' : `at ${intent.start}`}`;
    case 'acknowledge':
      return `${name('n', intent.notice)}${intent.told ? `, told by ${intent.told.how}` : ''}`;
    case 'retract':
      return name('n', intent.notice);
    case 'publish':
      return `${intent.sessions.reduce((sum, { count }) => sum + count, 0)} times of ${intent.service}`;
    case 'withdraw':
      return intent.slots.map(({ slot }) => saySlot(slot)).join(', ');
    case 'attend':
      return `${name('a', intent.appointment)}, ${intent.outcome}`;
    case 'report':
      return `r${Number(intent.ubrn)} was told ${saySlot(intent.told.slot)} ${intent.told.status}`;
  }
}

const sayOffer = ({ priority, specialty, choice, shortlist }: Offer) =>
  `${priority} to ${specialty} ${choice} of ${shortlist.join(', ')}`;

export function sayVerdict({ outcome, code, already, rank, appointment, ubrn }: Verdict): string {
  if (outcome === 'refused') return `refused ${code ?? ''}`;
  const at = appointment
    ? ` ${saySlot(appointment.slot)} ${appointment.status}`
    : ubrn
      ? ` r${Number(ubrn)}`
      : '';
  return `confirmed${already ? ' already' : ''}${rank === null ? '' : ` rank ${rank}`}${at}`;
}

/** Would a person hear the same? Said here apart from the product's own answer. */
export function sameNews(a: Verdict, b: Verdict): boolean {
  if (a.outcome !== b.outcome || a.code !== b.code) return false;
  if (a.outcome === 'refused') return true;
  const say = ({ appointment }: Verdict) =>
    appointment
      ? `${saySlot(appointment.slot)} ${appointment.slot.start} ${appointment.slot.print} ${appointment.status}`
      : '';
  return sameTime(a, b) || say(a) === say(b);
}

/** After a restore another ordinal may be the same time of the same people: a person hears no difference. */
function sameTime(a: Verdict, b: Verdict): boolean {
  const [one, other] = [a.appointment, b.appointment];
  if (!one || !other) return one === other;
  const is = (key: 'service' | 'start' | 'print') => one.slot[key] === other.slot[key];
  return one.status === other.status && is('service') && is('start') && is('print');
}
