import { describe, expect, it } from 'vitest';
import type { Appointment } from './appointment.ts';
import type { Claim, Intent } from './claim.ts';
import type { NoticeId } from './ids.ts';
import { dayMs, hourMs } from './instant.ts';
import type { Author } from './person.ts';
import type { RefusalCode } from './refusal.ts';
import {
  aReferral,
  aService,
  aSlot,
  anAppointment,
  appointmentIdOf,
  bookClaim,
  claimIdOf,
  claimOf,
  clerk,
  colleague,
  gp,
  monday,
  otherClerk,
  patientOf,
  receptionist,
  refOf,
  serviceIdOf,
  stranger,
  ubrnAt,
} from './testing/samples.ts';
import { smallWorld, type SmallWorld } from './testing/small-world.ts';

const one = ubrnAt(1);
const patient = patientOf(one);
const at = (slot: Parameters<typeof refOf>[0]) => refOf(slot);
const book = (choices: readonly ReturnType<typeof aSlot>[], over: Partial<Claim> = {}) =>
  bookClaim(1, choices, over);
const move = (
  from: ReturnType<typeof aSlot>,
  to: readonly ReturnType<typeof aSlot>[],
  over: Partial<Claim> = {},
) => claimOf(2, { kind: 'move', appointment: appointmentIdOf(1), from: at(from), choices: to.map(at) }, over);
const cancel = (from: ReturnType<typeof aSlot>, over: Partial<Claim> = {}, reason = 'PATIENT_ILL') =>
  claimOf(3, { kind: 'cancel', appointment: appointmentIdOf(1), from: at(from), reason }, over);
const defer = (over: Partial<Claim> = {}, service = 1) =>
  claimOf(4, { kind: 'defer', ubrn: one, service: serviceIdOf(service) }, over);
const close = (over: Partial<Claim> = {}, reason = 'TREATMENT_NO_LONGER_REQUIRED') =>
  claimOf(5, { kind: 'close', ubrn: one, reason }, { author: gp, ...over });
const withdraw = (slots: readonly [ReturnType<typeof aSlot>, number | null][], over: Partial<Claim> = {}) =>
  claimOf(
    6,
    {
      kind: 'withdraw',
      service: serviceIdOf(1),
      reason: 'CLINIC_CANCELLED',
      slots: slots.map(([slot, n]) => ({
        slot: at(slot),
        appointment: n === null ? null : appointmentIdOf(n),
      })),
    },
    { author: clerk, ...over },
  );
const attend = (outcome: 'arrived' | 'fulfilled' | 'noshow', over: Partial<Claim> = {}) =>
  claimOf(
    7,
    { kind: 'attend', appointment: appointmentIdOf(1), from: at(aSlot(1, 0)), outcome },
    { author: clerk, ...over },
  );
const publish = (over: Partial<Extract<Intent, { kind: 'publish' }>['sessions'][number]> = {}) =>
  claimOf(
    8,
    {
      kind: 'publish',
      service: serviceIdOf(1),
      sessions: [{ start: monday + 7 * dayMs, minutes: 20, count: 6, clinician: '', mode: 'phone', ...over }],
    },
    { author: clerk },
  );
const expired = { expiresAt: monday - 1 };
const isBooked = (over: Partial<Appointment> = {}) => anAppointment(1, aSlot(1, 0), over);

/** A world in which referral 1 is booked at the first time of service 1. */
const bookedWorld = (over: Partial<Appointment> = {}) => smallWorld().add(isBooked(over));
const closedWorld = () =>
  smallWorld().add(
    aReferral(1, {
      status: { state: 'closed', closed: { reason: 'RAISED_IN_ERROR', at: monday }, deferral: null },
    }),
  );

function refusalOf(world: SmallWorld, claim: Claim, sender?: Author): RefusalCode | null {
  const before = structuredClone([...world.appointments, ...world.referrals, ...world.slots.keys()]);
  const decision = world.settle(claim, sender);
  if (decision.outcome === 'refused') {
    // A refusal changes nothing but notices.
    expect([...world.appointments, ...world.referrals, ...world.slots.keys()]).toEqual(before);
    expect(decision).toMatchObject({ already: false, rank: null });
  }
  return decision.code;
}

