/** What can be asked for and where, for one patient, from the directory and the times on this device. */
import type { Desk, Kind, ServiceDistance, ServiceTimes } from '#lib/client/desk.ts';
import type { OfferDraft } from '#lib/client/offer-draft.svelte.ts';
import type { ServiceId } from '#lib/domain/ids.ts';
import { fits, usualChoice, type Offer, type Referral } from '#lib/domain/referral.ts';
import { latest } from '#lib/ui/latest.svelte.ts';

/** Hospitals whose times are looked at, nearest first; and shown at once, earliest first. */
const hospitalsSearched = 50;
const hospitalsShown = 12;

export interface OfferedHospital extends ServiceDistance {
  readonly times: ServiceTimes | undefined;
}

/** The referral as it would be, open to every hospital that fits; undefined while something is missing. */
export function asAsked(
  draft: Pick<OfferDraft, 'specialty' | 'clinicType' | 'priority'>,
  known: Referral,
): Referral | undefined {
  const { specialty, clinicType, priority } = draft;
  if (!specialty || !clinicType || !priority) return undefined;
  return { ...known, specialty, clinicType, priority, choice: 'anywhere', shortlist: [] };
}

/** What would be asked for: hospitals that no longer fit are left out. Undefined while something is missing. */
export function offerOfDraft(desk: Desk, draft: OfferDraft, known: Referral): Offer | undefined {
  const asked = asAsked(draft, known);
  if (!asked) return undefined;
  const shortlist = draft.shortlist.filter((id) => {
    const service = desk.service(id);
    return service === undefined || fits(asked, service, desk.now);
  });
  const services = shortlist.flatMap((id) => desk.service(id) ?? []);
  const { specialty, clinicType, priority } = asked;
  const choice = draft.choice ?? usualChoice(priority, services);
  return { specialty, clinicType, priority, choice, shortlist };
}

export function offerFinder(desk: Desk, draft: OfferDraft, known: () => Referral) {
  // svelte-ignore state_referenced_locally
  let from = $state(known().patient.district);
  let query = $state('');
  let shown = $state(hospitalsShown);
  /** Once somebody ticks, rows keep their places: times that arrive must not move a hospital under a finger. */
  let places = $state.raw<ReadonlyMap<ServiceId, number>>();

  // The one thing to wait for: while it is fetched, and fails, its state goes to and fro.
  const isHeld = $derived(desk.services.directory.state === 'held');
  const kinds = latest((): Promise<readonly Kind[]> => {
    void isHeld;
    return desk.services.kindsFor(known().patient);
  });
  const { specialty, clinicType, priority } = $derived(draft);
  const found = latest((): Promise<readonly ServiceDistance[]> => {
    void isHeld;
    const asked = asAsked({ specialty, clinicType, priority }, known());
    return asked
      ? desk.services.servicesFor(asked, { kind: 'anywhere', from, query })
      : Promise.resolve<readonly ServiceDistance[]>([]);
  });
  const searched = $derived((found.value ?? []).slice(0, hospitalsSearched));
  const wanted = $derived(
    searched
      .filter(({ service }) => service.booking === 'direct')
      .map(({ service }) => service.id)
      .join(' '),
  );
  $effect(() => desk.services.want(wanted.split(' ').filter(Boolean) as ServiceId[]));
  const times = latest(async () => {
    // Read, so that the question is asked again when times change.
    void desk.services.slotsVersion;
    const asked = asAsked({ specialty, clinicType, priority }, known());
    const services = searched.map(({ service }) => service.id);
    return asked && desk.services.findTimes({ referral: asked, services, limit: 1 });
  });
  const hospitals = $derived.by((): readonly OfferedHospital[] => {
    const byService = new Map(times.value?.services.map((one) => [one.service, one]));
    const rows = searched.map((row) => ({ ...row, times: byService.get(row.service.id) }));
    const place = ({ service }: OfferedHospital) => places?.get(service.id) ?? Infinity;
    const earliest = (row: OfferedHospital) => row.times?.earliest?.start ?? Infinity;
    // The rest stay as they came, nearest first.
    return rows.sort(
      places ? (a, b) => compare(place(a), place(b)) : (a, b) => compare(earliest(a), earliest(b)),
    );
  });

  return {
    /** Undefined until the first answer. */
    get kinds() {
      return kinds.value;
    },
    get isHeld() {
      return isHeld;
    },
    get hospitals() {
      return found.value && hospitals.slice(0, shown);
    },
    get hospitalsTotal() {
      return hospitals.length;
    },
    /** There are more in the country than are looked at. */
    get isCut() {
      return (found.value?.length ?? 0) > hospitalsSearched;
    },
    get from() {
      return from;
    },
    get query() {
      return query;
    },
    look(next: { readonly from: string; readonly query: string }) {
      ({ from, query } = next);
      places = undefined;
      shown = hospitalsShown;
    },
    toggle(service: ServiceId) {
      places ??= new Map(hospitals.map((row, index) => [row.service.id, index]));
      const left = offerOfDraft(desk, draft, known())?.shortlist;
      if (left) draft.keepOnly(new Set(left));
      draft.toggle(service);
    },
    more: () => (shown += hospitalsShown),
    /** Something else is asked for: another list. */
    startOver() {
      places = undefined;
      shown = hospitalsShown;
    },
  };
}

export type OfferFinder = ReturnType<typeof offerFinder>;

/** Infinity less itself is no number. */
const compare = (a: number, b: number) => (a === b ? 0 : a < b ? -1 : 1);
