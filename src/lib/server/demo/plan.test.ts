import { describe, expect, test } from 'vitest';
import { claimSchema, publishedSlotsMax, type ClinicSession } from '#lib/domain/claim.ts';
import { addDays, ageAt, instantOf, localDate, localMinutes, minuteMs } from '#lib/domain/instant.ts';
import { isNhsNumber } from '#lib/domain/nhs-number.ts';
import { fits, referralSchema } from '#lib/domain/referral.ts';
import { serviceSchema } from '#lib/domain/service.ts';
import { demoCast } from './cast.ts';
import { horizonOf, isClinicDay } from './calendar.ts';
import { catalogueOf } from './catalogue.ts';
import { claimText } from './history.ts';
import { loadIdsOf, planWorld, type WorldPlan } from './plan.ts';
import { demoServices } from './services.ts';
import { sensitiveName } from './tables.ts';

const seed = 'holdfast';
const today = '2026-11-24';
const region = planWorld({ seed, size: 'region', today });
const small = planWorld({ seed, size: 'small', today });

const referralsOf = (plan: WorldPlan) => plan.referrals.flatMap(({ load }) => load.referrals ?? []);
const sessionsOf = (plan: WorldPlan): ClinicSession[] =>
  plan.acts.flatMap((act) => {
    const intent = act.intent();
    return intent.kind === 'publish' ? intent.sessions : [];
  });

describe('a world is data', () => {
  test('the same seed and date make the same world, to the byte', () => {
    const again = planWorld({ seed, size: 'small', today });
    expect(again.acts.map(claimText)).toEqual(small.acts.map(claimText));
    expect(JSON.stringify([again.loads, again.referrals])).toBe(
      JSON.stringify([small.loads, small.referrals]),
    );
  });

  test('it can be made on every day of Advent, when the weeks in which people are booked are Christmas', () => {
    for (let day = '2026-12-01'; day <= '2026-12-24'; day = addDays(day, 1)) {
      for (const year of ['2026', '2027', '2028']) {
        const date = day.replace('2026', year);
        expect(() => planWorld({ seed, size: 'small', today: date }), date).not.toThrow();
      }
    }
  });

  test('every load of it is known for one of it without making it, and is none of another day’s', () => {
    for (const [size, plan] of Object.entries({ small, region }) as ['small' | 'region', WorldPlan][]) {
      const loads = [...plan.loads, ...plan.referrals.map(({ load }) => load), plan.completion];
      const known = loadIdsOf({ seed, size, today });
      const anotherDays = loadIdsOf({ seed, size, today: addDays(today, 1) });
      expect(loads.filter(({ id }) => !known.has(id))).toEqual([]);
      expect(loads.filter(({ id }) => anotherDays.has(id))).toEqual([]);
    }
  });

  test('another seed makes other people', () => {
    const other = planWorld({ seed: 'other', size: 'small', today });
    const nameOf = (plan: WorldPlan) => referralsOf(plan).map(({ patient }) => patient.familyName);
    expect(nameOf(other)).not.toEqual(nameOf(small));
  });

  test('every row and every claim is what the doors take', () => {
    for (const referral of referralsOf(region)) expect(referralSchema.safeParse(referral).success).toBe(true);
    for (const act of region.acts) expect(claimSchema.parse(JSON.parse(claimText(act))).id).toBe(act.claim);
    for (const { services = [] } of region.loads) {
      for (const service of services) expect(serviceSchema.safeParse(service).success).toBe(true);
    }
  });

  test('all of it lies before today, in order, and nothing is asked of a referral that is not there yet', () => {
    const loadedAt = new Map<string, number>();
    for (const { at, load } of region.referrals) {
      for (const { ubrn } of load.referrals ?? []) loadedAt.set(ubrn, at);
    }
    let before = region.firstAt;
    for (const act of region.acts) {
      expect(act.at).toBeGreaterThanOrEqual(before);
      expect(act.at).toBeLessThan(instantOf(today));
      before = act.at;
      const intent = act.intent();
      if ('ubrn' in intent) expect(act.at).toBeGreaterThan(loadedAt.get(intent.ubrn) ?? Infinity);
    }
  });
});

