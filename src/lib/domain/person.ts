/** People, the roles they act in, and what each role may ask for. Rights are checked when the ledger settles. */
import type { Actor } from './appointment.ts';
import { personIdSchema } from './ids.ts';
import { scopeKind, scopeSchema, type Scope } from './scope.ts';
import { z } from './zod.ts';

export const roleSchema = z.enum(['gp', 'receptionist', 'patient', 'clerk']);
export type Role = z.infer<typeof roleSchema>;

/** Someone acting in a role at an organisation. Every act is done as one of these. */
export const authorSchema = z.strictObject({ person: personIdSchema, role: roleSchema, scope: scopeSchema });
export type Author = Readonly<z.infer<typeof authorSchema>>;

export const roleLabel = {
  gp: 'GP',
  receptionist: 'Receptionist',
  patient: 'Patient',
  clerk: 'Clinic staff',
} as const satisfies Record<Role, string>;

/** e-RS business functions B1101, B1103, the patient, B1110/B1120. */
export const mayAsk = {
  gp: [
    'refer',
    'shortlist',
    'book',
    'move',
    'cancel',
    'defer',
    'close',
    'setAside',
    'arrange',
    'rang',
    'acknowledge',
    'retract',
    'report',
  ],
  receptionist: [
    'book',
    'move',
    'cancel',
    'defer',
    'setAside',
    'arrange',
    'rang',
    'acknowledge',
    'retract',
    'report',
  ],
  patient: ['book', 'move', 'cancel', 'acknowledge', 'report'],
  clerk: [
    'publish',
    'withdraw',
    'attend',
    'book',
    'move',
    'cancel',
    'contact',
    'return',
    'acknowledge',
    'report',
  ],
} as const satisfies Record<Role, readonly string[]>;

/** A role is only ever held in its own kind of scope. */
export function isRoleOfScope(role: Role, scope: Scope): boolean {
  return actorOf({ role }) === scopeKind(scope);
}

export function actorOf(author: Pick<Author, 'role'>): Actor {
  switch (author.role) {
    case 'gp':
    case 'receptionist':
      return 'practice';
    case 'patient':
      return 'patient';
    case 'clerk':
      return 'clinic';
  }
}
