/** Which request was taken back by a hand on this page. It is said until something else is asked for, here or in another tab. */
import type { ClaimId } from '#lib/domain/ids.ts';

export interface TakenBack {
  /** Reactive. */
  readonly isSaid: boolean;
  readonly was: (id: ClaimId) => void;
}

/** Belongs to the component that makes it. `open`: the request that waits for its answer now, reactive. */
export function takenBack(open: () => ClaimId | undefined): TakenBack {
  let id = $state<ClaimId>();
  $effect(() => {
    const now = open();
    if (now !== undefined && now !== id) id = undefined;
  });
  return {
    get isSaid() {
      return id !== undefined && open() === undefined;
    },
    was(taken) {
      id = taken;
    },
  };
}
