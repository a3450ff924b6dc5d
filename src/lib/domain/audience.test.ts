import { describe, expect, it } from 'vitest';
import type { Claim, Intent } from './claim.ts';
import type { NoticeId } from './ids.ts';
import type { Notice } from './notice.ts';
import type { Author } from './person.ts';
import { clinicScope } from './scope.ts';
import {
  aReferral,
  aSlot,
  anAppointment,
  appointmentIdOf,
  bookClaim,
  claimIdOf,
  claimOf,
  clerk,
  gp,
  monday,
  patientOf,
  receptionist,
  refOf,
  serviceIdOf,
  siteCode,
  stranger,
  ubrnAt,
} from './testing/samples.ts';
import { smallWorld, type SmallWorld } from './testing/small-world.ts';

const one = ubrnAt(1);
const patient = patientOf(one);
const { scope: practice } = receptionist;
const { scope: phone } = patient;
const clinic = clinicScope(siteCode);

const first = aSlot(1, 0);
const bookedWorld = () => smallWorld().add(anAppointment(1, first));
const cancel = (author: Author, n = 2): Claim =>
  claimOf(
    n,
    {
      kind: 'cancel',
      appointment: appointmentIdOf(1),
      from: refOf(first),
      reason: author === clerk ? 'CLINIC_CANCELLED' : 'PATIENT_ILL',
    },
    { author },
  );
const move = (author: Author, to: number, n = 3): Claim =>
  claimOf(
    n,
    {
      kind: 'move',
      appointment: appointmentIdOf(1),
      from: refOf(first),
      choices: [refOf(aSlot(1, to))],
      ...(author === clerk ? { reason: 'CLINIC_CANCELLED' } : {}),
    },
    { author },
  );
const close = (reason: string) => claimOf(4, { kind: 'close', ubrn: one, reason }, { author: gp });

/** Who has to hear what, as `scope: event`, with `tell` where the patient has to be told. */
function heard(world: SmallWorld, claim: Claim): readonly string[] {
  world.settle(claim);
  return world
    .standing()
    .filter((notice) => notice.claim === claim.id)
    .map(({ scope, event, tell }) => `${scope.split(':')[0]}: ${event}${tell ? ', tell' : ''}`)
    .sort();
}

