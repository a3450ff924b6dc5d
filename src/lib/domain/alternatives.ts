/** What to offer when the wish is gone: the same service near in time, then the earliest of the other services. Advice, never a verdict. */
import type { Instant } from './instant.ts';
import type { Slot } from './slot.ts';

/** Up to `max` free slots: at least half from the wished service, nearest to the wished time; the rest one per other service, earliest first. */
export function pickAlternatives(
  near: Instant,
  sameService: readonly Slot[],
  others: readonly (readonly Slot[])[],
  max: number,
): readonly Slot[] {
  const nearest = sameService.toSorted(
    (a, b) => Math.abs(a.start - near) - Math.abs(b.start - near) || a.start - b.start,
  );
  const earliest = others
    .flatMap((slots) => slots.toSorted((a, b) => a.start - b.start).slice(0, 1))
    .sort((a, b) => a.start - b.start);
  const same = nearest.slice(0, Math.max(Math.ceil(max / 2), max - earliest.length));
  return [...same.sort((a, b) => a.start - b.start), ...earliest.slice(0, max - same.length)];
}
