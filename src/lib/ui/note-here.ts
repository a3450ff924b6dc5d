/** A note that a notice was dealt with, made on this device and not answered yet: the one that counts. */
import type { HowTold } from '#lib/domain/claim.ts';
import type { NoticeId } from '#lib/domain/ids.ts';
import type { HeldClaim } from '#lib/domain/project.ts';

export interface NoteHere {
  readonly held: HeldClaim;
  readonly how: Exclude<HowTold, 'noAnswer'> | 'seen';
}

/** `open`: every claim without an answer. One that was taken back does not count, and is left out. */
export function noteHere(open: readonly HeldClaim[], notice: NoticeId): NoteHere | undefined {
  const isTakenBack = (id: HeldClaim['claim']['id']) =>
    open.some(({ claim: { intent } }) => intent.kind === 'retract' && intent.noted === id);
  for (const held of open) {
    const { id, intent } = held.claim;
    if (intent.kind !== 'acknowledge' || intent.notice !== notice || isTakenBack(id)) continue;
    const how = intent.told?.how ?? 'seen';
    if (how !== 'noAnswer') return { held, how };
  }
  return undefined;
}
