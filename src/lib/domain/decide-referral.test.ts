import { describe, expect, it } from 'vitest';
import type { Claim, Intent } from './claim.ts';
import { addDays, dayMs, localDate } from './instant.ts';
import type { OdsCode } from './ids.ts';
import { nothingArranged } from './referral.ts';
import { practiceScope } from './scope.ts';
import {
  aReferral,
  aService,
  aSlot,
  anAppointment,
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
  serviceIdOf,
  ubrnAt,
} from './testing/samples.ts';
import { smallWorld, type SmallWorld } from './testing/small-world.ts';
import { place } from './worklist.ts';

const one = ubrnAt(1);
const day = (days: number) => addDays(localDate(monday), days);
const by = (author: Claim['author'], n: number, intent: Intent) => claimOf(n, intent, { author });
const aside = (days: number, n = 20) =>
  by(receptionist, n, { kind: 'setAside', ubrn: one, why: 'thinking', reviewOn: day(days) });
const contact = (n: number) => by(clerk, n, { kind: 'contact', ubrn: one, outcome: 'noAnswer' });
const sendBack = (comment: string | undefined = 'An ECG first', reason = 'SERVICE_INAPPROPRIATE') =>
  by(clerk, 40, { kind: 'return', ubrn: one, reason, comment });
const arrange = (start: number | null, n = 50) =>
  by(receptionist, n, { kind: 'arrange', ubrn: one, service: serviceIdOf(5), start });
const status = (world: SmallWorld) => world.referrals.get(one)?.status;
const where = (world: SmallWorld, now = world.now) => {
  const referral = world.referrals.get(one);
  return referral && place(referral, [...world.appointments.values()], now);
};

/** Referral 1 waits to hear from the clinic of service 1. */
function deferred(): SmallWorld {
  const world = smallWorld();
  world.slots.clear();
  world.settle(by(gp, 9, { kind: 'defer', ubrn: one, service: serviceIdOf(1) }));
  return world;
}

const byPhone = () =>
  smallWorld().add(
    aService(5, { booking: 'phone' }),
    aReferral(1, { shortlist: [serviceIdOf(1), serviceIdOf(5)] }),
  );

describe('setting aside', () => {
  it('until a day, on which it is to be booked again; who and why stay with it', () => {
    const world = smallWorld();
    expect(world.settle(aside(2)).outcome).toBe('confirmed');
    expect(status(world)?.aside).toEqual({
      why: 'thinking',
      reviewOn: day(2),
      at: monday,
      byName: `Name of ${receptionist.person}`,
      claim: claimIdOf(20),
    });
    expect(where(world)).toBe('setAside');
    expect(where(world, monday + 2 * dayMs)).toBe('toBook');
  });

  it.each([
    ['routine', 28, 'confirmed'],
    ['routine', 29, 'INAPPROPRIATE_VALUE'],
    ['urgent', 1, 'confirmed'],
    ['urgent', 2, 'INAPPROPRIATE_VALUE'],
    ['TWO_WEEK_WAIT', 1, 'confirmed'],
    ['TWO_WEEK_WAIT', 2, 'INAPPROPRIATE_VALUE'],
  ] as const)('%s for %i days: %s', (priority, days, answer) => {
    const { code, outcome } = smallWorld().add(aReferral(1, { priority })).settle(aside(days));
    expect(code ?? outcome).toBe(answer);
  });

  it('one that arrives after its day is back at once, and says why it was put away', () => {
    const world = smallWorld();
    world.now = monday + 5 * dayMs;
    world.settle(aside(2));
    expect([where(world), status(world)?.aside?.why]).toEqual(['toBook', 'thinking']);
  });

  it('is over when somebody books, so that a cancellation brings the referral back', () => {
    const world = smallWorld();
    world.settle(aside(2));
    world.settle(bookClaim(1, [aSlot(1, 0)], { author: patientOf(one) }));
    expect(status(world)).toEqual(nothingArranged);
  });

  it('not what is booked, with a hospital or closed; not by a clinic, a patient or another practice', () => {
    const booked = smallWorld().add(anAppointment(1, aSlot(1, 0), { ubrn: one }));
    expect(booked.settle(aside(2)).code).toBe('ALREADY_BOOKED');
    expect(deferred().settle(aside(2)).code).toBe('INVALID_REQUEST_STATE');
    for (const author of [clerk, patientOf(one), colleague]) {
      const { code } = smallWorld().settle({ ...aside(2), author });
      expect(code).toBe(author === colleague ? null : 'NO_RELATIONSHIP');
    }
  });

  it('tells nobody: nothing has changed for the patient', () => {
    expect(
      smallWorld()
        .settle(aside(2))
        .effects.map(({ effect }) => effect),
    ).toEqual(['referral']);
  });
});

