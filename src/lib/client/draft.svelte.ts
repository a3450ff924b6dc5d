/**
 * Choices being made for a referral, best first, before anybody asks for them. Kept for this tab alone, so that an
 * update's reload or a cold start does not lose them; forgotten when they are asked for or the person signs out.
 */
import { choicesMax } from '#lib/domain/claim.ts';
import type { Ubrn } from '#lib/domain/ids.ts';
import type { Instant } from '#lib/domain/instant.ts';
import type { Scope } from '#lib/domain/scope.ts';
import { isSameSlot, modeSchema, slotRefSchema, type SlotRef } from '#lib/domain/slot.ts';
import { z } from '#lib/domain/zod.ts';

const wishSchema = z.object({
  ref: slotRefSchema,
  minutes: z.int(),
  clinician: z.string(),
  mode: modeSchema,
});
/** A chosen time with its terms, to be shown even when its hospital's list is no longer on this device. */
export type Wish = Readonly<z.infer<typeof wishSchema>>;

const keptSchema = z.array(wishSchema).check(z.maxLength(choicesMax));
const prefix = 'holdfast:choices:';

export interface Draft {
  /** Reactive. */
  readonly choices: readonly Wish[];
  readonly isFull: boolean;
  has(ref: SlotRef): boolean;
  /** Adds at the end, or removes when it is there; nothing when full. */
  toggle(wish: Wish): void;
  /** This one alone, whatever was chosen before. */
  only(wish: Wish): void;
  remove(index: number): void;
  /** -1 up, 1 down. */
  shift(index: number, by: -1 | 1): void;
  /** Lets go of choices that have begun; what is past cannot be asked for. */
  dropPast(now: Instant): void;
  clear(): void;
}

/** `purpose`: 'book', or the id of the appointment to move. */
export function openDraft(scope: Scope, ubrn: Ubrn, purpose: string): Draft {
  const key = draftKey(scope, `${ubrn}:${purpose}`);
  let choices = $state.raw<readonly Wish[]>(readDraft(key, keptSchema) ?? []);
  const set = (next: readonly Wish[]) => {
    choices = next;
    writeDraft(key, next.length > 0 ? next : undefined);
  };
  const has = (ref: SlotRef) => choices.some((wish) => isSameSlot(wish.ref, ref));
  return {
    get choices() {
      return choices;
    },
    get isFull() {
      return choices.length >= choicesMax;
    },
    has,
    toggle(wish) {
      if (has(wish.ref)) set(choices.filter((one) => !isSameSlot(one.ref, wish.ref)));
      else if (choices.length < choicesMax) set([...choices, wish]);
    },
    only: (wish) => set([wish]),
    remove(index) {
      set(choices.filter((_, at) => at !== index));
    },
    shift(index, by) {
      const wish = choices[index];
      const other = choices[index + by];
      if (!wish || !other) return;
      set(choices.with(index, other).with(index + by, wish));
    },
    dropPast(now) {
      const left = choices.filter((wish) => wish.ref.start > now);
      if (left.length < choices.length) set(left);
    },
    clear() {
      set([]);
    },
  };
}

/** All of a desk's, at signing out. */
export function forgetDrafts(scope: Scope): void {
  const keys = storage() ? Object.keys(sessionStorage) : [];
  for (const key of keys) if (key.startsWith(`${prefix}${scope}:`)) sessionStorage.removeItem(key);
}

/** Where something begun lies; whatever lies there goes with the rest of its desk. */
export const draftKey = (scope: Scope, name: string) => `${prefix}${scope}:${name}`;

export function readDraft<T>(key: string, schema: z.ZodMiniType<T>): T | undefined {
  const kept = storage()?.getItem(key);
  if (!kept) return undefined;
  try {
    return schema.safeParse(JSON.parse(kept)).data;
  } catch {
    return undefined; // Not JSON, so not ours: beginning again harms nobody.
  }
}

/** Undefined: nothing is begun. */
export function writeDraft(key: string, value: unknown): void {
  try {
    if (value === undefined) storage()?.removeItem(key);
    else storage()?.setItem(key, JSON.stringify(value));
  } catch {
    // Full or forbidden: it lives as long as the page, which is what this only prolongs.
  }
}

/** Undefined where a browser forbids it. */
function storage(): Storage | undefined {
  try {
    return sessionStorage;
  } catch {
    return undefined;
  }
}