describe('who learns of what', () => {
  it.each<[string, () => SmallWorld, Claim, string[]]>([
    ['a practice books', smallWorld, bookClaim(1, [first]), ['patient: booked', 'practice: booked, tell']],
    [
      'a practice gets the second choice',
      () => smallWorld().add(anAppointment(2, first)),
      bookClaim(1, [first, aSlot(1, 1)]),
      ['patient: bookedLower', 'practice: bookedLower, tell'],
    ],
    ['a patient books', smallWorld, bookClaim(1, [first], { author: patient }), []],
    [
      'a patient gets the second choice',
      () => smallWorld().add(anAppointment(2, first)),
      bookClaim(1, [first, aSlot(1, 1)], { author: patient }),
      ['patient: bookedLower'],
    ],
    [
      'a practice moves',
      bookedWorld,
      move(receptionist, 1),
      ['clinic: moved', 'patient: moved', 'practice: moved, tell'],
    ],
    ['a patient moves', bookedWorld, move(patient, 1), ['clinic: moved', 'practice: moved']],
    ['a clinic moves', bookedWorld, move(clerk, 1), ['patient: moved', 'practice: moved, tell']],
    [
      'a practice cancels',
      bookedWorld,
      cancel(receptionist),
      ['clinic: cancelled', 'patient: cancelled', 'practice: cancelled, tell'],
    ],
    ['a patient cancels', bookedWorld, cancel(patient), ['clinic: cancelled', 'practice: cancelled']],
    ['a clinic cancels', bookedWorld, cancel(clerk), ['patient: cancelled', 'practice: cancelled, tell']],
    [
      'a practice closes what is booked',
      bookedWorld,
      close('INTEND_PRIVATE'),
      ['clinic: cancelled', 'patient: cancelled', 'practice: cancelled, tell'],
    ],
    ['a practice closes', smallWorld, close('INTEND_PRIVATE'), ['patient: closed', 'practice: closed, tell']],
    [
      'a practice is refused',
      () => smallWorld().add(anAppointment(2, first)),
      bookClaim(1, [first]),
      ['practice: refused, tell'],
    ],
    [
      'a patient is refused',
      () => smallWorld().add(anAppointment(2, first)),
      bookClaim(1, [first], { author: patient }),
      ['patient: refused'],
    ],
    ['a clinic is refused', bookedWorld, move(clerk, 9), ['clinic: refused']],
    ['it was so already', bookedWorld, bookClaim(1, [first], { id: claimIdOf(50) }), []],
  ])('%s', (_what, world, claim, expected) => {
    expect(heard(world(), claim)).toEqual(expected);
  });

  it('a clinic takes a booked time away: the practice is to tell the patient, and why', () => {
    const world = bookedWorld();
    const withdraw = claimOf(
      5,
      {
        kind: 'withdraw',
        service: serviceIdOf(1),
        slots: [
          { slot: refOf(first), appointment: appointmentIdOf(1) },
          { slot: refOf(aSlot(1, 1)), appointment: null },
        ],
        reason: 'CLINIC_CANCELLED',
      },
      { author: clerk },
    );
    expect(heard(world, withdraw)).toEqual(['patient: cancelled', 'practice: cancelled, tell']);
    expect(world.standing()[0]).toMatchObject({
      by: 'clinic',
      reason: 'CLINIC_CANCELLED',
      slot: refOf(first),
    });
  });

  it('a patient who books has done what was wanted: the practice hears of it where it has still to tell them something else', () => {
    const world = smallWorld();
    const slots = [...world.slots.values()];
    world.slots.clear();
    world.settle(claimOf(19, { kind: 'defer', ubrn: one, service: serviceIdOf(1) }));
    expect(standing(world, practice).map(({ event, tell }) => [event, tell])).toEqual([['deferred', true]]);
    world.add(...slots);
    const again = bookClaim(1, [aSlot(1, 1)], { id: claimIdOf(20), author: patient });
    expect(
      heard(world, { ...again, intent: { ...again.intent, appointment: appointmentIdOf(9) } as Intent }),
    ).toEqual(['practice: booked']);
    expect(standing(world, practice)).toHaveLength(1);
  });

  it('a patient who books after a cancellation: the practice’s task stands, and says by itself that they have booked since', () => {
    const world = bookedWorld();
    world.settle(cancel(clerk));
    const again = bookClaim(1, [aSlot(1, 1)], { id: claimIdOf(20), author: patient });
    expect(
      heard(world, { ...again, intent: { ...again.intent, appointment: appointmentIdOf(9) } as Intent }),
    ).toEqual([]);
    expect(standing(world, practice).map(({ event, tell }) => [event, tell])).toEqual([['cancelled', true]]);
  });

  it('a request of one who has no right any more: the practice learns whose it was, and tells the patient', () => {
    const world = smallWorld();
    world.withoutRight.add(receptionist.person);
    expect(heard(world, bookClaim(1, [first]))).toEqual(['practice: refused, tell']);
    expect(world.standing()[0]).toMatchObject({ scope: practice, ubrn: one, code: 'NO_RELATIONSHIP' });
  });

  it('a stranger’s refusal is told to the stranger alone, and names nobody', () => {
    const world = bookedWorld();
    const asked = bookClaim(1, [first], { author: stranger });
    expect(heard(world, asked)).toEqual(['practice: refused']);
    expect(world.standing()[0]).toMatchObject({ scope: stranger.scope, ubrn: null, appointment: null });
  });
});

describe('what is told is what is true now', () => {
  it('newer news of a referral takes the place of older, in each scope but the clinic’s', () => {
    const world = bookedWorld();
    world.settle(move(receptionist, 1));
    world.settle({
      ...cancel(receptionist),
      intent: { ...cancel(receptionist).intent, from: refOf(aSlot(1, 1)) } as Intent,
    });
    const standing = world.standing().map(({ scope, event }) => [scope, event]);
    expect(standing).toEqual([
      [clinic, 'moved'],
      [practice, 'cancelled'],
      [phone, 'cancelled'],
      [clinic, 'cancelled'],
    ]);
    const replaced = [...world.notices.values()].filter(({ done }) => done?.how === 'replaced');
    expect(replaced.map(({ event }) => event)).toEqual(['moved', 'moved']);
  });

  it('a note that is refused does not end the task to tell the patient of a refused booking', () => {
    const world = bookedWorld();
    world.settle(claimOf(50, { ...move(receptionist, 1).intent, choices: [refOf(aSlot(3, 0))] } as Intent));
    const toTell = () => world.standing().filter(({ scope, tell }) => scope === practice && tell);
    expect(toTell().map(({ event }) => event)).toEqual(['refused']);
    const aside = { kind: 'setAside', ubrn: one, why: 'thinking', reviewOn: '2026-11-24' } as const;
    expect(world.settle(claimOf(51, aside)).outcome).toBe('refused');
    expect(toTell().map(({ event }) => event)).toEqual(['refused']);
  });

  it('a refusal changed nothing: a booking that nobody told the patient of is still to be told', () => {
    const world = smallWorld();
    world.settle(bookClaim(1, [first]));
    world.settle(move(receptionist, 9));
    const tasks = world.standing().filter(({ scope, tell }) => scope === practice && tell);
    expect(tasks.map(({ event }) => event)).toEqual(['booked', 'refused']);
    world.settle(move(receptionist, 8, 6));
    expect(world.standing().filter(({ event }) => event === 'refused')).toHaveLength(1);
  });

  it('a booking takes the place of the refusal before it', () => {
    const world = smallWorld().add(anAppointment(2, first));
    world.settle(bookClaim(1, [first]));
    world.settle(bookClaim(1, [aSlot(1, 1)], { id: claimIdOf(7) }));
    expect(world.standing().map(({ event }) => event)).toEqual(['booked', 'booked']);
  });
});