describe('a hospital that was asked to contact the patient', () => {
  it('records its tries, and the date stays what it was', () => {
    const world = deferred();
    const before = status(world)?.deferral?.contactBy;
    world.settle(contact(31));
    world.now += dayMs;
    world.settle(contact(32));
    expect(status(world)?.deferral).toMatchObject({
      contactBy: before,
      contacts: [
        { outcome: 'noAnswer', at: monday, claim: claimIdOf(31) },
        { outcome: 'noAnswer', at: monday + dayMs, claim: claimIdOf(32) },
      ],
    });
  });

  it('remembers the last twenty tries', () => {
    const world = deferred();
    for (let n = 0; n < 25; n += 1) world.settle(contact(100 + n));
    const tries = status(world)?.deferral?.contacts ?? [];
    expect(tries.map(({ claim }) => claim)).toEqual(Array.from({ length: 20 }, (_, n) => claimIdOf(105 + n)));
  });

  it('sends it back with advice: the practice has it again and is asked to tell the patient', () => {
    const world = deferred();
    expect(world.settle(sendBack()).outcome).toBe('confirmed');
    expect(status(world)).toMatchObject({
      deferral: null,
      returned: { service: serviceIdOf(1), reason: 'SERVICE_INAPPROPRIATE' },
    });
    expect(JSON.stringify(status(world))).not.toContain('ECG');
    expect(where(world)).toBe('toBook');
    const told = world.standing().filter(({ about }) => about === 'returned');
    expect(told.map(({ scope, tell }) => [scope, tell])).toEqual([
      [practiceScope(aReferral(1).practice), true],
      [patientOf(one).scope, false],
    ]);
  });

  it('not without advice, nor for a reason that is no hospital’s', () => {
    expect(deferred().settle(sendBack('  ')).code).toBe('INAPPROPRIATE_VALUE');
    expect(deferred().settle(sendBack('Because', 'PATIENT_ILL')).code).toBe('INAPPROPRIATE_VALUE');
  });

  it('only that hospital, and only while the patient waits to hear from it', () => {
    const world = deferred();
    expect(world.settle({ ...sendBack(), author: otherClerk }).code).toBe('NO_RELATIONSHIP');
    expect(world.settle({ ...contact(33), author: gp }).code).toBe('NO_RELATIONSHIP');
    world.settle(sendBack());
    expect(world.settle(contact(34)).code).toBe('NO_RELATIONSHIP');
    const booked = smallWorld().add(anAppointment(1, aSlot(1, 0), { ubrn: one }));
    expect(booked.settle(contact(35)).code).toBe('INVALID_REQUEST_STATE');
  });

  it('what was sent back may be set aside, and is forgotten once it is booked', () => {
    const world = deferred();
    world.settle(sendBack());
    world.settle(aside(1));
    expect(status(world)).toMatchObject({ aside: { why: 'thinking' }, returned: {} });
    world.add(aSlot(1, 0)).settle(bookClaim(1, [aSlot(1, 0)]));
    expect(status(world)).toEqual(nothingArranged);
  });

  it('a patient who books does not end the advice: it stays, and the practice learns of both', () => {
    const world = deferred();
    world.settle(sendBack());
    const advice = status(world)?.returned;
    world.add(aSlot(1, 0)).settle(bookClaim(1, [aSlot(1, 0)], { author: patientOf(one) }));
    expect(where(world)).toBe('booked');
    expect(status(world)).toEqual({ ...nothingArranged, returned: advice });
    const heard = world.standing().filter(({ scope }) => scope === practiceScope(aReferral(1).practice));
    expect(heard.map(({ event, about, by, tell }) => [event, about, by, tell])).toEqual([
      ['booked', 'returned', 'patient', false],
    ]);
  });
});

