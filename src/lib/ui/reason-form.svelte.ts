/** A coded reason being given: what was chosen, and what is wrong with it once the person has tried to go on. */
import { localDate, type Instant } from '#lib/domain/instant.ts';
import type { Actor } from '#lib/domain/appointment.ts';
import { cancelReasons, reasonsFor, type CancelReasonCode } from '#lib/domain/reasons.ts';

export interface OfferedReason {
  readonly code: string;
  readonly display: string;
  readonly plainWords: string;
  readonly needsComment: boolean;
}

export interface ReasonForm {
  readonly reasons: readonly OfferedReason[];
  code: string;
  comment: string;
  readonly codeError: string;
  readonly commentError: string;
  /** Shows what is wrong from now on; the mistakes, for the summary. */
  try(): readonly { field: string; text: string }[];
  /** What goes into the request; undefined while something is wrong. */
  readonly given: { readonly reason: CancelReasonCode; readonly comment?: string } | undefined;
}

export function reasonForm(who: Actor, now: () => Instant, missing: string): ReasonForm {
  let code = $state('');
  let comment = $state('');
  let isTried = $state(false);
  const reasons = $derived(reasonsFor(cancelReasons, who, localDate(now())));
  const chosen = $derived(reasons.find((reason) => reason.code === code));
  const lacksComment = $derived(chosen?.needsComment === true && comment.trim() === '');
  const codeError = $derived(isTried && !chosen ? missing : '');
  const commentError = $derived(isTried && lacksComment ? 'Say a little more about this reason' : '');
  return {
    get reasons() {
      return reasons;
    },
    get code() {
      return code;
    },
    set code(value) {
      // Of another reason nobody has tried to say more yet.
      if (value !== code) isTried = false;
      code = value;
    },
    get comment() {
      return comment;
    },
    set comment(value) {
      comment = value;
    },
    get codeError() {
      return codeError;
    },
    get commentError() {
      return commentError;
    },
    try() {
      isTried = true;
      return [
        ...(codeError ? [{ field: 'reason', text: codeError }] : []),
        ...(commentError ? [{ field: 'comment', text: commentError }] : []),
      ];
    },
    get given() {
      if (!chosen || lacksComment) return undefined;
      return { reason: chosen.code, ...(chosen.needsComment ? { comment: comment.trim() } : {}) };
    },
  };
}