describe('patients', () => {
  const referrals = referralsOf(region);

  test('have numbers that are nobody’s, and every one their own', () => {
    const people = new Map(referrals.map(({ patient }) => [patient.id, patient]));
    const numbers = [...people.values()].map(({ nhsNumber }) => nhsNumber);
    expect(numbers.every((number) => isNhsNumber(number) && number.startsWith('999'))).toBe(true);
    expect(new Set(numbers).size).toBe(people.size);
    expect(new Set(referrals.map(({ ubrn }) => ubrn)).size).toBe(referrals.length);
    for (const { phone, address, birthDate } of people.values()) {
      expect(phone).toMatch(/^(01632 960|07700 900)\d{3}$/);
      expect(address).toMatch(/ 9ZZ$/);
      expect(ageAt(birthDate, instantOf(today))).toBeGreaterThanOrEqual(0);
    }
  });

  test('most are 40 to 79, some are children, a few are restricted, and some are easily mistaken for another', () => {
    const ages = referrals.map(({ patient }) => ageAt(patient.birthDate, instantOf(today)));
    const share = (is: (age: number) => boolean) => ages.filter(is).length / ages.length;
    expect(share((age) => age >= 40 && age < 80)).toBeGreaterThan(0.5);
    expect(share((age) => age < 16)).toBeGreaterThan(0.02);
    expect(referrals.filter(({ patient }) => patient.restricted).length).toBeGreaterThan(5);
    const byName = Map.groupBy(referrals, ({ practice, patient }) =>
      [practice, patient.givenName, patient.familyName].join(' '),
    );
    const namesakes = [...byName.values()].filter(
      (group) => new Set(group.map(({ patient }) => patient.id)).size > 1,
    );
    expect(namesakes.length).toBeGreaterThan(8);
  });

  test('were offered only what fits them', () => {
    const catalogue = catalogueOf(seed, 'region', today);
    for (const referral of referrals) {
      for (const id of referral.shortlist) {
        const { service } = catalogue.service(id);
        expect(fits(referral, service, instantOf(today))).toBe(true);
        expect(service.clinicTypes).toContain(referral.clinicType);
      }
    }
  });
});

describe('services', () => {
  const services = demoServices(seed, 'region');

  test('are thousands; seven in ten are booked directly, and of those near four in ten are full', () => {
    expect(services.length).toBeGreaterThan(8_000);
    const share = (booking: string) =>
      services.filter(({ service }) => service.booking === booking).length / services.length;
    expect(share('direct')).toBeCloseTo(0.7, 1);
    expect(share('phone')).toBeCloseTo(0.15, 1);
    expect(share('triage')).toBeCloseTo(0.15, 1);
    const near = services.filter(
      ({ isNear, offer, service }) => isNear && !offer.suspectedCancer && service.booking === 'direct',
    );
    const full = near.filter(({ firstFreeDay }) => firstFreeDay === null).length / near.length;
    expect(full).toBeGreaterThan(0.3);
    expect(full).toBeLessThan(0.5);
  });

  test('never tell a passer-by of suspected cancer', () => {
    const suspected = services.filter(({ offer }) => offer.suspectedCancer);
    expect(suspected.length).toBeGreaterThan(500);
    expect(suspected.every(({ service }) => service.patientName === sensitiveName)).toBe(true);
    expect(services.every(({ service }) => !/cancer/i.test(service.patientName))).toBe(true);
  });
});

describe('times', () => {
  test('are enough for a region and few in a small world', () => {
    expect(region.slots).toBeGreaterThan(60_000);
    expect(region.slots).toBeLessThan(120_000);
    expect(small.slots).toBeLessThan(3_000);
    expect(new Set(small.acts.flatMap((act) => serviceOf(act.intent()))).size).toBeGreaterThan(15);
  });

  test('are on clinic days, between nine and five, up to the horizon', () => {
    for (const { start, minutes, count } of sessionsOf(region)) {
      expect(isClinicDay(localDate(start))).toBe(true);
      expect(localMinutes(start)).toBeGreaterThanOrEqual(540);
      expect(localMinutes(start + count * minutes * minuteMs)).toBeLessThanOrEqual(17 * 60);
      expect(localDate(start) <= horizonOf(today)).toBe(true);
    }
    expect(isClinicDay('2026-12-25')).toBe(false);
    expect(isClinicDay('2026-12-28')).toBe(false);
  });

  test('come in claims that the ledger takes, and no time of a service twice', () => {
    const starts = new Map<string, Set<number>>();
    for (const act of region.acts) {
      const intent = act.intent();
      if (intent.kind !== 'publish') continue;
      const slots = intent.sessions.reduce((sum, { count }) => sum + count, 0);
      expect(slots).toBeLessThanOrEqual(publishedSlotsMax);
      const known = starts.get(intent.service) ?? new Set();
      const before = known.size;
      for (const { start, minutes, count } of intent.sessions) {
        for (let i = 0; i < count; i += 1) known.add(start + i * minutes * minuteMs);
      }
      expect(known.size - before).toBe(slots);
      starts.set(intent.service, known);
    }
  });

  test('keep nine o’clock across the end of summer time', () => {
    const autumn = planWorld({ seed, size: 'small', today: '2027-10-24' });
    const mornings = (from: string, to: string) =>
      sessionsOf(autumn)
        .filter(({ start }) => localDate(start) >= from && localDate(start) < to)
        .map(({ start }) => localMinutes(start));
    expect(mornings('2027-10-25', '2027-10-31')).toContain(540);
    expect(mornings('2027-11-01', '2027-11-08')).toContain(540);
  });
});

test('the cast is in worlds of both sizes, the same', () => {
  const find = (plan: WorldPlan, ubrn: string) =>
    referralsOf(plan).find((referral) => referral.ubrn === ubrn);
  for (const member of Object.values(demoCast)) {
    const one = find(small, member.ubrn);
    expect(one?.patient.birthDate).toBe(member.birthDate);
    expect(isNhsNumber(member.nhsNumber)).toBe(true);
    expect(find(region, member.ubrn)).toEqual(one);
  }
});

function serviceOf(intent: ReturnType<WorldPlan['acts'][number]['intent']>): string[] {
  return intent.kind === 'publish' ? [intent.service] : [];
}
