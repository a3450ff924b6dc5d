import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { claimSchema, type Claim, type Intent } from './claim.ts';
import { decide } from './decide.ts';
import { dayMs, hourMs } from './instant.ts';
import type { Scope } from './scope.ts';
import { isSameSlot, slotRef, type SlotRef } from './slot.ts';
import { bookingWindow } from './service.ts';
import { fits } from './referral.ts';
import {
  aReferral,
  aService,
  aSlot,
  appointmentIdOf,
  claimIdOf,
  clerk,
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
import { concerned } from './testing/scopes.ts';

const small = fc.integer({ min: 0, max: 4 });
const referralNumber = fc.integer({ min: 1, max: 4 });
const appointmentId = fc.integer({ min: 1, max: 6 }).map(appointmentIdOf);
const ref: fc.Arbitrary<SlotRef> = fc.oneof(
  {
    weight: 9,
    arbitrary: fc.tuple(fc.integer({ min: 1, max: 2 }), small).map(([s, n]) => refOf(aSlot(s, n))),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      service: fc.integer({ min: 1, max: 3 }).map(serviceIdOf),
      ordinal: fc.nat(20),
      start: fc.integer({ min: monday - dayMs, max: monday + 9 * dayMs }),
      print: fc.constant('deadbeef'),
    }),
  },
);
const choices = fc.array(ref, { minLength: 1, maxLength: 4 });
const reason = fc.constantFrom(
  'PATIENT_ILL',
  'CLINIC_CANCELLED',
  'TREATMENT_NO_LONGER_REQUIRED',
  'PATIENT_DIED',
  'PATIENT_APPOINTMENT_CANCELLATION_OTHER',
  'nonsense',
);
const comment = fc.constantFrom(undefined, '', 'because');
const kind = <K extends Intent['kind']>(name: K) => fc.constant(name);
const intent = fc.oneof<fc.Arbitrary<Intent>[]>(
  fc.record({ kind: kind('book'), ubrn: referralNumber.map(ubrnAt), appointment: appointmentId, choices }),
  fc.record({
    kind: kind('move'),
    appointment: appointmentId,
    from: ref,
    choices,
    reason: fc.option(reason, { nil: undefined }),
    comment,
  }),
  fc.record({ kind: kind('cancel'), appointment: appointmentId, from: ref, reason, comment }),
  fc.record({
    kind: kind('defer'),
    ubrn: referralNumber.map(ubrnAt),
    service: fc.integer({ min: 1, max: 3 }).map(serviceIdOf),
  }),
  fc.record({ kind: kind('close'), ubrn: referralNumber.map(ubrnAt), reason }),
  fc.record({
    kind: kind('withdraw'),
    service: fc.integer({ min: 1, max: 2 }).map(serviceIdOf),
    slots: fc.array(fc.record({ slot: ref, appointment: fc.option(appointmentId) }), {
      minLength: 1,
      maxLength: 3,
    }),
    reason,
    comment,
  }),
  fc.record({
    kind: kind('publish'),
    service: fc.integer({ min: 1, max: 3 }).map(serviceIdOf),
    sessions: fc.array(
      fc.record({
        start: fc.integer({ min: 0, max: 20 }).map((days) => monday + days * dayMs),
        minutes: fc.constant(20),
        count: fc.integer({ min: 1, max: 3 }),
        clinician: fc.constant(''),
        mode: fc.constant('video' as const),
      }),
      { minLength: 1, maxLength: 2 },
    ),
  }),
  fc.record({
    kind: kind('attend'),
    appointment: appointmentId,
    from: ref,
    outcome: fc.constantFrom('arrived' as const, 'fulfilled' as const, 'noshow' as const),
  }),
);
const author = fc.constantFrom(
  receptionist,
  receptionist,
  gp,
  gp,
  clerk,
  clerk,
  stranger,
  otherClerk,
  patientOf(ubrnAt(1)),
  patientOf(ubrnAt(2)),
);

interface Act {
  readonly intent: Intent;
  readonly author: Claim['author'];
  readonly expiresIn: number | undefined;
  readonly wait: number;
  /** Aimed at what is there, by somebody who may: else most of what chance asks is refused at the door. */
  readonly aim: number | undefined;
  /** Instead of the intent: acknowledge one of the notices that stand. */
  readonly acknowledge: number | undefined;
}
const act: fc.Arbitrary<Act> = fc.record({
  intent,
  author,
  expiresIn: fc.option(fc.integer({ min: -hourMs, max: 5 * dayMs }), { nil: undefined, freq: 2 }),
  wait: fc.oneof({ weight: 8, arbitrary: fc.constant(0) }, fc.nat(2 * hourMs), fc.nat(2 * dayMs)),
  aim: fc.option(fc.nat(1_000), { nil: undefined, freq: 6 }),
  acknowledge: fc.option(fc.nat(40), { nil: undefined, freq: 2 }),
});
const history = fc.array(act, { maxLength: 40, size: 'max' });