describe('whose it is', () => {
  const all: [string, Claim][] = [
    ['book', book([aSlot(1, 0)])],
    ['move', move(aSlot(1, 0), [aSlot(1, 1)])],
    ['cancel', cancel(aSlot(1, 0))],
    ['defer', defer()],
    ['close', close()],
    ['attend', attend('noshow')],
    ['withdraw', withdraw([[aSlot(1, 0), 1]])],
    ['publish', publish()],
  ];

  it.each(all)('%s by a stranger, or for what does not exist, is one and the same answer', (_kind, claim) => {
    const foreign = claim.author.role === 'clerk' ? otherClerk : stranger;
    const mine = bookedWorld().settle({ ...claim, author: { ...foreign, role: claim.author.role } });
    const missing = smallWorld();
    missing.referrals.clear();
    missing.services.clear();
    const none = missing.settle(claim);
    for (const decision of [mine, none]) {
      expect(decision).toMatchObject({
        outcome: 'refused',
        code: 'NO_RELATIONSHIP',
        appointment: null,
        slots: [],
      });
      for (const effect of decision.effects) {
        expect(effect).toMatchObject({
          effect: 'notice',
          row: { ubrn: null, appointment: null, tell: false },
        });
      }
    }
  });

  it.each(all)('%s needs the right of its author and of whoever sends it', (_kind, claim) => {
    const world = bookedWorld();
    world.withoutRight.add(claim.author.person);
    expect(refusalOf(world, claim)).toBe('NO_RELATIONSHIP');
    const sent = bookedWorld();
    sent.withoutRight.add(colleague.person);
    expect(refusalOf(sent, claim, { ...claim.author, person: colleague.person })).toBe('NO_RELATIONSHIP');
  });

  it('a colleague may send what another asked', () => {
    expect(smallWorld().settle(book([aSlot(1, 0)]), colleague)).toMatchObject({ outcome: 'confirmed' });
  });

  it.each<[string, Author, Claim]>([
    ['a receptionist closes', receptionist, close()],
    ['a receptionist publishes', receptionist, publish()],
    ['a patient defers', patient, defer()],
    ['a clerk closes', clerk, close()],
    ['a gp records attendance', gp, attend('fulfilled')],
    ['a clerk’s role at a practice', { ...clerk, scope: receptionist.scope }, publish()],
    ['a patient books for another', patientOf(ubrnAt(2)), book([aSlot(1, 0)])],
    ['a clinic books a referral that was not sent to it', clerk, book([aSlot(1, 0)])],
  ])('%s: not theirs to do', (_what, author, claim) => {
    expect(refusalOf(bookedWorldFor(author, claim), { ...claim, author })).toBe('NO_RELATIONSHIP');
  });
  const bookedWorldFor = (author: Author, { intent }: Claim) =>
    intent.kind === 'book' ? smallWorld() : bookedWorld();

  it('the right counts before anything else: a lapsed one learns not even that it was so already', () => {
    const world = bookedWorld();
    world.withoutRight.add(receptionist.person);
    expect(refusalOf(world, book([aSlot(1, 0)], expired))).toBe('NO_RELATIONSHIP');
  });
});

