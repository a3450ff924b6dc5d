/**
 * The number on the app's icon: what needs a person, over all who are signed in on this device. Each tab knows the desks that
 * it shows, so the counts lie where every tab can add them up; they name nobody.
 */
import { scopeKinds, type ScopeKind } from '#lib/domain/scope.ts';
import { z } from '#lib/domain/zod.ts';

const countsSchema = z.partialRecord(z.enum(scopeKinds), z.int().check(z.minimum(0)));
type Counts = z.infer<typeof countsSchema>;

const countsKey = 'holdfast:badge';

/** Missing where a browser has no badges. */
interface BadgeNavigator {
  setAppBadge?(count: number): Promise<void>;
  clearAppBadge?(): Promise<void>;
}

export class AppBadge {
  readonly #navigator: BadgeNavigator;
  readonly #storage: Storage;

  constructor(navigator: BadgeNavigator, storage: Storage) {
    this.#navigator = navigator;
    this.#storage = storage;
  }

  show(kind: ScopeKind, count: number): void {
    const counts = { ...this.#read(), [kind]: count };
    this.#write(counts);
    const sum = Object.values(counts).reduce((all, one) => all + one, 0);
    // Refused where the app is not installed or the person switched badges off: then there is nowhere to show it.
    const shown = sum > 0 ? this.#navigator.setAppBadge?.(sum) : this.#navigator.clearAppBadge?.();
    shown?.catch(() => undefined);
  }

  /** Signed out: nothing of theirs waits here for anybody to see. */
  clear(kind: ScopeKind): void {
    this.show(kind, 0);
  }

  #read(): Counts {
    try {
      const parsed = countsSchema.safeParse(JSON.parse(this.#storage.getItem(countsKey) ?? '{}'));
      return parsed.success ? parsed.data : {};
    } catch {
      return {}; // Not JSON, so not ours: the next count of each desk puts it right.
    }
  }

  #write(counts: Counts): void {
    try {
      this.#storage.setItem(countsKey, JSON.stringify(counts));
    } catch {
      // Full or forbidden: the badge then shows what this tab knows.
    }
  }
}
