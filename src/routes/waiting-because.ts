/** Why requests wait, and what happens next, in one or two sentences. */
import type { Line } from '#lib/client/desk.ts';
import { minuteMs, type Instant } from '#lib/domain/instant.ts';

export function waitingBecause({ status, isOnline }: Line, now: Instant): string {
  switch (status.kind) {
    case 'signedOut':
      return 'Your time signed in has run out. Sign in again, and they are sent.';
    case 'forbidden':
      return 'You may no longer use this, so they cannot be sent. Ask whoever gave you your sign-in.';
    case 'tooOld':
      return 'This app is too old for the server. Update it, and they are sent.';
    case 'exchanging':
    case 'catchingUp':
      return 'They are being sent now.';
    case 'waiting': {
      const minutes = Math.ceil((status.retryAt - now) / minuteMs);
      const when = minutes <= 1 ? 'within a minute' : `in ${minutes} minutes`;
      return `The server cannot be reached. We try again ${when}, and as soon as the connection is back.`;
    }
    case 'idle':
      return isOnline
        ? 'They are sent in a moment.'
        : 'This device has no connection. They are sent as soon as it is back, even if you are on another page.';
  }
}