describe('already so', () => {
  it.each<[string, SmallWorld, Claim]>([
    ['booked in one of the choices', bookedWorld(), book([aSlot(1, 1), aSlot(1, 0)], expired)],
    ['moved to one of the choices', bookedWorld(), move(aSlot(1, 3), [aSlot(1, 0)], expired)],
    ['cancelled', bookedWorld({ status: 'cancelled' }), cancel(aSlot(1, 0), expired)],
    ['closed', closedWorld(), close(expired)],
    ['missed', bookedWorld({ status: 'noshow' }), attend('noshow', expired)],
  ])('%s: confirmed, though the claim has expired', (_what, world, claim) => {
    const decision = world.settle(claim);
    expect(decision).toMatchObject({ outcome: 'confirmed', already: true, effects: [] });
  });

  it('tells which of the choices it is', () => {
    expect(bookedWorld().settle(book([aSlot(1, 1), aSlot(1, 0)])).rank).toBe(2);
  });

  it('the same place in the list at another time is not the same', () => {
    const print = { ...at(aSlot(1, 0)), print: '00000000' };
    const claim = book([aSlot(1, 0)]);
    const other = { ...claim, intent: { ...claim.intent, choices: [print] } } as Claim;
    expect(bookedWorld().settle(other)).toMatchObject({ already: false, code: 'ALREADY_BOOKED' });
  });

  it('a time that was taken away already', () => {
    const world = smallWorld();
    expect(world.settle(withdraw([[aSlot(1, 0), null]])).already).toBe(false);
    expect(world.settle(withdraw([[aSlot(1, 0), null]], { id: claimIdOf(60), ...expired })).already).toBe(
      true,
    );
  });

  it('asked of that hospital already', () => {
    const world = smallWorld();
    world.slots.clear();
    expect(world.settle(defer()).already).toBe(false);
    expect(world.settle(defer({ id: claimIdOf(40), ...expired })).already).toBe(true);
  });

  it('acknowledged already, by a colleague', () => {
    const world = smallWorld();
    world.settle(book([aSlot(1, 0)]));
    const [notice] = world.standing().filter(({ scope }) => scope === receptionist.scope);
    const tell = (n: number) =>
      claimOf(n, { kind: 'acknowledge', notice: notice?.id as NoticeId, told: { how: 'phone' } });
    expect(world.settle(tell(70))).toMatchObject({ already: false });
    expect(world.settle({ ...tell(71), author: colleague })).toMatchObject({
      already: true,
      outcome: 'confirmed',
    });
  });
});

describe('in the order of the table, each before the next', () => {
  const past = { slot: at(aSlot(1, 0, { start: monday - dayMs })) };
  it.each<[string, () => SmallWorld, Claim, RefusalCode]>([
    ['expired before closed', closedWorld, book([aSlot(1, 0)], expired), 'EXPIRED_CLAIM'],
    ['expired before booked elsewhere', bookedWorld, book([aSlot(1, 1)], expired), 'EXPIRED_CLAIM'],
    ['closed before taken', closedWorld, book([aSlot(1, 0)]), 'INVALID_REQUEST_STATE'],
    ['past before booked elsewhere', () => bookedWorld(past), book([aSlot(1, 1)]), 'INVALID_REQUEST_STATE'],
    [
      'seen before booked elsewhere',
      () => bookedWorld({ status: 'fulfilled' }),
      book([aSlot(1, 1)]),
      'INVALID_REQUEST_STATE',
    ],
    ['booked elsewhere before taken', bookedWorld, book([aSlot(1, 9)]), 'ALREADY_BOOKED'],
    ['expired before past', () => bookedWorld(past), cancel(aSlot(1, 0), expired), 'EXPIRED_CLAIM'],
    ['past before stale', () => bookedWorld(past), move(aSlot(1, 3), [aSlot(1, 1)]), 'INVALID_REQUEST_STATE'],
    [
      'attended before stale',
      () => bookedWorld({ status: 'arrived' }),
      cancel(aSlot(1, 3)),
      'INVALID_REQUEST_STATE',
    ],
    ['value before stale', bookedWorld, cancel(aSlot(1, 3), {}, 'NO_SUCH_REASON'), 'INAPPROPRIATE_VALUE'],
    ['stale before the choices', bookedWorld, move(aSlot(1, 3), [aSlot(1, 9)]), 'STALE_APPOINTMENT'],
    [
      'stale: cancelled meanwhile',
      () => bookedWorld({ status: 'cancelled' }),
      move(aSlot(1, 0), [aSlot(1, 1)]),
      'STALE_APPOINTMENT',
    ],
    ['cancel: not where it was seen', bookedWorld, cancel(aSlot(1, 3)), 'STALE_APPOINTMENT'],
    ['defer: closed', closedWorld, defer(), 'INVALID_REQUEST_STATE'],
    ['defer: booked', bookedWorld, defer(), 'ALREADY_BOOKED'],
    ['defer: past', () => bookedWorld(past), defer(), 'INVALID_REQUEST_STATE'],
    ['defer: a time is free', smallWorld, defer(), 'SLOTS_CURRENTLY_AVAILABLE'],
    ['unfitting before taken', smallWorld, book([aSlot(3, 0)]), 'INAPPROPRIATE_SLOT'],
    [
      'taken',
      () => smallWorld().add(anAppointment(2, aSlot(1, 0))),
      book([aSlot(1, 0)]),
      'SLOT_NOT_AVAILABLE',
    ],
  ])('%s', (_what, world, claim, code) => {
    expect(refusalOf(world(), claim)).toBe(code);
  });

  it.each(['move', 'cancel'] as const)('a refused %s tells how things are now', (kind) => {
    const claim = kind === 'move' ? move(aSlot(1, 3), [aSlot(1, 1)]) : cancel(aSlot(1, 3));
    expect(bookedWorld().settle(claim).appointment).toEqual(isBooked());
  });

  it('ALREADY_BOOKED says when, where and by which kind of person', () => {
    const decision = bookedWorld({ bookedBy: 'patient' }).settle(book([aSlot(1, 1)]));
    expect(decision.appointment).toMatchObject({ bookedBy: 'patient', slot: at(aSlot(1, 0)) });
  });
});

