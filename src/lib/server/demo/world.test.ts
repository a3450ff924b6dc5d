import { afterEach, describe, expect, test } from 'vitest';
import type { Appointment } from '#lib/domain/appointment.ts';
import { claimIdSchema, odsCodeSchema, personIdSchema, ubrnSchema, type ServiceId } from '#lib/domain/ids.ts';
import {
  addDays,
  dayMs,
  instantOf,
  localDate,
  localWeekday,
  type Instant,
  type LocalDate,
} from '#lib/domain/instant.ts';
import type { Notice } from '#lib/domain/notice.ts';
import { bookBy, type Referral } from '#lib/domain/referral.ts';
import { practiceScope } from '#lib/domain/scope.ts';
import { bookingWindow } from '#lib/domain/service.ts';
import { place, taskOf } from '#lib/domain/worklist.ts';
import { decodePack } from '#lib/protocol/pack.ts';
import type { Clerk, OpenLedger } from '../ledger/ledger.ts';
import { PracticeRows } from '../import/practice-rows.ts';
import { openLedger } from '../ledger/open.ts';
import { migrations } from '../migrations.ts';
import { horizonOf, isClinicDay, lastClinicDayBefore } from './calendar.ts';
import { demoCast, type CastRole } from './cast.ts';
import { catalogueOf } from './catalogue.ts';
import { uuidOf } from './chance.ts';
import { doubtfulUbrns } from './doubtful-rows.ts';
import { loadingClock } from './loading-clock.ts';
import { worldPractices, type WorldSize } from './places.ts';
import { clerkOf } from './staff.ts';
import { defaultSeed, loadWorld, topUpWorld, type WorldDeps } from './world.ts';

const ordinary = '2026-11-24';
/** In Advent, before Christmas, before the clocks go back, a leap day, and one beyond the announced bank holidays. */
const dates = [ordinary, '2026-12-05', '2026-12-24', '2027-10-24', '2028-02-29', '2029-12-20'];

const opened: OpenLedger[] = [];
afterEach(async () => {
  for (const ledger of opened.splice(0)) await ledger.close();
});

interface Stage {
  readonly ledger: OpenLedger;
  readonly deps: WorldDeps;
  readonly lines: string[];
  readonly codes: string[];
  /** Mid-morning of this day from now on. */
  wakeOn(date: LocalDate): void;
}

async function stage(today: LocalDate, size: WorldSize = 'small', seed = defaultSeed): Promise<Stage> {
  let now = instantOf(today, 10 * 60);
  const clock = loadingClock(() => now);
  const log = (_: string, message: string) => {
    throw new Error(message);
  };
  const ledger = await openLedger({ file: ':memory:', clock: clock.now, log, migrations });
  opened.push(ledger);
  const lines: string[] = [];
  const codes: string[] = [];
  const issueAccessCode = async (ubrn: string) => codes.push(ubrn);
  const deps = { ledger, clock, issueAccessCode, size, seed, log: (line: string) => lines.push(line) };
  return {
    ledger,
    deps,
    lines,
    codes,
    wakeOn: (date) => {
      now = instantOf(date, 10 * 60);
    },
  };
}

const hashOf = async ({ ledger }: Stage) =>
  (await ledger.readDb.selectFrom('head').select('hash').executeTakeFirstOrThrow()).hash;

/** Fails at the n-th thing that the clerk is asked to do, as a power cut would. */
function failingAt(clerk: Clerk, n: number): Clerk {
  let count = 0;
  const tick = () => {
    count += 1;
    if (count === n) throw new Error('power cut');
  };
  return {
    pack: (service, held) => clerk.pack(service, held),
    onCommit: (listener) => clerk.onCommit(listener),
    load: async (load) => {
      tick();
      await clerk.load(load);
    },
    settle: async (sender, request) => {
      tick();
      return clerk.settle(sender, request);
    },
  };
}

const withClerk = ({ deps, ledger }: Stage, clerk: Clerk): WorldDeps => ({
  ...deps,
  ledger: { clerk, readDb: ledger.readDb },
});

async function referralOf({ ledger }: Stage, role: CastRole) {
  const ubrn = ubrnSchema.parse(demoCast[role].ubrn);
  const row = await ledger.readDb
    .selectFrom('referral')
    .innerJoin('patient', 'patient.id', 'referral.patient')
    .select(['referral.body', 'referral.status', 'patient.body as patient'])
    .where('ubrn', '=', ubrn)
    .executeTakeFirstOrThrow();
  const appointments = await ledger.readDb
    .selectFrom('appointment')
    .select('body')
    .where('ubrn', '=', ubrn)
    .execute();
  const notices = await ledger.readDb.selectFrom('notice').select('body').where('ubrn', '=', ubrn).execute();
  const referral = {
    ...(JSON.parse(row.body) as object),
    ubrn,
    patient: JSON.parse(row.patient) as unknown,
    status: JSON.parse(row.status) as unknown,
  } as Referral;
  return {
    referral,
    appointments: appointments.map(({ body }) => JSON.parse(body) as Appointment),
    tasks: notices
      .map(({ body }) => JSON.parse(body) as Notice)
      .filter(({ scope }) => scope.startsWith('practice:'))
      .flatMap((notice) => taskOf(notice) ?? []),
  };
}

