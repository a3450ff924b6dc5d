/** Whom an appointment concerns, said plainly and apart from the rule that is tested with it. */
import type { Appointment } from '../appointment.ts';
import { clinicScope, patientScope, practiceScope, type Scope } from '../scope.ts';
import type { SmallWorld } from './small-world.ts';

export function concerned(
  row: Appointment,
  was: Appointment | undefined,
  world: SmallWorld,
): readonly Scope[] {
  const referral = world.referrals.get(row.ubrn);
  const sites = [row, was].flatMap((one) => (one ? (world.services.get(one.slot.service)?.site ?? []) : []));
  const clinics = [...new Set(sites)].map(clinicScope);
  return referral ? [practiceScope(referral.practice), patientScope(referral.ubrn), ...clinics] : clinics;
}
