import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Intent } from './claim.ts';
import { decide } from './decide.ts';
import { fits } from './referral.ts';
import { hasDied } from './same-patient.ts';
import { bookingWindow } from './service.ts';
import { isSameSlot, slotRef, type SlotRef } from './slot.ts';
import { history, play } from './testing/histories.ts';
import { claimIdOf, monday } from './testing/samples.ts';
import { concerned } from './testing/scopes.ts';

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
          const { intent } = claim;
          // Nobody reached, and again nobody reached, are two attempts.
          const isAttempt =
            intent.kind === 'contact' || (intent.kind === 'acknowledge' && intent.told?.how === 'noAnswer');
          // What was sent back is no longer that clinic's, so it cannot be told that it is so already.
          const isOnce =
            intent.kind === 'publish' ||
            intent.kind === 'attend' ||
            intent.kind === 'return' ||
            // Two referrals are two; of one claim the ledger makes one, by its id.
            intent.kind === 'refer';
          const isRepeatable = !isOnce && !isAttempt;
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

  it('a note that is taken back brings back no news that newer news has ended: one task of a referral, and one of what was refused', () => {
    let standAgain = 0;
    fc.assert(
      fc.property(history, (acts) => {
        play(acts, (world, claim) => {
          const { intent } = claim;
          const before = intent.kind === 'retract' ? world.notices.get(intent.notice) : undefined;
          const { outcome, already, effects } = world.settle(claim);
          if (before && outcome === 'confirmed' && !already) {
            const { noted } = intent as Extract<Intent, { kind: 'retract' }>;
            if (before.done?.claim === noted) {
              standAgain += 1;
              expect(effects).toMatchObject([{ effect: 'notice', row: { id: before.id, done: null } }]);
              expect(['inPerson', 'phone', 'letter']).toContain(before.done.how);
            } else expect(effects).toMatchObject([{ effect: 'notice', row: { done: before.done } }]);
          }
          const tasks = world
            .standing()
            .filter(({ tell }) => tell)
            .map(({ scope, ubrn, event }) => `${scope} ${ubrn} ${event === 'refused'}`);
          expect(new Set(tasks).size).toBe(tasks.length);
        });
      }),
      { numRuns: 1500 },
    );
    expect(standAgain).toBeGreaterThan(20);
  });

  it('nothing is settled silently: whoever else is concerned by a change has a notice of it, or made it (I4)', () => {
    fc.assert(
      fc.property(history, (acts) => {
        play(acts, (world, claim) => {
          const before = new Map(world.appointments);
          const { effects } = world.settle(claim);
          for (const effect of effects) {
            if (effect.effect !== 'appointment' || claim.intent.kind === 'attend') continue;
            const isDead = hasDied(world.referrals, effect.row.ubrn);
            const was = before.get(effect.row.id);
            for (const scope of concerned(effect.row, was, world)) {
              if (scope === claim.author.scope && !scope.startsWith('practice')) continue;
              if (isDead && scope.startsWith('patient')) continue;
              if (isDead && claim.intent.kind === 'close' && scope.startsWith('practice')) continue;
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