describe('a patient who was recorded as having died, and has not', () => {
  const close = (n: number, reason: string, seen?: string, ubrn = one) =>
    by(gp, n, { kind: 'close', ubrn, reason, ...(seen === undefined ? {} : { seen }) });
  const correct = (n: number, reason = 'RAISED_IN_ERROR') => close(n, reason, 'PATIENT_DIED');
  const two = ubrnAt(2);
  /** Both referrals of one patient; the first was closed because they had died, the second had something to be told. */
  const died = () => {
    const world = smallWorld().add(
      aReferral(2, { patient: aReferral(1).patient, practice: 'B81002' as OdsCode }),
    );
    world.settle(
      bookClaim(2, [aSlot(2, 0)], { author: { ...receptionist, scope: practiceScope('B81002' as OdsCode) } }),
    );
    world.settle(close(20, 'PATIENT_DIED'));
    return world;
  };

  it('it stays closed for another reason, and each practice that has a referral of theirs is to tell them again', () => {
    const world = died();
    expect(world.standing()).toEqual([]);
    expect(world.settle(correct(21)).outcome).toBe('confirmed');
    expect(status(world)).toMatchObject({ state: 'closed', closed: { reason: 'RAISED_IN_ERROR' } });
    const heard = world.standing().map(({ scope, about, ubrn, tell }) => [scope, about, ubrn, tell]);
    expect(heard).toEqual([
      [practiceScope(aReferral(1).practice), 'notDied', one, true],
      [patientOf(one).scope, 'notDied', one, false],
      ['practice:B81002', 'notDied', two, true],
      [patientOf(two).scope, 'notDied', two, false],
    ]);
    expect(world.settle(correct(22)).already).toBe(true);
    world.settle(close(23, 'PATIENT_DIED'));
    expect(world.standing()).toEqual([]);
  });

  it('while another referral of theirs still says so, nobody is asked to tell them', () => {
    const world = died();
    world.add(
      aReferral(3, {
        patient: aReferral(1).patient,
        status: { ...nothingArranged, state: 'closed', closed: { reason: 'PATIENT_DIED', at: monday } },
      }),
    );
    world.settle(correct(21));
    expect(world.standing().some(({ tell, scope }) => tell || scope.startsWith('patient:'))).toBe(false);
  });

  it('whoever knows of no death undoes none: closing for another reason is so already', () => {
    const world = died();
    expect(world.settle(close(21, 'RAISED_IN_ERROR')).already).toBe(true);
    expect(status(world)?.closed?.reason).toBe('PATIENT_DIED');
  });

  it('not of one that is open, nor of what was not said, nor by saying the same again', () => {
    expect(smallWorld().settle(correct(21)).code).toBe('INVALID_REQUEST_STATE');
    expect(died().settle(close(21, 'RAISED_IN_ERROR', 'INTEND_PRIVATE')).code).toBe('INAPPROPRIATE_VALUE');
    expect(died().settle(correct(21, 'PATIENT_DIED')).code).toBe('INAPPROPRIATE_VALUE');
    expect(died().settle(correct(21, 'TRIAGE_ENDED')).code).toBe('INAPPROPRIATE_VALUE');
    expect(died().settle({ ...correct(21), author: receptionist }).code).toBe('NO_RELATIONSHIP');
  });
});