describe('the first choice that is free and fits', () => {
  it('is taken, and no other', () => {
    const world = smallWorld();
    const decision = world.settle(book([aSlot(1, 2), aSlot(1, 0)]));
    expect(decision).toMatchObject({
      outcome: 'confirmed',
      rank: 1,
      appointment: { slot: at(aSlot(1, 2)), bookedBy: 'practice' },
    });
    expect(world.appointments.size).toBe(1);
  });

  it.each<[string, (world: SmallWorld) => unknown]>([
    ['taken', (world) => world.add(anAppointment(2, aSlot(1, 0)))],
    ['withdrawn', (world) => world.slots.delete(`${serviceIdOf(1)}|0`)],
    ['other than it was', (world) => world.add(aSlot(1, 0, { clinician: 'Somebody else' }))],
    ['at another time', (world) => world.add(aSlot(1, 0, { start: monday + 8 * dayMs }))],
    ['too soon', (world) => (world.now = aSlot(1, 0).start - 24 * hourMs + 1)],
    [
      'beyond the window',
      (world) => world.add(aService(1, { windowDays: { routine: 5, urgent: 5, TWO_WEEK_WAIT: 5 } })),
    ],
    ['of a service that no longer fits', (world) => world.add(aService(1, { sex: 'male' }))],
    ['of a service that is gone', (world) => world.services.delete(serviceIdOf(1))],
    ['of a service that is booked by phone since', (world) => world.add(aService(1, { booking: 'phone' }))],
    ['of a service that reviews first since', (world) => world.add(aService(1, { booking: 'triage' }))],
  ])('a better one that is %s is passed over', (_what, spoil) => {
    const world = smallWorld();
    spoil(world);
    expect(world.settle(book([aSlot(1, 0), aSlot(2, 4)]))).toMatchObject({
      outcome: 'confirmed',
      rank: 2,
      appointment: { slot: at(aSlot(2, 4)) },
    });
  });

  it('a missed appointment keeps its time but not its referral', () => {
    const world = smallWorld().add(anAppointment(9, aSlot(1, 0), { ubrn: one, status: 'noshow' }));
    expect(world.settle(book([aSlot(1, 0), aSlot(1, 1)]))).toMatchObject({ rank: 2 });
  });

  it('an appointment id that is in use would overwrite another', () => {
    const world = smallWorld().add(anAppointment(1, aSlot(2, 0), { ubrn: ubrnAt(2) }));
    expect(refusalOf(world, book([aSlot(1, 0)]))).toBe('INAPPROPRIATE_VALUE');
  });

  it('off the shortlist only where the referrer leaves the choice, and specialty and clinic type fit', () => {
    const other = aService(3);
    const anywhere = aReferral(1, { choice: 'anywhere' });
    const asked = book([aSlot(3, 0)]);
    const world = (service = other, referral = anywhere) => smallWorld().add(service, referral, aSlot(3, 0));
    expect(world().settle(asked).outcome).toBe('confirmed');
    expect(refusalOf(world(other, aReferral(1)), asked)).toBe('INAPPROPRIATE_SLOT');
    expect(refusalOf(world(aService(3, { specialty: 'Eyes' })), asked)).toBe('INAPPROPRIATE_SLOT');
    expect(refusalOf(world(aService(3, { clinicTypes: [] })), asked)).toBe('INAPPROPRIATE_SLOT');
    expect(refusalOf(world(aService(3, { priorities: ['urgent'] })), asked)).toBe('INAPPROPRIATE_SLOT');
    expect(refusalOf(world(aService(3, { ageTo: 64 })), asked)).toBe('INAPPROPRIATE_SLOT');
  });
});

