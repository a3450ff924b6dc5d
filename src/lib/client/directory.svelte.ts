/**
 * The directory on this device, kept and renewed. For staff every service in the country, fetched when there is leisure; for a
 * patient where their referral may be booked, fetched when they ask. In one browser both can be signed in, so each has its own.
 */
import type { ServiceId } from '#lib/domain/ids.ts';
import { hourMs, minuteMs, type Instant } from '#lib/domain/instant.ts';
import { milesBetween, type Place } from '#lib/domain/distance.ts';
import { priorityOrder, type Priority } from '#lib/domain/priority.ts';
import { fits, isFor, type Patient, type Referral } from '#lib/domain/referral.ts';
import { scopeKind, type Scope } from '#lib/domain/scope.ts';
import type { Service } from '#lib/domain/service.ts';
import { decodeDirectory, directorySchema } from '#lib/protocol/directory.ts';
import type { Kind, ServiceDistance } from './desk.ts';
import { fetchJson } from './fetch-json.ts';
import { outcodesSchema, placeOf, type Outcodes } from './outcodes.ts';
import type { SlotsDb, StoredDocument } from './store/slots-db.ts';

interface DirectorySource {
  readonly url: string;
  readonly key: StoredDocument['key'];
  readonly renewAfterMs: number;
}

/** A patient's follows from their referral, which a GP may change at any time. */
const directoryOf = (scope: Scope): DirectorySource =>
  scopeKind(scope) === 'patient'
    ? { url: '/api/directory?for=patient', key: `directory:${scope}`, renewAfterMs: 5 * minuteMs }
    : { url: '/api/directory', key: 'directory', renewAfterMs: 24 * hourMs };

/** More than anybody reads; the list says to narrow the search. */
const servicesShownMax = 200;

export class HeldDirectory {
  readonly #source: DirectorySource;
  readonly #db: SlotsDb;
  readonly #now: () => Instant;
  readonly #isCut: () => boolean;
  #state = $state.raw<'absent' | 'loading' | 'held'>('absent');
  #fetchedAt = $state.raw<Instant | null>(null);
  #services = $state.raw<ReadonlyMap<ServiceId, Service>>(new Map());
  #outcodes: Outcodes | undefined;
  #loading: Promise<void> | undefined;

  /** For a patient's scope theirs; all others are staff's. `isCut`: the demonstration's plug is out, and nothing is fetched. */
  constructor(scope: Scope, db: SlotsDb, now: () => Instant, isCut: () => boolean = () => false) {
    this.#source = directoryOf(scope);
    this.#db = db;
    this.#now = now;
    this.#isCut = isCut;
  }