describe('what was arranged by phone', () => {
  it.each([
    ['a patient books', patientOf(one), [false]],
    ['a colleague books', colleague, [true, false]],
  ])(
    '%s meanwhile: whoever hears of it hears of the time by phone, which may have to be called off',
    (_who, author, told) => {
      const world = byPhone();
      world.settle(arrange(monday + 3 * dayMs));
      world.settle(bookClaim(1, [aSlot(1, 0)], { author }));
      expect(status(world)).toEqual(nothingArranged);
      const heard = world.standing().filter(({ event }) => event === 'booked');
      expect(heard.map(({ start, tell }) => [start, tell])).toEqual(
        told.map((tell) => [monday + 3 * dayMs, tell]),
      );
    },
  );

  it('is written down as not confirmed, told to the patient, and back on the list when its day is past', () => {
    const world = byPhone();
    const decision = world.settle(arrange(monday + 3 * dayMs));
    expect(decision).toMatchObject({ outcome: 'confirmed', appointment: null });
    expect([where(world), where(world, monday + 4 * dayMs)]).toEqual(['arranged', 'arrangedPast']);
    expect(world.standing().map(({ about, start, tell }) => [about, start, tell])).toEqual([
      ['arranged', monday + 3 * dayMs, true],
      ['arranged', monday + 3 * dayMs, false],
    ]);
  });

  it('is a record: one that comes late is kept all the same', () => {
    expect(byPhone().settle(arrange(monday - 2 * dayMs)).outcome).toBe('confirmed');
    expect(byPhone().settle(arrange(monday - 500 * dayMs)).code).toBe('INAPPROPRIATE_VALUE');
  });

  it('only with a service that is booked by phone and that the referral fits', () => {
    const world = byPhone();
    const elsewhere = {
      ...arrange(monday + dayMs),
      intent: { ...arrange(monday + dayMs).intent, service: serviceIdOf(1) },
    };
    expect(world.settle(elsewhere as Claim).code).toBe('INAPPROPRIATE_SLOT');
    world.add(aReferral(1, { shortlist: [serviceIdOf(1)], choice: 'shortlist' }));
    expect(world.settle(arrange(monday + dayMs)).code).toBe('INAPPROPRIATE_SLOT');
  });

  it('ends the wait for another hospital; off again, it is to be booked, and the patient is told', () => {
    const world = byPhone();
    world.slots.clear();
    world.settle(by(gp, 9, { kind: 'defer', ubrn: one, service: serviceIdOf(1) }));
    world.settle(arrange(monday + dayMs));
    expect(status(world)?.deferral).toBeNull();
    expect(world.settle(arrange(monday + dayMs, 51)).already).toBe(true);
    world.settle(arrange(null, 52));
    expect([status(world), where(world)]).toEqual([nothingArranged, 'toBook']);
    expect(world.standing().map(({ about }) => about)).toEqual(['unarranged', 'unarranged']);
    expect(world.settle(arrange(null, 53)).already).toBe(true);
  });
});

it('when the patient has died, what was put away is closed with the rest and nobody is told', () => {
  const world = byPhone();
  world.settle(arrange(monday + 3 * dayMs));
  world.settle(by(gp, 60, { kind: 'close', ubrn: one, reason: 'PATIENT_DIED' }));
  expect(where(world)).toBe('closed');
  expect(status(world)?.arranged).toBeUndefined();
  expect(world.standing()).toEqual([]);
});

