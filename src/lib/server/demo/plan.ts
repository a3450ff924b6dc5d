/**
 * A whole world as data, before any of it happens: what is loaded, and who asked for what in which order. It follows from
 * a seed, a size and a date; nothing here reads a clock, a database or a die.
 */
import { claimIdSchema, type ClaimId } from '#lib/domain/ids.ts';
import {
  addDays,
  instantOf,
  localDate,
  minuteMs,
  type Instant,
  type LocalDate,
} from '#lib/domain/instant.ts';
import type { Patient, Referral } from '#lib/domain/referral.ts';
import { loadRowsMax, type Load, type Organisation, type Person } from '../ledger/load.ts';
import { firstInstant, historyDays } from './calendar.ts';
import { castStories } from './cast-stories.ts';
import { catalogueOf, type Catalogue } from './catalogue.ts';
import { chanceOf, uuidOf } from './chance.ts';
import { publishable, type HeldTimes } from './held-times.ts';
import { History, type Act, type RefOf } from './history.ts';
import { namesakeOf, patientOf } from './patients.ts';
import { dramaPhone, odsCode, worldPractices, type WorldSize } from './places.ts';
import { referralOf } from './referrals.ts';
import { authorOf, clerkOf, practiceStaff } from './staff.ts';
import { stories, type Scene, type Story, type Telling } from './stories.ts';
import type { Practice } from './tables.ts';

export interface WorldKey {
  readonly seed: string;
  readonly size: WorldSize;
  /** The day on which the world was made. */
  readonly today: LocalDate;
}

export interface WorldPlan {
  readonly firstAt: Instant;
  /** Of the first morning: who and what there is. Its first entry tells which world a ledger holds. */
  readonly loads: readonly Load[];
  /** By the evening on which they reach the ledger. */
  readonly referrals: readonly { readonly at: Instant; readonly load: Load }[];
  /** In order of time. */
  readonly acts: readonly Act[];
  /** Loaded last: where the ledger has it, the world is whole. */
  readonly completion: Load;
  readonly slots: number;
}

/** Beside the cast. Closed ones come on top of the 250 to 350 that are open. */
const referralsOfPractice = { small: [12, 23], region: [318, 289, 341, 305] } as const satisfies Record<
  WorldSize,
  readonly number[]
>;
/** One referral in so many is the second of a patient, or of a namesake. */
const secondReferralEvery = 23;
const namesakeEvery = 57;
/** Referrals reach the ledger in the evening of their day. */
const loadedAt = 20 * 60;

/** Loads of one kind; the largest world has a fifth of it. */
const partsMax = 100;

const keyOf = ({ seed, size, today }: WorldKey) => [seed, size, today].join(' ');
const loadId = (key: WorldKey, ...name: readonly (string | number)[]): ClaimId =>
  claimIdSchema.parse(uuidOf(keyOf(key), 'load', ...name));

/** The id of the world's first entry, by which a ledger's world is known. */
export const firstLoadId = (key: WorldKey) => loadId(key, 'organisations', 0);
/** The id of its last one. */
export const completionId = (key: WorldKey) => loadId(key, 'complete');

/** Every id that a load of this world may have, without making the world: far more than it has. */
export function loadIdsOf(key: WorldKey): ReadonlySet<ClaimId> {
  const parts = Array.from({ length: partsMax }, (_, part) => part);
  const kinds = ['organisations', 'people', 'services'] as const;
  const days = Array.from({ length: historyDays + 1 }, (_, n) => addDays(key.today, -n));
  return new Set([
    ...kinds.flatMap((kind) => parts.map((part) => loadId(key, kind, part))),
    ...days.map((day) => loadId(key, 'referrals', day)),
    completionId(key),
  ]);
}

export function planWorld(key: WorldKey): WorldPlan {
  const { seed, size, today } = key;
  const catalogue = catalogueOf(seed, size, today);
  const history = new History(keyOf(key), refOfTimes(catalogue));
  const scene: Scene = { seed, today, catalogue, history, standing: new Map() };
  const referrals = [...castStories(scene, size), ...tellStories(scene, size)];
  const firstAt = firstInstant(today);
  for (const times of catalogue.allTimes) publish(seed, history, times, firstAt);
  const loads = [
    ...inLoads(key, 'organisations', organisationsOf(size, catalogue)),
    ...inLoads(key, 'people', peopleOf(seed, size, catalogue)),
    ...inLoads(
      key,
      'services',
      catalogue.services.map(({ service }) => service),
    ),
  ];
  return {
    firstAt,
    loads,
    referrals: loadsByDay(key, referrals),
    acts: history.acts.toSorted((a, b) => a.at - b.at),
    completion: { id: completionId(key), organisations: organisationsOf(size, catalogue).slice(0, 1) },
    slots: catalogue.allTimes.reduce((sum, times) => sum + countOf(times), 0),
  };
}

function tellStories(scene: Scene, size: WorldSize): readonly Referral[] {
  const tellings = worldPractices(size).flatMap((practice, index) =>
    tellingsOf(scene, practice, index, referralsOfPractice[size][index] ?? 0),
  );
  for (const { story, telling } of tellings) if (!story.isAboutOthers) story.tell(telling);
  for (const { story, telling } of tellings) if (story.isAboutOthers) story.tell(telling);
  return tellings.map(({ telling }) => telling.referral);
}