  get status() {
    return { state: this.#state, fetchedAt: this.#fetchedAt };
  }

  get(id: ServiceId): Service | undefined {
    return this.#services.get(id);
  }

  get all(): Iterable<Service> {
    return this.#services.values();
  }

  /** From this device, then from the server where it is old or missing. Out of reach it stays as it is. */
  load(): Promise<void> {
    this.#loading ??= this.#load().finally(() => (this.#loading = undefined));
    return this.#loading;
  }

  /** Where a postcode district lies; undefined when it is unknown, or the table is not here and out of reach. */
  async place(typed: string): Promise<Place | undefined> {
    if (typed.trim() === '') return undefined;
    this.#outcodes ??= await this.#loadOutcodes();
    return this.#outcodes && placeOf(this.#outcodes, typed);
  }

  async #load(): Promise<void> {
    // The whole country comes off the disk in one piece: not at every look, and not while it is fresh in memory.
    if (this.#isFresh()) return;
    const { url, key } = this.#source;
    const held = await this.#db.directory.get(key);
    // Another tab may have renewed it.
    if (held && held.fetchedAt > (this.#fetchedAt ?? -Infinity)) this.#take(held);
    if (this.#isFresh()) return;
    if (this.#isCut()) return;
    if (this.#state === 'absent') this.#state = 'loading';
    const etag = this.#state === 'held' ? (held?.etag ?? '') : '';
    const fetched = await fetchJson(url, directorySchema, etag ? { headers: { 'if-none-match': etag } } : {});
    const fetchedAt = this.#now();
    if (fetched.kind === 'unchanged' && held) {
      await this.#db.directory.put({ ...held, fetchedAt });
      this.#fetchedAt = fetchedAt;
    } else if (fetched.kind === 'ok') {
      const document: StoredDocument = {
        key,
        etag: fetched.etag,
        fetchedAt,
        body: fetched.value,
      };
      this.#take(document);
      await this.#db.directory.put(document);
    }
    if (this.#state === 'loading') this.#state = 'absent';
  }

  #isFresh(): boolean {
    const fetchedAt = this.#fetchedAt;
    return (
      this.#state === 'held' && fetchedAt !== null && this.#now() - fetchedAt < this.#source.renewAfterMs
    );
  }

  #take(document: StoredDocument | undefined): void {
    const parsed = directorySchema.safeParse(document?.body);
    if (!document || !parsed.success) return;
    this.#services = new Map(decodeDirectory(parsed.data).map((service) => [service.id, service]));
    this.#fetchedAt = document.fetchedAt;
    this.#state = 'held';
  }

  async #loadOutcodes(): Promise<Outcodes | undefined> {
    const held = outcodesSchema.safeParse((await this.#db.directory.get('outcodes'))?.body);
    if (held.success) return held.data;
    const fetched = await fetchJson('/outcodes.json', outcodesSchema);
    if (fetched.kind !== 'ok') return undefined;
    const { etag, value: body } = fetched;
    await this.#db.directory.put({ key: 'outcodes', etag, fetchedAt: this.#now(), body });
    return body;
  }
}

/** Those that fit the referral and the words, nearest first; unknown distances last, then by name. */
export function nearbyServices(
  services: Iterable<Service>,
  referral: Referral,
  query: string,
  from: Place | undefined,
  now: Instant,
): readonly ServiceDistance[] {
  const words = plain(query).split(' ').filter(Boolean);
  const found: ServiceDistance[] = [];
  for (const service of services) {
    // Asked first, of the whole country: `fits` works out an age.
    const isLikely = service.specialty === referral.specialty || referral.shortlist.includes(service.id);
    if (!isLikely || !fits(referral, service, now)) continue;
    if (words.length === 0 || isNamed(service, words)) found.push({ service, miles: miles(from, service) });
  }
  return found.sort(byDistance).slice(0, servicesShownMax);
}

function isNamed(service: Service, words: readonly string[]): boolean {
  const text = plain(`${service.siteName} ${service.address} ${service.postcode} ${service.providerName}`);
  return words.every((word) => text.includes(word));
}

/** Every kind of clinic that sees such a patient, in the order of its words. */
export function kindsFor(services: Iterable<Service>, patient: Patient, now: Instant): readonly Kind[] {
  const found = new Map<string, { specialty: string; clinicType: string; priorities: Set<Priority> }>();
  for (const service of services) {
    if (!isFor(patient, service, now)) continue;
    const { specialty } = service;
    for (const clinicType of service.clinicTypes) {
      const key = `${specialty}\n${clinicType}`;
      const kind = found.get(key) ?? { specialty, clinicType, priorities: new Set() };
      for (const priority of service.priorities) kind.priorities.add(priority);
      found.set(key, kind);
    }
  }
  return [...found.values()]
    .map(({ priorities, ...kind }) => ({
      ...kind,
      priorities: [...priorities].sort((a, b) => priorityOrder[a] - priorityOrder[b]),
    }))
    .sort((a, b) => a.specialty.localeCompare(b.specialty) || a.clinicType.localeCompare(b.clinicType));
}

export const miles = (from: Place | undefined, service: Service) =>
  from ? milesBetween(from, service) : null;

const byDistance = (a: ServiceDistance, b: ServiceDistance) =>
  (a.miles ?? Infinity) - (b.miles ?? Infinity) ||
  a.service.siteName.localeCompare(b.service.siteName) ||
  (a.service.id < b.service.id ? -1 : 1);

const plain = (text: string) =>
  text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