describe('moving and cancelling', () => {
  it('a move takes the new time and leaves the old in one step', () => {
    const world = bookedWorld();
    const decision = world.settle(move(aSlot(1, 0), [aSlot(1, 1)]));
    expect(decision.effects.filter(({ effect }) => effect === 'appointment')).toHaveLength(1);
    expect(world.appointments.get(appointmentIdOf(1))).toMatchObject({
      slot: at(aSlot(1, 1)),
      status: 'booked',
      moved: { by: 'practice', from: at(aSlot(1, 0)) },
    });
    expect(world.settle(bookClaim(2, [aSlot(1, 0)])).outcome).toBe('confirmed');
  });

  it('a move to a time that is taken leaves the old appointment standing, and says so', () => {
    const world = bookedWorld().add(anAppointment(2, aSlot(1, 1)));
    expect(world.settle(move(aSlot(1, 0), [aSlot(1, 1)]))).toMatchObject({
      code: 'SLOT_NOT_AVAILABLE',
      appointment: isBooked(),
    });
  });

  it.each<[string, Author, string, string | undefined, RefusalCode | null]>([
    ['a patient is ill', patient, 'PATIENT_ILL', undefined, null],
    [
      'a practice may not give a clinic’s reason',
      receptionist,
      'CLINIC_CANCELLED',
      undefined,
      'INAPPROPRIATE_VALUE',
    ],
    ['a clinic may not say that the patient is ill', clerk, 'PATIENT_ILL', undefined, 'INAPPROPRIATE_VALUE'],
    ['a retired reason', receptionist, 'PATIENT_APPOINTMENT_CLASH', undefined, 'INAPPROPRIATE_VALUE'],
    [
      'a reason that needs a comment, without',
      patient,
      'PATIENT_APPOINTMENT_CANCELLATION_OTHER',
      '  ',
      'INAPPROPRIATE_VALUE',
    ],
    ['and with', patient, 'PATIENT_APPOINTMENT_CANCELLATION_OTHER', 'Moving away', null],
  ])('%s', (_what, author, reason, comment, code) => {
    const intent = {
      kind: 'cancel',
      appointment: appointmentIdOf(1),
      from: at(aSlot(1, 0)),
      reason,
      comment,
    } as Intent;
    expect(refusalOf(bookedWorld(), claimOf(3, intent, { author }))).toBe(code);
  });

  it('a clinic that moves gives a reason; a practice and a patient need none', () => {
    const bare = move(aSlot(1, 0), [aSlot(1, 1)]);
    expect(refusalOf(bookedWorld(), { ...bare, author: clerk })).toBe('INAPPROPRIATE_VALUE');
    const reasoned = {
      ...bare,
      author: clerk,
      intent: { ...bare.intent, reason: 'CLINIC_CANCELLED' } as Intent,
    };
    expect(refusalOf(bookedWorld(), reasoned)).toBeNull();
    expect(refusalOf(bookedWorld(), { ...bare, author: patient })).toBeNull();
  });

  it('a clinic gives only its own times', () => {
    const world = bookedWorld().add(aService(2, { site: otherClerk.scope.slice('clinic:'.length) as never }));
    const away = move(aSlot(1, 0), [aSlot(2, 0)], { author: clerk });
    expect(
      refusalOf(world, { ...away, intent: { ...away.intent, reason: 'CLINIC_CANCELLED' } as Intent }),
    ).toBe('NO_RELATIONSHIP');
  });
});