function claimFor(world: SmallWorld, one: Act, n: number): Claim {
  const { expiresIn, acknowledge, aim } = one;
  const notice = acknowledge === undefined ? undefined : world.standing()[acknowledge];
  const aimed = aim === undefined ? one : aimedAt(world, one, aim);
  return claimSchema.parse({
    v: 1,
    id: claimIdOf(n),
    author: notice && aim !== undefined ? authorOf(notice.scope) : aimed.author,
    madeAt: monday,
    ...(expiresIn === undefined ? {} : { expiresAt: monday + hourMs + expiresIn }),
    intent: notice
      ? { kind: 'acknowledge', notice: notice.id, told: { how: 'phone' } }
      : withFreshAppointment(aimed.intent, n),
  });
}

const authorOf = (scope: Scope) =>
  [gp, clerk, patientOf(ubrnAt(1)), patientOf(ubrnAt(2))].find((one) => one.scope === scope) ?? stranger;

const withFreshAppointment = (wish: Intent, n: number): Intent =>
  wish.kind === 'book' && n % 5 > 0 ? { ...wish, appointment: appointmentIdOf(100 + n) } : wish;

function aimedAt(world: SmallWorld, { intent: wish }: Act, aim: number): Pick<Act, 'intent' | 'author'> {
  const held = [...world.appointments.values()];
  const target = held[aim % Math.max(1, held.length)];
  const ubrn = 'ubrn' in wish ? wish.ubrn : (target?.ubrn ?? ubrnAt(1));
  const by = [gp, patientOf(ubrn), clerk][aim % 3] ?? gp;
  const reason = by === clerk ? 'CLINIC_CANCELLED' : 'PATIENT_ILL';
  switch (wish.kind) {
    case 'book':
      return { intent: wish, author: by };
    case 'defer':
    case 'close':
      return { intent: wish, author: gp };
    case 'publish':
      return { intent: wish, author: clerk };
    case 'withdraw': {
      const slots = wish.slots.map(({ slot }) => {
        const holder = world.facts(clerk).holder(wish.service, slot.ordinal);
        const ref = refOf(aSlot(wish.service === serviceIdOf(1) ? 1 : 2, slot.ordinal));
        return { slot: ref, appointment: holder?.id ?? null };
      });
      return { intent: { ...wish, slots, reason: 'CLINIC_CANCELLED' }, author: clerk };
    }
    case 'move':
    case 'cancel':
      return target
        ? {
            intent: { ...wish, appointment: target.id, from: target.slot, reason, comment: 'so' },
            author: by,
          }
        : { intent: wish, author: by };
    case 'attend':
      return target
        ? { intent: { ...wish, appointment: target.id, from: target.slot }, author: clerk }
        : { intent: wish, author: clerk };
    case 'acknowledge':
      return { intent: wish, author: by };
  }
}

function play(
  acts: readonly Act[],
  check: (world: SmallWorld, claim: Claim, before: SmallWorld['now']) => void,
): SmallWorld {
  const world = smallWorld().add(
    aReferral(4, { choice: 'anywhere', shortlist: [] }),
    aService(3, { site: 'RGT02' as never }),
  );
  for (const [n, one] of acts.entries()) {
    world.now += one.wait;
    check(world, claimFor(world, one, n + 1), world.now);
  }
  return world;
}

