/** A scope is whose data it is: one practice, one clinic (a site of a provider), or one patient (by one referral). */
import { z } from './zod.ts';
import { ubrnSchema, type OdsCode, type Ubrn } from './ids.ts';

export const scopeSchema = z
  .string()
  .check(z.regex(/^(practice:[A-Z0-9]{3,10}|clinic:[A-Z0-9]{3,10}|patient:\d{12})$/))
  .brand<'Scope'>();
export type Scope = z.infer<typeof scopeSchema>;
export type ScopeKind = 'practice' | 'clinic' | 'patient';

export const scopeKinds = ['practice', 'clinic', 'patient'] as const satisfies readonly ScopeKind[];

// The brand is earned by construction: these three are the only makers besides the schema.
export const practiceScope = (practice: OdsCode) => `practice:${practice}` as Scope;
export const clinicScope = (site: OdsCode) => `clinic:${site}` as Scope;
export const patientScope = (ubrn: Ubrn) => `patient:${ubrn}` as Scope;

export function scopeKind(scope: Scope): ScopeKind {
  return scope.slice(0, scope.indexOf(':')) as ScopeKind;
}

/** The practice's or site's ODS code, or the patient's UBRN. */
export function scopeKey(scope: Scope): string {
  return scope.slice(scope.indexOf(':') + 1);
}

/** The one referral that a patient's scope holds; undefined for staff. */
export function ubrnOfScope(scope: Scope): Ubrn | undefined {
  if (scopeKind(scope) !== 'patient') return undefined;
  return ubrnSchema.safeParse(scopeKey(scope)).data;
}
