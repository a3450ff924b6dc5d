import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Claim } from '#lib/domain/claim.ts';
import { dayMs } from '#lib/domain/instant.ts';
import { isStanding } from '#lib/domain/notice.ts';
import { isOpenClaim, project, type ClaimState, type HeldClaim } from '#lib/domain/project.ts';
import { isOpen } from '#lib/domain/referral.ts';
import { history, play } from '#lib/domain/testing/histories.ts';
import {
  aSlot,
  anAppointment,
  monday,
  practiceCode,
  receptionist,
  ubrnAt,
} from '#lib/domain/testing/samples.ts';
import { smallWorld } from '#lib/domain/testing/small-world.ts';
import { lists, type ListKey } from './lists.ts';

const state = fc.constantFrom<ClaimState[]>(
  { state: 'waiting' },
  { state: 'sent', at: monday, attempts: 2, isSending: false },
  { state: 'parked', reason: 'failed' },
);

/** A practice's desk after a history of everybody's acts, with the last of its own not yet answered. */
const desk = fc
  .tuple(history, fc.nat(3), fc.array(state, { minLength: 3, maxLength: 3 }), fc.nat(60))
  .map(([acts, waiting, states, days]) => {
    const unsent: Claim[] = [];
    const world = play(acts, (now, claim, _at, { sender }) => {
      const isLast = claim.author.scope === receptionist.scope && unsent.length < waiting;
      if (isLast) unsent.push(claim);
      else now.settle(claim, sender);
    });
    const { referrals, appointments, services } = world;
    const notices = new Map([...world.notices].filter(([, { scope }]) => scope === receptionist.scope));
    const mine = new Map([...referrals].filter(([, { practice }]) => practice === practiceCode));
    const claims = unsent.map((claim, n): HeldClaim => {
      return { claim, status: states[n] ?? { state: 'waiting' }, isCalledOff: false };
    });
    const now = world.now + days * dayMs;
    const view = project({ referrals: mine, appointments, notices, services, seq: acts.length }, claims, now);
    return { view, claims, notices };
  });

const holds = (key: ListKey) => lists.find((list) => list.key === key)?.holds ?? (() => false);

describe('the worklist of a practice, after any history (I10)', () => {
  it('every referral stands in “All”, and every open one where somebody has to act or the next step is another’s', () => {
    fc.assert(
      fc.property(desk, ({ view }) => {
        for (const one of view.referrals) {
          expect(holds('all')(one)).toBe(true);
          if (!isOpen(one.referral)) continue;
          const isDone = one.place === 'seen';
          const stands = lists.filter((list) => list.key !== 'all' && list.holds(one)).map(({ key }) => key);
          if (!isDone) expect(stands).not.toEqual([]);
          // The clinic's to record; the practice knows whom to ask about.
          if (one.place === 'attendanceDue') expect(stands).toContain('past');
          if (one.place === 'toBook' || one.place === 'contactOverdue') expect(stands).toContain('today');
          if (one.place === 'contactOverdue') expect(stands).toContain('overdue');
          if (one.place === 'withHospital') expect(stands).toContain('hospital');
          if (one.place === 'booked') expect(stands).toContain('booked');
        }
      }),
      { numRuns: 300 },
    );
  });

  it('past and not recorded: a list of its own', () => {
    const world = smallWorld().add(anAppointment(1, aSlot(1, 0)));
    const past = (status: 'booked' | 'fulfilled') => {
      world.add(anAppointment(1, aSlot(1, 0), { status }));
      const view = project({ ...world, seq: 1 }, [], monday + 30 * dayMs);
      return view.referrals.filter(holds('past')).map(({ referral }) => referral.ubrn);
    };
    expect(past('booked')).toEqual([ubrnAt(1)]);
    expect(past('fulfilled')).toEqual([]);
  });

  it('every standing notice that the patient be told is in “Tell the patient” and in “Needs action today”', () => {
    fc.assert(
      fc.property(desk, ({ view, claims, notices }) => {
        const dealtWith = new Set(
          claims.flatMap((one) => {
            const { intent } = one.claim;
            return intent.kind === 'acknowledge' && isOpenClaim(one) ? [intent.notice] : [];
          }),
        );
        for (const notice of notices.values()) {
          if (!isStanding(notice) || !notice.tell || dealtWith.has(notice.id)) continue;
          expect(view.notices).toContain(notice);
          const about = notice.ubrn ? view.byUbrn.get(notice.ubrn) : undefined;
          expect(about && holds('tell')(about)).toBe(true);
          expect(about && holds('today')(about)).toBe(true);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('a request without an answer is in “Waiting to send”; one that got none leaves its referral to be booked', () => {
    fc.assert(
      fc.property(desk, ({ view }) => {
        for (const one of view.referrals) {
          if (one.open) expect([holds('waiting')(one), holds('today')(one)]).toEqual([true, true]);
          if (one.place === 'toBook' && !one.open) expect(holds('to-book')(one)).toBe(true);
        }
      }),
      { numRuns: 100 },
    );
  });
});