describe('whatever is asked, in whatever order', () => {
  it('one active appointment a slot and one a referral (I1, I2), and never a throw', () => {
    fc.assert(
      fc.property(history, (acts) => {
        const world = play(acts, (now, claim) => now.settle(claim));
        expect(world.breaches()).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });

  it('nothing is booked outside the claim’s choices, the referral’s fit or the claim’s expiry (I5)', () => {
    fc.assert(
      fc.property(history, (acts) => {
        play(acts, (world, claim) => {
          const { outcome, already, appointment } = world.settle(claim);
          const { intent: wish } = claim;
          if (outcome === 'refused' || already || !('choices' in wish)) return;
          expect(claim.expiresAt === undefined || world.now <= claim.expiresAt).toBe(true);
          expect(wish.choices.some((choice) => appointment && isSameSlot(choice, appointment.slot))).toBe(
            true,
          );
          const referral = appointment && world.referrals.get(appointment.ubrn);
          const service = appointment && world.services.get(appointment.slot.service);
          if (claim.author.role !== 'clerk')
            expect(referral && service && fits(referral, service, world.now)).toBe(true);
        });
      }),
      { numRuns: 500 },
    );
  });

  it('a lower choice only if every better one could not be had (I6)', () => {
    fc.assert(
      fc.property(history, (acts) => {
        play(acts, (world, claim) => {
          const facts = world.facts(claim.author);
          const free = new Set<SlotRef>();
          const { intent: wish } = claim;
          for (const choice of 'choices' in wish ? wish.choices : []) {
            const service = facts.service(choice.service);
            const slot = facts.slot(choice.service, choice.ordinal);
            const ubrn =
              wish.kind === 'book'
                ? wish.ubrn
                : 'appointment' in wish
                  ? facts.appointment(wish.appointment)?.ubrn
                  : undefined;
            const referral = ubrn && facts.referral(ubrn);
            if (!service || !slot || !referral || !fits(referral, service, facts.now)) continue;
            const { from, to } = bookingWindow(service, referral.priority, facts.now);
            const isHad = facts.holder(choice.service, choice.ordinal) !== undefined;
            const isSame = isSameSlot(slotRef(slot, service.site), choice);
            if (!isHad && isSame && slot.start >= from && slot.start <= to) free.add(choice);
          }
          const { outcome, already, rank } = world.settle(claim);
          if (outcome === 'refused' || already || rank === null || !('choices' in wish)) return;
          for (const better of wish.choices.slice(0, rank - 1)) expect(free.has(better)).toBe(false);
        });
      }),
      { numRuns: 500 },
    );
  });

  it('the device’s clock decides nothing: another madeAt, the same decision', () => {
    fc.assert(
      fc.property(history, fc.nat(2 * monday), (acts, madeAt) => {
        play(acts, (world, claim) => {
          const facts = world.facts(claim.author);
          expect(decide({ ...claim, madeAt }, facts)).toEqual(decide(claim, facts));
          world.settle(claim);
        });
      }),
    );
  });

  it('asked the same again with another id, what was confirmed is so already and changes nothing', () => {
    fc.assert(
      fc.property(history, (acts) => {
        play(acts, (world, claim) => {
          const first = world.settle(claim);
          const isRepeatable = claim.intent.kind !== 'publish' && claim.intent.kind !== 'attend';
          if (first.outcome === 'refused' || !isRepeatable) return;
          const again = world.settle({ ...claim, id: claimIdOf(90_000) });
          expect(again).toMatchObject({ outcome: 'confirmed', already: true, effects: [] });
        });
      }),
    );
  });

  it('a claim writes less than the ledger takes at once', () => {
    fc.assert(
      fc.property(history, (acts) => {
        play(acts, (world, claim) => {
          expect(world.settle(claim).effects.length).toBeLessThan(500);
        });
      }),
    );
  });

  it('nothing is settled silently: whoever else is concerned by a change has a notice of it, or made it (I4)', () => {
    fc.assert(
      fc.property(history, (acts) => {
        play(acts, (world, claim) => {
          const before = new Map(world.appointments);
          const { effects } = world.settle(claim);
          for (const effect of effects) {
            if (effect.effect !== 'appointment' || claim.intent.kind === 'attend') continue;
            const referral = world.referrals.get(effect.row.ubrn);
            const isDead = referral?.status.closed?.reason === 'PATIENT_DIED';
            const was = before.get(effect.row.id);
            for (const scope of concerned(effect.row, was, world)) {
              if (scope === claim.author.scope && !scope.startsWith('practice')) continue;
              if (isDead && !scope.startsWith('clinic')) continue;
              const isTold = world
                .standing()
                .some((n) => n.scope === scope && n.claim === claim.id && n.appointment === effect.row.id);
              // A patient's own booking of the first choice is news to nobody; a clinic sees who comes.
              const isPlainBooking = !was && (scope.startsWith('clinic') || claim.author.role === 'patient');
              const isNewClinicOfMove = was && was.status === effect.row.status && scope.startsWith('clinic');
              expect(isTold || isPlainBooking || isNewClinicOfMove).toBe(true);
            }
          }
        });
      }),
      { numRuns: 300 },
    );
  });
});