const standing = (world: SmallWorld, scope: string) => world.standing().filter((one) => one.scope === scope);

describe('what patients do themselves', () => {
  it.each([
    ['a cancellation', cancel(patient, 40)],
    ['a move', move(patient, 1, 41)],
  ])('%s ends the older words that stand for them, read or not', (_what, act) => {
    const world = smallWorld();
    world.settle(bookClaim(1, [first]));
    expect(standing(world, phone).map(({ event }) => event)).toEqual(['booked']);
    world.settle(act);
    expect(standing(world, phone)).toEqual([]);
  });

  it('a refusal ends nothing: what they were told before is still so', () => {
    const world = smallWorld();
    world.settle(bookClaim(1, [first]));
    world.settle(bookClaim(1, [aSlot(1, 1)], { id: claimIdOf(42), author: patient }));
    expect(
      standing(world, phone)
        .map(({ event }) => event)
        .sort(),
    ).toEqual(['booked', 'refused']);
  });
});

describe('the loop ends with the patient', () => {
  const acknowledge = (notice: Notice | undefined, author: Author, n: number, how?: 'phone' | 'noAnswer') =>
    claimOf(
      n,
      {
        kind: 'acknowledge',
        notice: notice?.id as NoticeId,
        ...(how ? { told: { how } } : {}),
      },
      { author },
    );

  it('seeing it is not enough, no answer leaves it standing, told ends it with a name', () => {
    const world = smallWorld();
    world.settle(bookClaim(1, [first]));
    const [task] = standing(world, practice);
    expect(world.settle(acknowledge(task, receptionist, 10)).code).toBe('INAPPROPRIATE_VALUE');
    world.settle(acknowledge(task, receptionist, 11, 'noAnswer'));
    expect(standing(world, practice)).toMatchObject([{ attempts: 1, done: null }]);
    world.settle(acknowledge(task, receptionist, 12, 'phone'));
    expect(standing(world, practice)).toEqual([]);
    expect(world.notices.get(task?.id as NoticeId)?.done).toMatchObject({
      at: monday,
      byName: 'Name of rec-1',
      how: 'phone',
    });
  });

  it('a patient who saw it themselves has been told: the practice’s task ends too', () => {
    const world = smallWorld();
    world.settle(bookClaim(1, [first]));
    world.settle(acknowledge(standing(world, phone)[0], patient, 10));
    expect(world.standing()).toEqual([]);
    expect([...world.notices.values()].map(({ done }) => done?.how).sort()).toEqual(['online', 'seen']);
  });

  it('nobody acknowledges for another scope', () => {
    const world = smallWorld();
    world.settle(bookClaim(1, [first]));
    const [task] = standing(world, practice);
    for (const author of [patient, stranger, clerk]) {
      expect(world.settle(acknowledge(task, author, 10, 'phone')).code).toBe('NO_RELATIONSHIP');
    }
  });
});

describe('when the patient has died', () => {
  it('every message to the patient stops at once; the clinic still learns that a time is free', () => {
    const world = smallWorld();
    world.settle(bookClaim(1, [first]));
    const died = close('PATIENT_DIED');
    expect(heard(world, died)).toEqual(['clinic: cancelled']);
    expect(world.standing().map(({ scope }) => scope)).toEqual([clinic]);
    expect([...world.notices.values()].filter(({ done }) => done?.how === 'stopped')).toHaveLength(2);
  });

  it('what the clinic was told before still stands', () => {
    const world = bookedWorld();
    world.settle(move(patient, 1));
    world.settle(close('PATIENT_DIED'));
    expect(world.standing().map(({ scope, event }) => [scope, event])).toEqual([
      [clinic, 'moved'],
      [clinic, 'cancelled'],
    ]);
  });

  it('a claim that was under way is refused, and asks nobody to tell', () => {
    const world = smallWorld().add(
      aReferral(1, {
        status: { state: 'closed', closed: { reason: 'PATIENT_DIED', at: monday }, deferral: null },
      }),
    );
    expect(heard(world, bookClaim(1, [first]))).toEqual(['practice: refused']);
  });
});
