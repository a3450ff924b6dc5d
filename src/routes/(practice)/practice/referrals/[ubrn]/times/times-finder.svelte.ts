/** Looking for a time: where, when and in what order, and what this device knows that suits. */
import type { Desk, Reach, ServiceDistance, ServiceTimes } from '#lib/client/desk.ts';
import type { ServiceId } from '#lib/domain/ids.ts';
import type { Referral } from '#lib/domain/referral.ts';
import { afterPaint } from '#lib/ui/after-paint.ts';
import { anyTime, type TimeFilter } from '#lib/ui/time-filter.ts';
import { latest } from '#lib/ui/latest.svelte.ts';
import { unrolled } from '#lib/ui/unrolled.svelte.ts';

/** Hospitals looked at: as many as fit on a page when the nearest are wanted, more when the earliest are. */
const hospitalsShown = 10;
const hospitalsSearched = 100;
const timesShown = 60;
/** Drawn in the frame that answers a press, the others behind it: as many as a window shows, and what is below it later. */
const drawnFirst = { hospitals: 5, times: 12 };
/** About how high one is, in pixels. */
export const rowHeight = { hospital: 86, time: 60 };

export type Order = 'distance' | 'earliest';

export interface HospitalRow extends ServiceDistance {
  readonly times: ServiceTimes | undefined;
}

export function timesFinder(desk: Desk, referral: () => Referral) {
  let reach = $state.raw<Reach>({ kind: 'shortlist' });
  // Nobody may work out where a restricted patient lives: there are no distances to go by.
  let order = $state<Order>(referral().patient.restricted ? 'earliest' : 'distance');
  let filter = $state.raw<TimeFilter>(anyTime);
  let only = $state.raw<ServiceId>();
  let hospitalsMax = $state(hospitalsShown);
  let timesMax = $state(timesShown);

  const reached = latest(() => desk.services.servicesFor(referral(), reach));
  const nearest = $derived(
    (reached.value ?? []).toSorted((a, b) => (a.miles ?? Infinity) - (b.miles ?? Infinity)),
  );
  const searched = $derived(nearest.slice(0, order === 'distance' ? hospitalsMax : hospitalsSearched));
  const wantedKey = $derived(
    searched
      .filter(({ service }) => service.booking === 'direct')
      .map(({ service }) => service.id)
      .join(' '),
  );
  $effect(() => {
    const wanted = wantedKey.split(' ').filter(Boolean) as ServiceId[];
    // Written down behind the picture that answers the press.
    return afterPaint(() => desk.services.want(wanted));
  });

  /**
   * What each hospital has, and the times to choose from: of all of them, or of the one that the list is narrowed to. With
   * the hospitals that were asked of: shown before it is known what they have, they would seem to have nothing.
   */
  const found = latest(async () => {
    // Read, so that the question is asked again when times change.
    void desk.services.slotsVersion;
    if (!reached.value) return undefined;
    const [asked, orderAsked] = [searched, order];
    const services = asked.map(({ service }) => service.id);
    const query = { referral: referral(), services, ...filter, limit: timesMax };
    const [all, listed] = only
      ? await Promise.all([
          desk.services.findTimes({ ...query, limit: 1 }),
          desk.services.findTimes({ ...query, services: [only] }),
        ])
      : await desk.services.findTimes(query).then((both) => [both, both] as const);
    return { hospitals: withTimes(asked, all.services, orderAsked), order: orderAsked, listed };
  });
  const hospitals = $derived.by((): readonly HospitalRow[] => {
    const { hospitals: all = [], order: ordered } = found.value ?? {};
    return ordered === 'earliest' ? all.slice(0, hospitalsMax) : all;
  });
  const miles = $derived(new Map(searched.map((row) => [row.service.id, row.miles])));
  const isFiltered = $derived(
    filter.weekdays.length > 0 || filter.partOfDay !== 'any' || filter.fromDate !== '',
  );

  const drawing = {
    hospitals: unrolled(
      () => hospitals,
      ({ service }) => service.id,
      drawnFirst.hospitals,
    ),
    times: unrolled(
      () => found.value?.listed.times ?? [],
      ({ ref }) => `${ref.service} ${ref.ordinal}`,
      drawnFirst.times,
    ),
  };

  /** Another question: its answer begins at the top. */
  const askAnew = () => {
    timesMax = timesShown;
    drawing.hospitals.startOver(fitting('hospitals', rowHeight.hospital, drawnFirst.hospitals));
    drawing.times.startOver(fitting('times', rowHeight.time, drawnFirst.times));
  };
  const lookElsewhere = () => {
    only = undefined;
    hospitalsMax = hospitalsShown;
    askAnew();
  };

  return {
    get reach() {
      return reach;
    },
    set reach(next: Reach) {
      reach = next;
      lookElsewhere();
    },
    get order() {
      return order;
    },
    set order(next: Order) {
      order = next;
      lookElsewhere();
    },
    get filter() {
      return filter;
    },
    set filter(next: TimeFilter) {
      filter = next;
      askAnew();
    },
    get isFiltered() {
      return isFiltered;
    },
    get only() {
      return only;
    },
    set only(next: ServiceId | undefined) {
      only = next;
      askAnew();
    },
    /** Undefined until the first answer. */
    get hospitals() {
      return found.value && hospitals;
    },
    get hospitalsTotal() {
      return nearest.length;
    },
    get times() {
      return found.value?.listed.times;
    },
    get timesTotal() {
      return found.value?.listed.total ?? 0;
    },
    drawing,
    milesTo: (service: ServiceId) => miles.get(service) ?? null,
    moreHospitals: () => {
      drawing.hospitals.startOver(drawing.hospitals.drawn.length + drawnFirst.hospitals);
      hospitalsMax += hospitalsShown;
    },
    moreTimes: () => {
      drawing.times.startOver(drawing.times.drawn.length + drawnFirst.times);
      timesMax += timesShown;
    },
  };
}

/** How many rows the window shows below this heading, where that stands now: one at least. */
function fitting(heading: string, height: number, most: number): number {
  const bottom = document.getElementById(heading)?.getBoundingClientRect().bottom ?? 0;
  return Math.max(1, Math.min(most, Math.ceil((innerHeight - bottom) / height)));
}

function withTimes(
  services: readonly ServiceDistance[],
  times: readonly ServiceTimes[],
  order: Order,
): readonly HospitalRow[] {
  const byService = new Map(times.map((one) => [one.service, one]));
  const rows = services.map((row) => ({ ...row, times: byService.get(row.service.id) }));
  const earliest = (row: HospitalRow) => row.times?.earliest?.start ?? Infinity;
  return order === 'earliest' ? rows.sort((a, b) => earliest(a) - earliest(b)) : rows;
}

export type TimesFinder = ReturnType<typeof timesFinder>;
