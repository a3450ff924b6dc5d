/** The services that a desk knows, and their free times as far as this device holds them, less what is known here to be gone. */
import { untrack } from 'svelte';
import type { Claim } from '#lib/domain/claim.ts';
import type { ServiceId, Ubrn } from '#lib/domain/ids.ts';
import type { Instant } from '#lib/domain/instant.ts';
import { isOpenClaim, type HeldClaim, type View } from '#lib/domain/project.ts';
import type { Patient, Referral } from '#lib/domain/referral.ts';
import { scopeKey, scopeKind, type Scope } from '#lib/domain/scope.ts';
import type { Service } from '#lib/domain/service.ts';
import type { Mode, Slot, SlotRef } from '#lib/domain/slot.ts';
import type { Truth } from '#lib/domain/truth.ts';
import { isOpenRecord } from '#lib/sync/shelf.ts';
import type { Alternatives, Kind, Reach, ServiceDistance, Services, TimesFound, TimesQuery } from './desk.ts';
import { kindsFor, miles, nearbyServices, type HeldDirectory } from './directory.svelte.ts';
import type { Picture } from './mirror.ts';
import type { HeldPacks } from './packs.ts';
import { slotMode } from './slot-mode.ts';
import { wantPacks } from './store/pack-shelf.ts';
import type { SlotsDb } from './store/slots-db.ts';
import { findAlternatives, findTimes, freeSlots, type TimesKnown } from './times.ts';
import { servicesToKeepFresh } from './wanted-services.ts';

export interface ServicesPorts {
  readonly packs: HeldPacks;
  readonly directory: HeldDirectory;
  readonly slots: SlotsDb;
  /** The device's clock, uncorrected. */
  readonly deviceNow: () => Instant;
  /** Which services the event stream should tell of. */
  readonly onWanted: (services: readonly ServiceId[]) => void;
}

/** What it has to know of its desk; reactive. */
export interface ServicesDesk {
  readonly scope: Scope;
  /** Moves on every 15 seconds; `clockNow` is this moment. */
  readonly now: () => Instant;
  readonly clockNow: () => Instant;
  readonly view: () => View;
  readonly truth: () => Truth;
  readonly held: () => readonly HeldClaim[];
  readonly subject: (claim: Claim) => Ubrn | undefined;
  /** Times are wanted that this device does not hold. */
  readonly onMissing: () => void;
  /** They could not be asked for. */
  readonly onFailure: (cause: unknown) => void;
}

export class HeldServices implements Services {
  readonly #ports: ServicesPorts;
  readonly #desk: ServicesDesk;
  #slotsVersion = $state(0);
  #promised = '';
  #kept = '';

  readonly #ownServices = $derived.by(() => {
    const { scope, truth } = this.#desk;
    if (scopeKind(scope) !== 'clinic') return [];
    const site = scopeKey(scope);
    const known = new Map([...this.#ports.directory.all, ...truth().services.values()].map((s) => [s.id, s]));
    return [...known.values()].filter((s) => s.site === site).sort((a, b) => a.name.localeCompare(b.name));
  });

  constructor(ports: ServicesPorts, desk: ServicesDesk) {
    this.#ports = ports;
    this.#desk = desk;
  }

  service(id: ServiceId): Service | undefined {
    return this.#desk.truth().services.get(id) ?? this.#ports.directory.get(id);
  }

  get directory() {
    return this.#ports.directory.status;
  }

  get ownServices(): readonly Service[] {
    return this.#ownServices;
  }

  get slotsVersion(): number {
    return this.#slotsVersion;
  }

  async servicesFor(referral: Referral, reach: Reach): Promise<readonly ServiceDistance[]> {
    const { directory } = this.#ports;
    const { district, restricted } = referral.patient;
    const typed = reach.kind === 'anywhere' ? reach.from.trim() : '';
    const from = restricted ? undefined : await directory.place(typed || district);
    if (reach.kind === 'shortlist') {
      const services = referral.shortlist.flatMap((id) => this.service(id) ?? []);
      return services.map((service) => ({ service, miles: miles(from, service) }));
    }
    await directory.load();
    return nearbyServices(directory.all, referral, reach.query, from, this.#desk.clockNow());
  }

  async kindsFor(patient: Patient): Promise<readonly Kind[]> {
    const { directory } = this.#ports;
    await directory.load();
    return kindsFor(directory.all, patient, this.#desk.clockNow());
  }

  want(services: readonly ServiceId[]): void {
    if (services.length > 0) void this.#want(services);
  }

  findTimes(query: TimesQuery): Promise<TimesFound> {
    return Promise.resolve(untrack(() => findTimes(query, this.#known(query.referral))));
  }

  alternatives(referral: Referral, wish: SlotRef): Alternatives {
    void this.#slotsVersion;
    return untrack(() => findAlternatives(referral, wish, this.#known(referral)));
  }

  modeOf(ref: SlotRef): Mode | undefined {
    void this.#slotsVersion;
    const columns = this.#ports.packs.get(ref.service);
    const appointments = this.#desk.view().referrals.flatMap(({ history }) => history);
    return slotMode(ref, appointments, this.service(ref.service), columns);
  }

  freeTimes(service: ServiceId): readonly Slot[] {
    void this.#slotsVersion;
    return freeSlots(service, this.#known(undefined));
  }

  /** Other times lie on this device. */
  onTimes(): void {
    this.#slotsVersion += 1;
  }

  /** The desk shows `picture`. What is booked or promised there is not on offer any more, and what it is about is kept fresh. */
  onPicture(before: Picture, picture: Picture): void {
    const promised = picture.claims
      .filter(isOpenRecord)
      .map(({ id }) => id)
      .join();
    if (picture.truth !== before.truth || promised !== this.#promised) this.#slotsVersion += 1;
    this.#promised = promised;
    const services = servicesToKeepFresh(this.#desk.view(), this.#ownServices, (id) => this.service(id));
    const kept = [...services].sort().join();
    if (kept === this.#kept) return;
    this.#kept = kept;
    void this.#want(services);
  }

  async #want(services: readonly ServiceId[]): Promise<void> {
    const { slots, onWanted, deviceNow } = this.#ports;
    try {
      const { isNew, all } = await wantPacks(slots, this.#desk.scope, services, deviceNow());
      onWanted(all);
      if (isNew) this.#desk.onMissing();
    } catch (cause) {
      this.#desk.onFailure(cause);
    }
  }

  #known(referral: Referral | undefined): TimesKnown {
    return {
      now: this.#desk.now(),
      isClinic: scopeKind(this.#desk.scope) === 'clinic',
      view: this.#desk.view(),
      promised: this.#firstWishes(referral),
      packs: this.#ports.packs,
      service: (id) => this.service(id),
    };
  }

  /** Times that somebody at this desk has asked for, for another patient: not taken, but no longer ours to offer twice. */
  #firstWishes(referral: Referral | undefined): readonly SlotRef[] {
    return this.#desk
      .held()
      .filter(isOpenClaim)
      .flatMap(({ claim }) => {
        const { intent } = claim;
        if (intent.kind !== 'book' && intent.kind !== 'move') return [];
        return this.#desk.subject(claim) === referral?.ubrn ? [] : intent.choices.slice(0, 1);
      });
  }
}
