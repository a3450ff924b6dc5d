/** The tour of this device: kept over reloads and offline starts, the same in all tabs, and no part of any desk. */
import type { SlotRef } from '#lib/domain/slot.ts';
import {
  beginTour,
  noteTaken,
  observe,
  tourSchema,
  type Receptionist,
  type Seen,
  type Tour,
} from './tour.ts';

const key = 'holdfast:tour';

export class KeptTour {
  readonly #storage: Storage | undefined;
  #tour = $state.raw<Tour | undefined>();

  constructor(storage: Storage | undefined) {
    this.#storage = storage;
    this.#tour = this.#read();
  }

  /** Reactive; undefined while no tour is on. */
  get now(): Tour | undefined {
    return this.#tour;
  }

  begin(who: Receptionist): void {
    this.#keep(beginTour(who));
  }

  /** With the same receptionist and the next patient. */
  beginAgain(): void {
    if (this.#tour) this.#keep(beginTour(this.#tour));
  }

  end(): void {
    this.#keep(undefined);
  }

  see(seen: Seen): void {
    if (this.#tour) this.#keep(observe(this.#tour, seen));
  }

  taken(slot: SlotRef, by: string): void {
    if (this.#tour) this.#keep(noteTaken(this.#tour, slot, by));
  }

  /** Follows other tabs until the page goes. */
  watch(page: Window): void {
    page.addEventListener('storage', (event) => {
      if (event.key === key || event.key === null) this.#tour = this.#read();
    });
  }

  #keep(tour: Tour | undefined): void {
    if (tour === this.#tour) return;
    this.#tour = tour;
    try {
      if (tour) this.#storage?.setItem(key, JSON.stringify(tour));
      else this.#storage?.removeItem(key);
    } catch {
      // Full or forbidden: the tour lasts as long as the page.
    }
  }

  #read(): Tour | undefined {
    try {
      const parsed = tourSchema.safeParse(JSON.parse(this.#storage?.getItem(key) ?? ''));
      return parsed.success ? parsed.data : undefined;
    } catch {
      return undefined; // Nothing there, or not ours: a tour is begun anew in a press.
    }
  }
}

let kept: KeptTour | undefined;

/** The tour of this page; in a browser only. */
export function openTour(): KeptTour {
  if (!kept) {
    kept = new KeptTour(window.localStorage);
    kept.watch(window);
  }
  return kept;
}
