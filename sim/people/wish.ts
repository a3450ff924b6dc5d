/** What a person sees, and what they can wish for. */
import type { Intent } from '#lib/domain/claim.ts';
import type { ClaimId, ServiceId, Ubrn } from '#lib/domain/ids.ts';
import type { Instant } from '#lib/domain/instant.ts';
import type { View } from '#lib/domain/project.ts';
import type { Slot } from '#lib/domain/slot.ts';
import type { Truth } from '#lib/domain/truth.ts';

export interface Screen {
  readonly view: View;
  readonly truth: Truth;
  readonly now: Instant;
  /** Free times of each service, as this device last heard. */
  readonly times: ReadonlyMap<ServiceId, readonly Slot[]>;
  /** A clinic that has so many free times of a service opens no more. */
  readonly freeEnough: number;
}

/** What is asked of one look again and again, for each thing that its person sees to, and is worked out once. */
export function onceALook<T>(make: (screen: Screen) => T): (screen: Screen) => T {
  const made = new WeakMap<Screen, T>();
  return (screen) => {
    const known = made.get(screen) ?? make(screen);
    made.set(screen, known);
    return known;
  };
}

export type Wish =
  | { readonly kind: 'ask'; readonly intent: Intent }
  | { readonly kind: 'takeBack' | 'callOff' | 'dismiss'; readonly id: ClaimId }
  | { readonly kind: 'open'; readonly ubrn: Ubrn };

export const ask = (intent: Intent): Wish => ({ kind: 'ask', intent });
