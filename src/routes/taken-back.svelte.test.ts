import { flushSync } from 'svelte';
import { expect, test } from 'vitest';
import type { ClaimId } from '#lib/domain/ids.ts';
import { claimIdOf } from '#lib/domain/testing/samples.ts';
import { takenBack, type TakenBack } from './taken-back.svelte.ts';

test('taken back is said of the request that was, and not of the next one when that has its answer', () => {
  let open = $state<ClaimId | undefined>(claimIdOf(1));
  let said: TakenBack | undefined;
  const stop = $effect.root(() => {
    said = takenBack(() => open);
  });
  flushSync();
  expect(said?.isSaid).toBe(false);
  // It may go from the list before the hand hears that it went, or after.
  said?.was(claimIdOf(1));
  flushSync();
  expect(said?.isSaid).toBe(false);
  open = undefined;
  flushSync();
  expect(said?.isSaid).toBe(true);
  open = claimIdOf(2);
  flushSync();
  open = undefined;
  flushSync();
  expect(said?.isSaid).toBe(false);
  stop();
});
