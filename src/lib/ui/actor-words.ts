import type { Actor } from '#lib/domain/appointment.ts';

/** Who did it, to staff. */
export const actorWords = {
  practice: 'the practice',
  patient: 'the patient',
  clinic: 'the hospital',
} as const satisfies Record<Actor, string>;
