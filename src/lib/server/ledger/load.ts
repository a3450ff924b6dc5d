/**
 * The operator's loads: organisations, people, services and referrals come in by the same door as everything else,
 * journalled like a claim, by the author "system". What a load names again is brought up to date, except a referral's
 * status, which only claims change.
 */
import type { ClaimId, OdsCode, PersonId } from '#lib/domain/ids.ts';
import type { Role } from '#lib/domain/person.ts';
import type { Referral } from '#lib/domain/referral.ts';
import type { Scope } from '#lib/domain/scope.ts';
import type { Service } from '#lib/domain/service.ts';

/** One entry of the journal never brings more, so that a page of delta stays a page. */
export const loadRowsMax = 500;

export interface Organisation {
  readonly code: OdsCode;
  readonly kind: 'practice' | 'site';
  readonly name: string;
  readonly phone: string;
  readonly town: string;
}

export interface Person {
  readonly id: PersonId;
  readonly name: string;
  readonly role: Role;
  readonly scope: Scope;
  /** False once they have left: what they queued is then refused. */
  readonly active: boolean;
}

/** The same id again does nothing, so a loader that was cut short may start over. */
export interface Load {
  readonly id: ClaimId;
  readonly organisations?: readonly Organisation[];
  readonly people?: readonly Person[];
  readonly services?: readonly Service[];
  /** Each carries its patient. */
  readonly referrals?: readonly Referral[];
}