describe('asking a hospital to contact the patient', () => {
  it('is refused while that service has a free time in its window, with those times', () => {
    const decision = smallWorld().settle(defer());
    expect(decision.slots).toEqual([0, 1, 2, 3, 4].map((n) => at(aSlot(1, n))));
  });

  it.each<[string, (world: SmallWorld) => unknown]>([
    [
      'every time is taken',
      (world) => [0, 1, 2, 3, 4].forEach((n) => world.add(anAppointment(10 + n, aSlot(1, n)))),
    ],
    [
      'every time is beyond the window',
      (world) => world.add(aService(1, { windowDays: { routine: 3, urgent: 3, TWO_WEEK_WAIT: 3 } })),
    ],
    ['the hospital reviews first', (world) => world.add(aService(1, { booking: 'triage' }))],
  ])('stands when %s, though another service has times', (_what, change) => {
    const world = smallWorld();
    change(world);
    expect(world.settle(defer())).toMatchObject({ outcome: 'confirmed', already: false });
    expect(world.referrals.get(one)?.status.deferral).toMatchObject({ service: serviceIdOf(1) });
  });

  it.each([
    ['routine', 'direct', '2027-01-18'],
    ['urgent', 'direct', '2026-12-07'],
    ['urgent', 'triage', '2026-11-30'],
  ] as const)('a %s patient of a %s service must be contacted by %s', (priority, booking, day) => {
    const world = smallWorld().add(aReferral(1, { priority }), aService(1, { booking }));
    world.slots.clear();
    world.settle(defer());
    const contactBy = world.referrals.get(one)?.status.deferral?.contactBy ?? 0;
    expect(new Date(contactBy).toISOString()).toBe(`${day}T23:59:59.999Z`);
  });

  it('not to a service that the referral does not fit', () => {
    expect(refusalOf(smallWorld().add(aService(3)), defer({}, 3))).toBe('INAPPROPRIATE_SLOT');
  });

  it('ends when the clinic books an own time for the patient, even one that others could not', () => {
    const world = smallWorld();
    world.slots.clear();
    world.settle(defer());
    const today = aSlot(1, 7, { start: monday + hourMs });
    world.add(today);
    const decision = world.settle(book([today], { author: clerk }));
    expect(decision).toMatchObject({ outcome: 'confirmed', appointment: { bookedBy: 'clinic' } });
    expect(world.referrals.get(one)?.status.deferral).toBeNull();
  });

  it('a hospital that reviews first gives its own time to whoever it was asked to see', () => {
    const world = smallWorld().add(aService(1, { booking: 'triage' }));
    world.settle(defer());
    expect(world.settle(book([aSlot(1, 0)], { author: clerk })).outcome).toBe('confirmed');
  });
});