function tellingsOf(
  scene: Scene,
  practice: Practice,
  practiceIndex: number,
  count: number,
): { readonly story: Story; readonly telling: Telling }[] {
  const { seed, today, catalogue } = scene;
  const patients: Patient[] = [];
  const told: { story: Story; telling: Telling }[] = [];
  for (let i = 0; i < count; i += 1) {
    const n = practiceIndex * 1000 + i;
    const story = storyAt((i + 0.5) / count);
    const patient = knownPatient(seed, today, practice, n, patients);
    const referral = referralOf(seed, today, catalogue, { practice, n, patient, ...story });
    if (!referral) continue;
    patients.push(referral.patient);
    told.push({ story, telling: { scene, referral, chance: chanceOf(seed, 'story', practice.code, n) } });
  }
  return told;
}

/** Every state has its share, whatever the draws: position 0 to 1 along all stories. */
function storyAt(position: number): Story {
  const all: readonly Story[] = Object.values(stories);
  let left = position * all.reduce((sum, { share }) => sum + share, 0);
  const story = all.find(({ share }) => (left -= share) < 0);
  if (!story) throw new RangeError(`no story at ${position}`);
  return story;
}

function knownPatient(
  seed: string,
  today: LocalDate,
  practice: Practice,
  n: number,
  patients: readonly Patient[],
): Patient | undefined {
  const chance = chanceOf(seed, 'known', practice.code, n);
  if (patients.length === 0) return undefined;
  if (n % secondReferralEvery === secondReferralEvery - 1) return chance.pick(patients);
  if (n % namesakeEvery !== namesakeEvery - 1) return undefined;
  return namesakeOf(chance.pick(patients), patientOf(seed, today, { practice, n }), chance);
}

const refOfTimes =
  (catalogue: Catalogue): RefOf =>
  (time) => {
    const times = catalogue.times(time.service.id);
    if (!times) throw new Error(`${time.service.id} has no times`);
    return times.refOf(time);
  };

function publish(seed: string, history: History, times: HeldTimes, firstAt: Instant): void {
  const clerk = authorOf(clerkOf(seed, times.service.site));
  for (const sessions of publishable(times.published())) {
    history.publish(firstAt + 10 * minuteMs, clerk, times.service.id, sessions);
  }
}

function organisationsOf(size: WorldSize, catalogue: Catalogue): readonly Organisation[] {
  const practices = worldPractices(size).map(({ code, name, town }) => ({
    code: odsCode(code),
    kind: 'practice' as const,
    name,
    phone: dramaPhone(code),
    town,
  }));
  const sites = new Map(
    catalogue.services.map(({ service, offer }) => [
      service.site,
      {
        code: service.site,
        kind: 'site' as const,
        name: service.siteName,
        phone: service.phone,
        // "Malmesbury Road, Tetbury, Gloucestershire": the county when there is one, which is near enough.
        town: offer.site.address.split(', ').at(-1) ?? '',
      },
    ]),
  );
  return [...practices, ...sites.values()];
}

/** At the desks of the practices, and a clerk wherever there are times or patients may be sent. */
function peopleOf(seed: string, size: WorldSize, catalogue: Catalogue): readonly Person[] {
  const desks = worldPractices(size).flatMap(({ code }) => {
    const { gps, receptionists } = practiceStaff(seed, code);
    return [...gps, ...receptionists];
  });
  const staffed = catalogue.services.filter(({ isNear, firstFreeDay }) => isNear || firstFreeDay !== null);
  const sites = new Set(staffed.map(({ service }) => service.site));
  return [...desks, ...[...sites].sort().map((site) => clerkOf(seed, site))];
}

function inLoads<Kind extends 'organisations' | 'people' | 'services'>(
  key: WorldKey,
  kind: Kind,
  rows: NonNullable<Load[Kind]>,
): Load[] {
  const parts = Math.ceil(rows.length / loadRowsMax);
  if (parts > partsMax) throw new RangeError(`demo world: ${parts} loads of ${kind}`);
  return Array.from({ length: parts }, (_, i) => ({
    id: loadId(key, kind, i),
    [kind]: rows.slice(i * loadRowsMax, (i + 1) * loadRowsMax),
  }));
}

/** Those from before the world's history are there on its first evening. */
function loadsByDay(key: WorldKey, referrals: readonly Referral[]): WorldPlan['referrals'] {
  const firstDay = addDays(key.today, -historyDays);
  const dayOf = (referral: Referral) => {
    const day = localDate(referral.referredAt);
    return day < firstDay ? firstDay : day;
  };
  return [...Map.groupBy(referrals, dayOf)]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([day, rows]) => ({
      at: instantOf(day, loadedAt),
      load: { id: loadId(key, 'referrals', day), referrals: rows },
    }));
}

const countOf = (times: HeldTimes) => times.published().reduce((sum, { count }) => sum + count, 0);