/** Starts of the free times that this referral may book at a service now. */
async function bookable({ ledger }: Stage, referral: Referral, id: ServiceId, now: Instant) {
  const { service } = catalogueOf(defaultSeed, 'small', ordinary).service(id);
  const window = bookingWindow(service, referral.priority, now);
  const pack = await ledger.clerk.pack(id);
  const columns = pack && pack !== 'unchanged' ? decodePack(pack) : undefined;
  return [...(columns?.starts ?? [])].filter((start) => start >= window.from && start <= window.to);
}

const weekdayOf = (date: LocalDate) => localWeekday(instantOf(date, 12 * 60));
const isWeekend = (date: LocalDate) => [0, 6].includes(weekdayOf(date));
const nextMonday = (date: LocalDate) => addDays(date, (8 - weekdayOf(date)) % 7);

describe.each(dates)('a small world made on %s', (today) => {
  test('has three rows that the city practice has to settle, each in a doubt of its own', async () => {
    const world = await stage(today);
    await loadWorld(world.deps);
    const { clerk, readDb } = world.ledger;
    const clock = () => instantOf(today, 10 * 60);
    const rows = new PracticeRows({ clerk, readDb, clock, newId: () => uuidOf('settled') });
    const page = await rows.page(odsCodeSchema.parse(demoCast.booked.practice));
    expect(page).toMatchObject({ count: 3, more: null });
    expect(page.rows.map(({ ubrn }) => ubrn)).toEqual(doubtfulUbrns);
    const { booked, noTimes } = demoCast;
    expect(page.rows).toMatchObject([
      { doubt: 'otherBirthDate', mayBeNew: false, candidates: [{ nhsNumber: booked.nhsNumber }] },
      { doubt: 'sameNameOtherNumber', mayBeNew: true, candidates: [{ nhsNumber: noTimes.nhsNumber }] },
      { doubt: 'noNumber', mayBeNew: false, candidates: [] },
    ]);
    expect(page.rows.map(({ forOperator }) => forOperator)).toEqual([null, null, null]);
    const id = page.rows[1]?.id ?? '';
    const gp = {
      person: personIdSchema.parse('any'),
      role: 'gp',
      scope: practiceScope(odsCodeSchema.parse(booked.practice)),
    } as const;
    expect(await rows.settle(gp, id, { as: 'new' })).toMatchObject({ kind: 'settled' });
  });

  test('is settled as planned, and the cast stands where tests and tours look for it', async () => {
    const world = await stage(today);
    expect(await loadWorld(world.deps)).toBe('loaded');
    const now = world.deps.clock.now();
    expect(now).toBe(instantOf(today, 10 * 60));
    expect(new Set(world.codes).size).toBe(world.codes.length);
    expect(world.lines.at(-1)).toBe('The demonstration world is loaded');

    const standing = async (role: CastRole) => {
      const { referral, appointments, tasks } = await referralOf(world, role);
      return [place(referral, appointments, now), ...tasks];
    };
    for (const role of ['routine', 'routineElsewhere', 'noTimes', 'urgent', 'suspectedCancer'] as const) {
      expect(await standing(role)).toEqual(['toBook']);
    }
    expect(await standing('booked')).toEqual(['booked']);
    expect(await standing('bookedSkin')).toEqual(['booked']);
    expect(await standing('bookedLower')).toEqual(['booked', 'tellPatient']);
    expect(await standing('refused')).toEqual(['toBook', 'refused']);
    expect(await standing('cancelledByClinic')).toEqual(['toBook', 'cancelled']);
    expect(await standing('deferred')).toEqual(['withHospital']);
    expect(await standing('overdue')).toEqual(['contactOverdue']);
    expect(await standing('triage')).toEqual(['withHospital']);
    expect(await standing('phoneOnly')).toEqual(['toBook']);
    expect(await standing('childBooked')).toEqual(['booked']);
    expect((await referralOf(world, 'childBooked')).appointments[0]?.bookedBy).toBe('patient');
    expect(await standing('didNotAttend')).toEqual(['toBook']);
    expect(await standing('setAside')).toEqual(['toBook']);
    const aside = (await referralOf(world, 'setAside')).referral;
    expect(place(aside, [], instantOf(addDays(today, -1), 600))).toBe('setAside');
    expect((await referralOf(world, 'didNotAttend')).appointments[0]?.status).toBe('noshow');
    expect((await referralOf(world, 'bookedLower')).appointments[0]?.rank).toBe(2);
    expect((await referralOf(world, 'restricted')).referral.patient.restricted).toBe(true);

    for (const role of ['routine', 'urgent', 'suspectedCancer', 'sameNameToo', 'child'] as const) {
      const { referral } = await referralOf(world, role);
      for (const id of referral.shortlist) {
        expect((await bookable(world, referral, id, now)).length, `${role} at ${id}`).toBeGreaterThan(4);
      }
    }
    for (const role of ['noTimes', 'phoneOnly'] as const) {
      const { referral } = await referralOf(world, role);
      expect(await bookable(world, referral, referral.shortlist[0] as ServiceId, now)).toEqual([]);
    }
  });

  test('has a suspected cancer to book today, two of one name and birthday, and one with two referrals', async () => {
    const world = await stage(today);
    await loadWorld(world.deps);
    const due = bookBy((await referralOf(world, 'suspectedCancer')).referral);
    // Over a weekend nobody is at the surgery: then it is the next day on which somebody is.
    const workday = isWeekend(today) ? nextMonday(today) : today;
    expect(localDate(due)).toBe(workday);

    const patientOf = async (role: CastRole) => (await referralOf(world, role)).referral.patient;
    const namesake = await patientOf('sameBirthday');
    const other = await patientOf('sameBirthdayToo');
    expect([other.givenName, other.familyName, other.birthDate]).toEqual([
      namesake.givenName,
      namesake.familyName,
      namesake.birthDate,
    ]);
    expect([other.id, other.nhsNumber]).not.toEqual([namesake.id, namesake.nhsNumber]);
    expect(await patientOf('twoReferralsToo')).toEqual(await patientOf('twoReferrals'));
  });

  test('opens eighteen weeks of times, none on a day without clinics', async () => {
    const world = await stage(today);
    await loadWorld(world.deps);
    const slots = await world.ledger.readDb.selectFrom('slot').select('start').execute();
    expect(slots.length).toBeLessThan(3_000);
    expect(slots.every(({ start }) => isClinicDay(new Date(start).toISOString().slice(0, 10)))).toBe(true);
    const last = Math.max(...slots.map(({ start }) => start));
    expect(last).toBeGreaterThan(instantOf(lastClinicDayBefore(horizonOf(today))) - 4 * dayMs);
  });
});

