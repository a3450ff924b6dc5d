/**
 * The ledger's clock while a world is loaded: its history is settled on the days on which it happened. Open the ledger with
 * `now`; outside a load it is the clock that was given.
 */
import type { Instant } from '#lib/domain/instant.ts';

export interface LoadingClock {
  readonly now: () => Instant;
  /** Stand still at an instant. */
  standAt(instant: Instant): void;
  /** Go on as the real clock. */
  release(): void;
}

export function loadingClock(clock: () => Instant): LoadingClock {
  let standing: Instant | undefined;
  return {
    now: () => standing ?? clock(),
    standAt(instant) {
      standing = instant;
    },
    release() {
      standing = undefined;
    },
  };
}
