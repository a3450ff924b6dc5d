/** Why there is no new code, and what became of the old one: whoever reads this has the patient before them. */
import type { Answered } from '#lib/client/desk.ts';

export const codeProblem = {
  offline:
    'A new access code needs a connection, and there is none. Nothing was changed: the patient’s present code goes on working. Try again when you are connected.',
  unknown:
    'No answer came. The old code may have stopped working. Try again: each new code replaces the one before, so only the last one counts.',
  signedOut: 'You are signed out. Nothing was changed. Sign in and try again.',
  forbidden: 'You may no longer make access codes for this practice. Nothing was changed.',
  notFound: 'Your practice has no such referral any more. Nothing was changed.',
  closed: 'This referral is closed, or the patient has died. No access code can be made for it.',
  busy: 'The server is busy. Nothing was changed. Wait a moment, then try again.',
} as const satisfies Record<Exclude<Answered<unknown>['kind'], 'ok'>, string>;