describe('loading', () => {
  test('twice from one seed on one date: one history, to the last hash', async () => {
    const one = await stage(ordinary);
    const two = await stage(ordinary);
    two.wakeOn(ordinary);
    await loadWorld(one.deps);
    await loadWorld(two.deps);
    expect(await hashOf(two)).toBe(await hashOf(one));
    const other = await stage(ordinary, 'small', 'another seed');
    await loadWorld(other.deps);
    expect(await hashOf(other)).not.toBe(await hashOf(one));
  });

  test.each([1, 2, 4, 20, 60, 110])(
    'cut short at step %i and taken up two days later: the same history',
    async (step) => {
      const whole = await stage(ordinary);
      await loadWorld(whole.deps);
      const world = await stage(ordinary);
      const { clerk } = world.ledger;
      await expect(loadWorld(withClerk(world, failingAt(clerk, step)))).rejects.toThrow('power cut');
      expect(await topUpWorld(world.deps)).toBe(0);
      // Before its first entry there is no world to take up: that of the new day is made.
      if (step > 1) world.wakeOn(addDays(ordinary, 2));
      expect(await loadWorld(world.deps)).toBe('loaded');
      expect(await hashOf(world)).toBe(await hashOf(whole));
    },
  );

  test('a world that is there is left alone, whatever size is asked for', async () => {
    const world = await stage(ordinary);
    await loadWorld(world.deps);
    const before = await hashOf(world);
    expect(await loadWorld({ ...world.deps, size: 'region' })).toBe('present');
    expect(await hashOf(world)).toBe(before);
  });

  test('somebody else’s records are left alone', async () => {
    const world = await stage(ordinary);
    const another = await stage(ordinary, 'small', 'another seed');
    await loadWorld(another.deps);
    expect(await loadWorld({ ...another.deps, seed: defaultSeed })).toBe('foreign');
    expect(await topUpWorld({ ...another.deps, seed: defaultSeed })).toBe(0);
    expect(await topUpWorld(world.deps)).toBe(0);
    expect(world.lines).toEqual([]);
  });
});

