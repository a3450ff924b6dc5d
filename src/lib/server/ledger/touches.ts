/**
 * Whose truth an effect changes: which rows of which scopes have to be read again. A scope that a row leaves is among them;
 * it will find nothing there any more. Who sees what, in full, is in views.ts.
 */
import type { Appointment } from '#lib/domain/appointment.ts';
import type { Effect } from '#lib/domain/decision.ts';
import type { ServiceId } from '#lib/domain/ids.ts';
import { servicesNamed, type Referral } from '#lib/domain/referral.ts';
import { patientScope, practiceScope, type Scope } from '#lib/domain/scope.ts';
import type { Entity } from '#lib/protocol/exchange.ts';
import type { BatchFacts } from './facts.ts';
import type { Tables } from './schema.ts';

/** Keys by entity. */
export type Named = Partial<Record<Entity, readonly string[]>>;

/** What one entry touched, each row of each scope once. */
export class Touches {
  readonly #byScope = new Map<Scope, Map<Entity, Set<string>>>();

  add(scopes: readonly (Scope | undefined)[], entity: Entity, key: string): void {
    for (const scope of scopes) {
      if (!scope) continue;
      const named = this.#byScope.get(scope) ?? new Map<Entity, Set<string>>();
      this.#byScope.set(scope, named);
      const keys = named.get(entity) ?? new Set<string>();
      named.set(entity, keys.add(key));
    }
  }

  rows(seq: number): Tables['touched'][] {
    return this.named().map(([scope, named]) => ({ scope, seq, named: JSON.stringify(named) }));
  }

  named(): [Scope, Named][] {
    return [...this.#byScope].map(([scope, byEntity]) => {
      const named: Partial<Record<Entity, readonly string[]>> = {};
      for (const [entity, keys] of byEntity) named[entity] = [...keys];
      return [scope, named];
    });
  }

  scopes = (): ReadonlySet<Scope> => new Set(this.#byScope.keys());
}

/** Asked before the effect is applied: it needs the row as it was. Publishing and withdrawing touch packs, not rows. */
export function touch(touches: Touches, effect: Effect, facts: BatchFacts): void {
  switch (effect.effect) {
    case 'appointment':
      return touchAppointment(touches, effect.row, facts);
    case 'referral': {
      const referral = mustHave(facts.referral(effect.ubrn));
      const services = [
        ...facts.appointmentsOf(effect.ubrn).map(({ slot }) => slot.service),
        referral.status.deferral?.service,
        effect.status.deferral?.service,
      ];
      const clinics = services.map((service) => service && facts.clinicOf(service));
      touches.add([...owners(referral), ...clinics], 'referral', effect.ubrn);
      const named = new Set([...servicesNamed(referral.status), ...servicesNamed(effect.status)]);
      for (const service of named) {
        if (!referral.shortlist.includes(service)) touches.add(owners(referral), 'service', service);
      }
      return;
    }
    case 'referralText': {
      const { text } = effect;
      const before = facts.referral(text.ubrn);
      const whose = owners(text);
      const services = [
        ...facts.appointmentsOf(text.ubrn).map(({ slot }) => slot.service),
        before?.status.deferral?.service,
      ];
      const clinics = services.map((service) => service && facts.clinicOf(service));
      touches.add([...whose, ...clinics], 'referral', text.ubrn);
      for (const service of new Set([...text.shortlist, ...(before?.shortlist ?? [])])) {
        touches.add(whose, 'service', service);
      }
      return;
    }
    case 'notice':
      return touches.add([effect.row.scope], 'notice', effect.row.id);
    case 'publish':
    case 'withdraw':
      return;
  }
}

function touchAppointment(touches: Touches, after: Appointment, facts: BatchFacts): void {
  const before = facts.appointment(after.id);
  const referral = mustHave(facts.referral(after.ubrn));
  const clinic = facts.clinicOf(after.slot.service);
  const left = before && facts.clinicOf(before.slot.service);
  touches.add([...owners(referral), clinic, left], 'appointment', after.id);
  // The clinic that gets the patient sees the referral from now on, the one that loses them perhaps no more.
  if (left !== clinic) touches.add([clinic, left], 'referral', after.ubrn);
  for (const service of servicesOffList(referral, before, after)) {
    touches.add(owners(referral), 'service', service);
  }
}

/** Services on the shortlist came with the referral; one that was chosen elsewhere comes and goes with its appointment, or with the status that names it. */
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

function mustHave(referral: Referral | undefined): Referral {
  if (!referral) throw new Error('touches: an effect on a referral that nobody read');
  return referral;
}