describe('the clinic’s own', () => {
  it('publishing gives ordinals from the next on', () => {
    const world = smallWorld();
    world.settle(publish());
    expect(world.slots.get(`${serviceIdOf(1)}|10`)).toMatchObject({
      start: monday + 7 * dayMs + 100 * 60_000,
    });
    expect(world.slots.size).toBe(16);
  });

  it.each<[string, Parameters<typeof publish>[0]]>([
    ['in the past', { start: monday }],
    ['beyond what clinics plan', { start: monday + 401 * dayMs }],
    ['off the minute', { start: monday + dayMs + 1 }],
  ])('not %s', (_what, over) => {
    expect(refusalOf(smallWorld(), publish(over))).toBe('INAPPROPRIATE_VALUE');
  });

  it('not more than one entry can hold, nor for a service that is not booked directly', () => {
    const claim = publish({ count: 60 });
    const intent = claim.intent as Extract<Intent, { kind: 'publish' }>;
    const sessions = [...intent.sessions, ...intent.sessions, ...intent.sessions, ...intent.sessions];
    expect(refusalOf(smallWorld(), { ...claim, intent: { ...intent, sessions } })).toBe(
      'INAPPROPRIATE_VALUE',
    );
    expect(refusalOf(smallWorld().add(aService(1, { booking: 'phone' })), publish())).toBe(
      'INAPPROPRIATE_VALUE',
    );
  });

  it('taking away a booked time cancels it; the time is not offered again', () => {
    const world = bookedWorld();
    expect(
      world.settle(
        withdraw([
          [aSlot(1, 0), 1],
          [aSlot(1, 1), null],
        ]),
      ),
    ).toMatchObject({ outcome: 'confirmed' });
    expect(world.appointments.get(appointmentIdOf(1))).toMatchObject({
      status: 'cancelled',
      cancelled: { by: 'clinic' },
    });
    expect(refusalOf(world, bookClaim(2, [aSlot(1, 0), aSlot(1, 1)]))).toBe('SLOT_NOT_AVAILABLE');
  });

  it('booked, or moved away, since the clerk looked: refused whole, with what is there now', () => {
    expect(
      bookedWorld().settle(
        withdraw([
          [aSlot(1, 1), null],
          [aSlot(1, 0), null],
        ]),
      ),
    ).toMatchObject({
      code: 'STALE_APPOINTMENT',
      appointment: isBooked(),
    });
    expect(refusalOf(smallWorld(), withdraw([[aSlot(1, 0), 1]]))).toBe('STALE_APPOINTMENT');
  });

  it('a day that has begun is not taken away', () => {
    const world = bookedWorld();
    world.now = aSlot(1, 0).start;
    expect(refusalOf(world, withdraw([[aSlot(1, 0), 1]]))).toBe('INVALID_REQUEST_STATE');
  });

  it.each<[string, 'arrived' | 'fulfilled' | 'noshow', number, RefusalCode | null]>([
    ['arrived two hours early', 'arrived', -2 * hourMs, null],
    ['arrived the day before', 'arrived', -2 * hourMs - 1, 'INVALID_REQUEST_STATE'],
    ['seen before the time', 'fulfilled', -1, 'INVALID_REQUEST_STATE'],
    ['seen', 'fulfilled', 0, null],
    ['missed', 'noshow', 0, null],
  ])('%s', (_what, outcome, after, code) => {
    const world = bookedWorld();
    world.now = aSlot(1, 0).start + after;
    expect(refusalOf(world, attend(outcome))).toBe(code);
  });

  it('what was recorded stays: seen is not missed', () => {
    const world = bookedWorld({ status: 'fulfilled' });
    world.now = aSlot(1, 0).start;
    expect(refusalOf(world, attend('noshow'))).toBe('INVALID_REQUEST_STATE');
  });
});

describe('closing', () => {
  it('cancels an appointment that is to come, and leaves one that is past', () => {
    const world = bookedWorld();
    world.settle(close());
    expect(world.appointments.get(appointmentIdOf(1))?.status).toBe('cancelled');
    const later = bookedWorld();
    later.now = aSlot(1, 0).start + 1;
    later.settle(close());
    expect(later.appointments.get(appointmentIdOf(1))?.status).toBe('booked');
    expect(later.referrals.get(one)?.status.state).toBe('closed');
  });

  it('takes one of the coded reasons that a practice may give', () => {
    for (const reason of ['NO_SUCH', 'TRIAGE_ENDED']) {
      expect(refusalOf(bookedWorld(), close({}, reason))).toBe('INAPPROPRIATE_VALUE');
    }
  });
});
