/**
 * Whose truth an effect changes: which rows of which scopes have to be read again. A scope that a row leaves is among them;
 * it will find nothing there any more. Who sees what, in full, is in views.ts.
 */
import type { Appointment } from '#lib/domain/appointment.ts';
import type { Effect } from '#lib/domain/decide.ts';
import type { ServiceId } from '#lib/domain/ids.ts';
import type { Referral } from '#lib/domain/referral.ts';
import { patientScope, practiceScope, type Scope } from '#lib/domain/scope.ts';
import type { Entity } from '#lib/protocol/exchange.ts';
import type { BatchFacts } from './facts.ts';

export interface Touch {
  readonly scope: Scope;
  readonly entity: Entity;
  readonly key: string;
}

/** Asked before the effect is applied: it needs the row as it was. Publishing and withdrawing touch packs, not rows. */
export function touchesOf(effect: Effect, facts: BatchFacts): Touch[] {
  switch (effect.effect) {
    case 'appointment':
      return appointmentTouches(effect.row, facts);
    case 'referral': {
      const before = facts.referral(effect.ubrn)?.status.deferral?.service;
      const after = effect.status.deferral?.service;
      const referral = mustHave(facts.referral(effect.ubrn));
      const services = facts.appointmentsOf(effect.ubrn).map(({ slot }) => slot.service);
      const clinics = [...services, before, after].map((service) => service && facts.clinicOf(service));
      return touchAll([...owners(referral), ...clinics], 'referral', effect.ubrn);
    }
    case 'notice':
      return touchAll([effect.row.scope], 'notice', effect.row.id);
    case 'publish':
    case 'withdraw':
      return [];
  }
}

function appointmentTouches(after: Appointment, facts: BatchFacts): Touch[] {
  const before = facts.appointment(after.id);
  const referral = mustHave(facts.referral(after.ubrn));
  const clinic = facts.clinicOf(after.slot.service);
  const left = before && facts.clinicOf(before.slot.service);
  const touches = touchAll([...owners(referral), clinic, left], 'appointment', after.id);
  // The clinic that gets the patient sees the referral from now on, the one that loses them perhaps no more.
  if (left !== clinic) touches.push(...touchAll([clinic, left], 'referral', after.ubrn));
  for (const service of servicesOffList(referral, before, after)) {
    touches.push(...touchAll(owners(referral), 'service', service));
  }
  return touches;
}

/** Services on the shortlist came with the referral; one that was chosen elsewhere comes and goes with its appointment. */
function servicesOffList(
  referral: Referral,
  before: Appointment | undefined,
  after: Appointment,
): ServiceId[] {
  if (before?.slot.service === after.slot.service) return [];
  const services = before ? [before.slot.service, after.slot.service] : [after.slot.service];
  return services.filter((service) => !referral.shortlist.includes(service));
}

export const owners = (referral: Pick<Referral, 'practice' | 'ubrn'>) => [
  practiceScope(referral.practice),
  patientScope(referral.ubrn),
];

export function touchAll(scopes: readonly (Scope | undefined)[], entity: Entity, key: string): Touch[] {
  return [...new Set(scopes)].flatMap((scope) => (scope ? [{ scope, entity, key }] : []));
}

function mustHave(referral: Referral | undefined): Referral {
  if (!referral) throw new Error('touches: an effect on a referral that nobody read');
  return referral;
}
