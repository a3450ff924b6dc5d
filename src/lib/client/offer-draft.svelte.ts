/**
 * What a referrer is about to ask for, before they ask. Kept for this tab alone, like chosen times: it survives a reload
 * and the back button, and is forgotten when it was asked for or the person signs out.
 */
import { claimIdSchema, serviceIdSchema, type ClaimId, type ServiceId } from '#lib/domain/ids.ts';
import { prioritySchema, type Priority } from '#lib/domain/priority.ts';
import { choiceSchema, offerSchema, shortlistMax, type Offer } from '#lib/domain/referral.ts';
import type { Scope } from '#lib/domain/scope.ts';
import { z } from '#lib/domain/zod.ts';
import { draftKey, readDraft, writeDraft } from './draft.svelte.ts';

const keptSchema = z.object({
  specialty: z.string(),
  clinicType: z.string(),
  priority: z.nullable(prioritySchema),
  /** Null: as is usual for what is asked. */
  choice: z.nullable(choiceSchema),
  shortlist: z.array(serviceIdSchema).check(z.maxLength(shortlistMax)),
  /** What stood when the person began to change it. */
  seen: z.nullable(offerSchema),
  /** It was asked for by this request; kept until that has an answer, for a refusal or a second thought. */
  askedBy: z.nullable(claimIdSchema),
});
type Kept = Readonly<z.infer<typeof keptSchema>>;

const empty: Kept = {
  specialty: '',
  clinicType: '',
  priority: null,
  choice: null,
  shortlist: [],
  seen: null,
  askedBy: null,
};

export interface OfferDraft {
  /** Reactive, as are all below. */
  specialty: string;
  clinicType: string;
  priority: Priority | null;
  choice: Offer['choice'] | null;
  readonly shortlist: readonly ServiceId[];
  readonly seen: Offer | null;
  askedBy: ClaimId | null;
  readonly isFull: boolean;
  has(service: ServiceId): boolean;
  /** Adds at the end, or removes; nothing when full. */
  toggle(service: ServiceId): void;
  /** Lets go of those that are not wanted any more. */
  keepOnly(services: ReadonlySet<ServiceId>): void;
  /** From what stands, or from what was refused. */
  startFrom(offer: Offer, seen: Offer | null): void;
  /** What was entered stays; what stands now was seen. */
  keepOver(seen: Offer): void;
  clear(): void;
}

/** `purpose`: 'refer' or 'change', each for the referral that it begins at. */
export function openOfferDraft(scope: Scope, purpose: string, seen: Offer | null = null): OfferDraft {
  const key = draftKey(scope, purpose);
  const begun = seen ? { ...seen, seen, askedBy: null } : empty;
  let kept = $state.raw<Kept>(readDraft(key, keptSchema) ?? begun);
  const set = (part: Partial<Kept>) => {
    kept = { ...kept, ...part };
    writeDraft(key, kept);
  };
  const has = (service: ServiceId) => kept.shortlist.includes(service);
  return {
    get specialty() {
      return kept.specialty;
    },
    set specialty(specialty) {
      if (specialty !== kept.specialty) set({ specialty, clinicType: '' });
    },
    get clinicType() {
      return kept.clinicType;
    },
    set clinicType(clinicType) {
      set({ clinicType });
    },
    get priority() {
      return kept.priority;
    },
    set priority(priority) {
      // Where the patient may choose follows from how soon, until somebody says otherwise.
      set({ priority, choice: null });
    },
    get choice() {
      return kept.choice;
    },
    set choice(choice) {
      set({ choice });
    },
    get shortlist() {
      return kept.shortlist;
    },
    get seen() {
      return kept.seen;
    },
    get askedBy() {
      return kept.askedBy;
    },
    set askedBy(askedBy) {
      set({ askedBy });
    },
    get isFull() {
      return kept.shortlist.length >= shortlistMax;
    },
    has,
    toggle(service) {
      if (has(service)) set({ shortlist: kept.shortlist.filter((one) => one !== service) });
      else if (kept.shortlist.length < shortlistMax) set({ shortlist: [...kept.shortlist, service] });
    },
    keepOnly(services) {
      const shortlist = kept.shortlist.filter((one) => services.has(one));
      if (shortlist.length < kept.shortlist.length) set({ shortlist });
    },
    startFrom(offer, from) {
      set({ ...offer, seen: from, askedBy: null });
    },
    keepOver(now) {
      set({ seen: now, askedBy: null });
    },
    clear() {
      kept = begun;
      writeDraft(key, undefined);
    },
  };
}
