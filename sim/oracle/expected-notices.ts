/** Who has to hear of an entry, said once more and apart from the product's rule. */
import type { Claim, IntentOf } from '#lib/domain/claim.ts';
import type { AppointmentId, Ubrn } from '#lib/domain/ids.ts';
import { clinicScope, patientScope, practiceScope, scopeKind, type Scope } from '#lib/domain/scope.ts';
import type { SlotRef } from '#lib/domain/slot.ts';
import type { JournalEntry } from '../lanes/lane.ts';
import type { Model } from './model.ts';

export interface Expected {
  readonly scope: Scope;
  /** The practice has to tell the patient, not only to see it. */
  readonly tell: boolean;
  readonly appointment?: AppointmentId;
  /** It has to say whom it is about. */
  readonly ubrn?: Ubrn;
}

interface Change {
  readonly ubrn: Ubrn;
  readonly appointment?: AppointmentId;
  /** The time that is free again: its clinic hears of it, unless it did it itself. */
  readonly left?: SlotRef | undefined;
}

export function expectedNotices(entry: JournalEntry, claim: Claim, model: Model): Expected[] {
  const { verdict } = entry;
  const { author, intent } = claim;
  if (verdict.already) return [];
  if (verdict.outcome === 'refused') return afterRefusal(claim, model);
  if (intent.kind === 'report') return afterReport(intent, model);
  if (intent.kind === 'close' && intent.seen !== undefined) return afterDeathUndone(intent.ubrn, model);
  const actor = scopeKind(author.scope);
  const isOfDeath = intent.kind === 'close' && intent.reason === 'PATIENT_DIED';
  return changesOf(entry, claim, model).flatMap(({ ubrn, appointment, left }) => {
    const referral = model.referral(ubrn);
    if (!referral) return [];
    const about = appointment ? { appointment } : {};
    const expected: Expected[] = [];
    const practice = practiceScope(referral.practice);
    if (actor === 'patient') {
      if (left || (intent.kind === 'book' && hasOtherWord(ubrn, practice, model)))
        expected.push({ scope: practice, tell: false, ...about });
      if (intent.kind === 'book' && (verdict.rank ?? 1) > 1)
        expected.push({ scope: author.scope, tell: false, ...about });
    } else if (!isOfDeath) {
      const hasDied = model.hasDied(ubrn);
      expected.push({ scope: practice, tell: !hasDied, ...about });
      if (!hasDied) expected.push({ scope: patientScope(ubrn), tell: false, ...about });
    }
    const site = left && actor !== 'clinic' ? model.service(left.service)?.site : undefined;
    if (site) expected.push({ scope: clinicScope(site), tell: false, ...about });
    return expected;
  });
}

/** What a patient waits for, and does not get, their practice has to tell them; whoever of it has asked. */
function afterRefusal({ author, intent }: Claim, model: Model): Expected[] {
  if (intent.kind === 'acknowledge' || intent.kind === 'report') return [];
  const ubrn = awaited(intent, model);
  const practice = ubrn && model.referral(ubrn)?.practice;
  if (!ubrn || !practice || author.scope !== practiceScope(practice))
    return [{ scope: author.scope, tell: false }];
  return [{ scope: author.scope, tell: !model.hasDied(ubrn), ubrn }];
}

function awaited(intent: Claim['intent'], model: Model): Ubrn | undefined {
  switch (intent.kind) {
    case 'book':
    case 'defer':
    case 'close':
    case 'arrange':
      return intent.ubrn;
    case 'move':
    case 'cancel':
      return model.appointments.get(intent.appointment)?.ubrn;
    default:
      return undefined;
  }
}

/** Advice, a time agreed by phone, or something to tell that is so no more. */
function hasOtherWord(ubrn: Ubrn, practice: Scope, model: Model): boolean {
  const { returned, arranged } = model.status(ubrn);
  const isStanding = [...model.notices.values()].some(
    ({ scope, event, done, ...notice }) =>
      notice.ubrn === ubrn &&
      scope === practice &&
      done === null &&
      ['booked', 'bookedLower', 'moved', 'deferred', 'changed', 'closed'].includes(event),
  );
  return returned !== undefined || arranged !== undefined || isStanding;
}

/** Nobody was told anything of any of their referrals meanwhile. */
function afterDeathUndone(ubrn: Ubrn, model: Model): Expected[] {
  const isStillSaid = model.hasDiedBesides(ubrn);
  return [...model.referrals()]
    .filter((one) => model.isSamePatient(one.ubrn, ubrn))
    .flatMap((one) => [
      { scope: practiceScope(one.practice), tell: !isStillSaid, ubrn: one.ubrn },
      ...(isStillSaid ? [] : [{ scope: patientScope(one.ubrn), tell: false, ubrn: one.ubrn }]),
    ]);
}

/** Each who may have believed what was told. */
function afterReport({ ubrn, told }: IntentOf<'report'>, model: Model): Expected[] {
  const referral = model.referral(ubrn);
  const site = model.service(told.slot.service)?.site;
  if (!referral || !site) return [];
  const hasDied = model.hasDied(ubrn);
  return [
    { scope: practiceScope(referral.practice), tell: !hasDied },
    ...(hasDied ? [] : [{ scope: patientScope(ubrn), tell: false }]),
    { scope: clinicScope(site), tell: false },
  ];
}

/** Whoever has a date, or waits for a hospital, that is no longer the right one. */
function afterOffer({ ubrn, offer }: IntentOf<'shortlist'>, { at }: JournalEntry, model: Model): Change[] {
  const before = model.referral(ubrn);
  const held = model.holding(ubrn);
  const id = held?.slot.service ?? model.status(ubrn).deferral?.service;
  const service = id && model.service(id);
  if (!before || !service) return [];
  const isFit = (referral: typeof before) => model.isWelcome(referral, service, at);
  if (isFit({ ...before, ...offer }) || (held && !isFit(before))) return [];
  return [{ ubrn, ...(held ? { appointment: held.id } : {}) }];
}

function changesOf(entry: JournalEntry, { intent }: Claim, model: Model): Change[] {
  const { verdict, effects } = entry;
  switch (intent.kind) {
    case 'book':
      return [{ ubrn: intent.ubrn, appointment: intent.appointment }];
    case 'move':
    case 'cancel': {
      const before = model.appointments.get(intent.appointment);
      return before ? [{ ubrn: before.ubrn, appointment: before.id, left: before.slot }] : [];
    }
    case 'defer':
    case 'return':
    case 'arrange':
      return [{ ubrn: intent.ubrn }];
    case 'close': {
      const { appointment } = verdict;
      if (!appointment) return [{ ubrn: intent.ubrn }];
      return [{ ubrn: intent.ubrn, appointment: appointment.id, left: appointment.slot }];
    }
    case 'withdraw':
      return effects.flatMap((effect) =>
        effect.effect === 'appointment'
          ? [{ ubrn: effect.row.ubrn, appointment: effect.row.id, left: effect.row.slot }]
          : [],
      );
    case 'shortlist':
      return afterOffer(intent, entry, model);
    case 'refer':
    case 'setAside':
    case 'contact':
    case 'rang':
    case 'acknowledge':
    case 'retract':
    case 'publish':
    case 'attend':
    case 'report':
      return [];
  }
}
