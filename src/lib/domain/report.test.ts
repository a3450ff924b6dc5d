import { describe, expect, it } from 'vitest';
import type { Claim, IntentOf } from './claim.ts';
import { claimSchema } from './claim.ts';
import { reportAfter, reportId } from './report.ts';
import { clinicScope } from './scope.ts';
import {
  aSlot,
  aVerdict,
  anAppointment,
  bookClaim,
  claimIdOf,
  claimOf,
  colleague,
  monday,
  patientOf,
  receptionist,
  refOf,
  siteCode,
  stranger,
  ubrnAt,
} from './testing/samples.ts';
import { smallWorld, type SmallWorld } from './testing/small-world.ts';

const [first, second] = [aSlot(1, 0), aSlot(1, 1)];
const booking = bookClaim(1, [first]);
const told = aVerdict(booking.id, 4, { appointment: anAppointment(1, first) });
const refused = aVerdict(booking.id, 2, {
  outcome: 'refused',
  code: 'SLOT_NOT_AVAILABLE',
  appointment: null,
});
const report = (over: Partial<Claim> = {}): Claim => ({
  ...(reportAfter(booking, told, monday, refused) as Claim),
  ...over,
});
const standing = (world: SmallWorld) =>
  world.standing().map(({ event, scope, tell, was, slot }) => [event, scope, tell, was, slot]);

describe('what a device reports when a restored ledger answers otherwise', () => {
  it('is what was told, by whoever asked, under an id that two attempts share', () => {
    const claim = report();
    expect(claimSchema.safeParse(claim).success).toBe(true);
    expect(claim).toMatchObject({ id: reportId(booking.id, monday), author: booking.author });
    expect((claim.intent as IntentOf<'report'>).told).toEqual({ slot: refOf(first), status: 'booked' });
    expect(reportId(booking.id, monday + 1)).not.toBe(reportId(booking.id, monday));
    expect(reportId(claimIdOf(2), monday)).not.toBe(reportId(booking.id, monday));
  });

  it('nothing where nobody was told of an appointment', () => {
    expect(reportAfter(booking, refused, monday, told)).toBe(undefined);
    const seen = claimOf(3, { kind: 'acknowledge', notice: 'n' as never });
    expect(reportAfter(seen, { ...told, claim: seen.id }, monday, refused)).toBe(undefined);
  });
});

describe('what the ledger makes of it', () => {
  const everybody = (slot: ReturnType<typeof refOf> | null) => [
    ['changed', receptionist.scope, true, refOf(first), slot],
    ['changed', `patient:${ubrnAt(1)}`, false, refOf(first), slot],
    ['changed', clinicScope(siteCode), false, refOf(first), slot],
  ];

  it('not so: the practice, the patient and the clinic that was named all have to hear', () => {
    const world = smallWorld();
    expect(world.settle(report())).toMatchObject({ outcome: 'confirmed', already: false });
    expect(standing(world)).toEqual(everybody(null));
  });

  it('booked at another time by now: they hear of both', () => {
    const world = smallWorld().add(anAppointment(2, second, { ubrn: ubrnAt(1) }));
    world.settle(report());
    expect(standing(world)).toEqual(everybody(refOf(second)));
  });

  it('so after all: nobody hears anything', () => {
    const world = smallWorld().add(anAppointment(1, first));
    expect(world.settle(report())).toMatchObject({ outcome: 'confirmed', already: true });
    const cancelled = { slot: refOf(second), status: 'cancelled' } as const;
    const gone = report({ intent: { ...(report().intent as IntentOf<'report'>), told: cancelled } });
    expect(smallWorld().settle(gone).already).toBe(true);
    expect(standing(world)).toEqual([]);
  });

  it('booked again at the same time, by whomever: nobody is misled', () => {
    const world = smallWorld().add(anAppointment(2, first, { ubrn: ubrnAt(1) }));
    expect(world.settle(report()).already).toBe(true);
    expect(standing(world)).toEqual([]);
  });

  it('two devices that were told the same are one piece of news', () => {
    const world = smallWorld();
    world.settle(report());
    expect(world.settle(report({ id: claimIdOf(8), author: colleague })).already).toBe(true);
    expect(standing(world)).toHaveLength(3);
  });

  it('a patient’s phone may report, another practice may not; and its refusal is nobody’s task', () => {
    const patient = smallWorld();
    patient.settle(report({ author: patientOf(ubrnAt(1)) }));
    expect(standing(patient)).toEqual(everybody(null));
    const world = smallWorld();
    expect(world.settle(report({ author: stranger }))).toMatchObject({
      code: 'NO_RELATIONSHIP',
      effects: [],
    });
    expect(standing(world)).toEqual([]);
  });

  it('nobody fills the lists of clinics with it', () => {
    const world = smallWorld();
    for (let n = 0; n < 60; n += 1) {
      const claim = report();
      const intent = claim.intent as IntentOf<'report'>;
      const slot = { ...intent.told.slot, start: intent.told.slot.start + n * 600_000 };
      world.settle({
        ...claim,
        id: claimIdOf(100 + n),
        intent: { ...intent, told: { ...intent.told, slot } },
      });
    }
    const ofClinic = world.standing().filter(({ scope }) => scope === clinicScope(siteCode));
    expect(ofClinic.length).toBe(20);
    expect(ofClinic.some(({ claim }) => claim === claimIdOf(159))).toBe(true);
    // Whom it is about is told the last of them all the same.
    expect(world.standing().filter(({ scope }) => scope === receptionist.scope).length).toBe(1);
  });

  it('one who has died is not to be told', () => {
    const world = smallWorld();
    const referral = world.referrals.get(ubrnAt(1))!;
    const closed = { reason: 'PATIENT_DIED', at: monday };
    world.add({ ...referral, status: { state: 'closed', closed, deferral: null } });
    world.settle(report());
    expect(standing(world).map(([, scope, tell]) => [scope, tell])).toEqual([
      [receptionist.scope, false],
      [clinicScope(siteCode), false],
    ]);
  });
});