describe('topping up', () => {
  const startsOf = async ({ ledger }: Stage) => {
    const slots = await ledger.readDb.selectFrom('slot').select(['service', 'start']).execute();
    return slots.map(({ service, start }) => `${service} ${start}`);
  };

  test('does nothing while sixteen weeks lie ahead, and opens whole weeks once when they do not', async () => {
    const world = await stage(ordinary);
    await loadWorld(world.deps);
    const before = await startsOf(world);
    world.wakeOn(addDays(ordinary, 7));
    expect(await topUpWorld(world.deps)).toBe(0);
    world.wakeOn(addDays(ordinary, 30));
    const added = await topUpWorld(world.deps);
    expect(added).toBeGreaterThan(50);
    expect(await topUpWorld(world.deps)).toBe(0);
    const after = await startsOf(world);
    expect(after.length).toBe(before.length + added);
    expect(new Set(after).size).toBe(after.length);
    expect(Math.max(...after.map((text) => Number(text.split(' ')[1])))).toBeGreaterThan(
      instantOf(addDays(ordinary, 30 + 112)),
    );
  });

  test('cut short and taken up on another day, no time comes twice and none is missing', async () => {
    const world = await stage(ordinary);
    await loadWorld(world.deps);
    world.wakeOn(addDays(ordinary, 30));
    await expect(topUpWorld(withClerk(world, failingAt(world.ledger.clerk, 9)))).rejects.toThrow('power cut');
    world.wakeOn(addDays(ordinary, 33));
    await topUpWorld(world.deps);
    const straight = await stage(ordinary);
    await loadWorld(straight.deps);
    straight.wakeOn(addDays(ordinary, 33));
    await topUpWorld(straight.deps);
    expect((await startsOf(world)).sort()).toEqual((await startsOf(straight)).sort());
  });

  test('goes on without a clerk who has left', async () => {
    const world = await stage(ordinary);
    await loadWorld(world.deps);
    const clerk = { ...clerkOf(defaultSeed, 'RVJ01'), active: false };
    await world.ledger.clerk.load({ id: claimIdSchema.parse(uuidOf('the clerk leaves')), people: [clerk] });
    world.wakeOn(addDays(ordinary, 30));
    const before = await startsOf(world);
    const added = await topUpWorld(world.deps);
    const after = await startsOf(world);
    expect(after.length).toBe(before.length + added);
    expect(added).toBeGreaterThan(50);
    expect(world.lines.some((line) => line.includes('NO_RELATIONSHIP'))).toBe(true);
  });

  test('after a year in a cupboard it opens what is to come and nothing that is past', async () => {
    const world = await stage(ordinary);
    await loadWorld(world.deps);
    const later = addDays(ordinary, 365);
    world.wakeOn(later);
    expect(await topUpWorld(world.deps)).toBeGreaterThan(500);
    const starts = (await startsOf(world)).map((text) => Number(text.split(' ')[1]));
    const ahead = starts.filter((start) => start > instantOf(later));
    expect(Math.min(...ahead)).toBeLessThan(instantOf(addDays(later, 9)));
    expect(Math.max(...ahead)).toBeGreaterThan(instantOf(addDays(later, 112)));
  });
});

test(
  'a region: each practice has 250 to 350 open referrals, in every state',
  { timeout: 120_000 },
  async () => {
    const world = await stage(ordinary, 'region');
    expect(await loadWorld(world.deps)).toBe('loaded');
    const now = world.deps.clock.now();
    const rows = await world.ledger.readDb
      .selectFrom('referral')
      .select(['ubrn', 'practice', 'status', 'body'])
      .execute();
    const bodies = await world.ledger.readDb.selectFrom('appointment').select('body').execute();
    const appointments = Map.groupBy(
      bodies.map(({ body }) => JSON.parse(body) as Appointment),
      ({ ubrn }) => ubrn,
    );
    const notices = (await world.ledger.readDb.selectFrom('notice').select('body').execute()).map(
      ({ body }) => JSON.parse(body) as Notice,
    );
    for (const { code } of worldPractices('region')) {
      const own = rows.filter(({ practice }) => practice === code);
      const places = own.map(({ ubrn, status, body }) => {
        const referral = { ...(JSON.parse(body) as object), ubrn, status: JSON.parse(status) as unknown };
        return place(referral as Referral, appointments.get(ubrn) ?? [], now);
      });
      const open = places.filter((each) => each !== 'closed').length;
      expect(open).toBeGreaterThanOrEqual(250);
      expect(open).toBeLessThanOrEqual(350);
      for (const each of [
        'toBook',
        'contactOverdue',
        'withHospital',
        'booked',
        'attendanceDue',
        'seen',
        'closed',
      ]) {
        expect(places.filter((found) => found === each).length, `${code} ${each}`).toBeGreaterThan(2);
      }
      const tasks = notices
        .filter(({ scope }) => scope === `practice:${code}`)
        .flatMap((notice) => taskOf(notice) ?? []);
      for (const task of ['refused', 'cancelled', 'tellPatient']) expect(tasks).toContain(task);
    }
  },
);