describe('when the patient has died, of any of their referrals', () => {
  const two = ubrnAt(2);
  /** Two referrals of one patient; the second is booked, and the patient has to be told. */
  function bookedTwice(): SmallWorld {
    const { patient } = aReferral(1);
    const world = smallWorld().add(aReferral(2, { patient, shortlist: [serviceIdOf(1)] }));
    world.settle(bookClaim(2, [aSlot(1, 0)]));
    return world;
  }
  const died = (n = 60) => by(gp, n, { kind: 'close', ubrn: one, reason: 'PATIENT_DIED' });
  const booked = (world: SmallWorld) => [...world.appointments.values()].find(({ ubrn }) => ubrn === two)!;

  it('nobody is asked any more to tell them what stood before', () => {
    const world = bookedTwice();
    expect(world.standing().map(({ ubrn, tell }) => [ubrn, tell])).toEqual([
      [two, true],
      [two, false],
    ]);
    world.settle(died());
    expect(world.standing()).toEqual([]);
    expect(booked(world).status).toBe('booked');
  });

  it('what becomes of the other afterwards is for the practice to see, and for nobody to tell', () => {
    const world = bookedTwice();
    world.settle(died());
    const { id, slot } = booked(world);
    world.settle(by(clerk, 61, { kind: 'cancel', appointment: id, from: slot, reason: 'CLINIC_CANCELLED' }));
    expect(world.standing().map(({ scope, event, tell }) => [scope, event, tell])).toEqual([
      [receptionist.scope, 'cancelled', false],
    ]);
  });

  it('it counts where the referral was closed before, for another reason or by a desk that knew less', () => {
    const world = bookedTwice();
    world.settle(by(gp, 64, { kind: 'close', ubrn: one, reason: 'RAISED_IN_ERROR' }));
    expect(world.standing().filter(({ tell }) => tell)).toHaveLength(2);
    expect(world.settle(died())).toMatchObject({ outcome: 'confirmed', already: false });
    expect(status(world)?.closed?.reason).toBe('PATIENT_DIED');
    expect(world.standing()).toEqual([]);
    expect(world.settle(died(65)).already).toBe(true);
    expect(world.settle(by(gp, 66, { kind: 'close', ubrn: one, reason: 'RAISED_IN_ERROR' })).already).toBe(
      true,
    );
    expect(status(world)?.closed?.reason).toBe('PATIENT_DIED');
  });

  it('a note that somebody was told is not taken back to be told again', () => {
    const world = bookedTwice();
    const [task] = world.standing();
    const note = by(receptionist, 62, { kind: 'acknowledge', notice: task!.id, told: { how: 'phone' } });
    world.settle(note);
    world.settle(died());
    expect(
      world.settle(by(receptionist, 63, { kind: 'retract', notice: task!.id, noted: note.id })).code,
    ).toBe('INVALID_REQUEST_STATE');
  });
});

describe('somebody rang about an urgent request that had no answer', () => {
  const rang = (at: number, n: number) => by(receptionist, n, { kind: 'rang', ubrn: one, at, comment: 'Jo' });

  it('is known to all the practice, changes nothing else, and the later call is the one that counts', () => {
    const world = smallWorld();
    expect(world.settle(rang(monday - 3, 70)).effects.map(({ effect }) => effect)).toEqual(['referral']);
    expect(world.settle(rang(monday - 5, 71)).already).toBe(true);
    expect(status(world)).toMatchObject({
      state: 'open',
      rang: { rangAt: monday - 3, claim: claimIdOf(70) },
    });
    expect(where(world)).toBe('toBook');
  });

  it('a device whose clock is ahead hides no later call', () => {
    const world = smallWorld();
    world.settle(rang(monday + 30 * dayMs, 70));
    expect(status(world)?.rang?.rangAt).toBe(monday);
    world.now = monday + dayMs;
    expect(world.settle(rang(world.now - 5, 71))).toMatchObject({ outcome: 'confirmed', already: false });
    expect(status(world)?.rang).toMatchObject({ rangAt: world.now - 5, claim: claimIdOf(71) });
  });

  it('is over with the booking, and not the patient’s or the clinic’s to say', () => {
    const world = smallWorld();
    world.settle(rang(monday, 70));
    world.settle(bookClaim(1, [aSlot(1, 0)]));
    expect(status(world)).toEqual(nothingArranged);
    for (const author of [clerk, patientOf(one)])
      expect(world.settle({ ...rang(monday, 72), author }).code).toBe('NO_RELATIONSHIP');
  });
});
