import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ubrnOf, type Claim } from '#lib/domain/claim.ts';
import type { Decision } from '#lib/domain/decision.ts';
import type { ClaimId, Ubrn } from '#lib/domain/ids.ts';
import { dayMs, hourMs } from '#lib/domain/instant.ts';
import { isStanding } from '#lib/domain/notice.ts';
import { isOpenClaim, project, type ClaimState, type HeldClaim } from '#lib/domain/project.ts';
import { isOpen, type Referral } from '#lib/domain/referral.ts';
import { hasDied, ofSamePatient } from '#lib/domain/same-patient.ts';
import { practiceScope } from '#lib/domain/scope.ts';
import { history, play } from '#lib/domain/testing/histories.ts';
import {
  aSlot,
  aReferral,
  anAppointment,
  monday,
  practiceCode,
  receptionist,
  ubrnAt,
} from '#lib/domain/testing/samples.ts';
import { smallWorld, type SmallWorld } from '#lib/domain/testing/small-world.ts';
import { lists, dueToday, type ListKey } from './lists.ts';

const state = fc.constantFrom<ClaimState[]>(
  { state: 'waiting' },
  { state: 'sent', at: monday, attempts: 2, isSending: false },
  { state: 'parked', reason: 'failed' },
);

/** Asked for with the patient there, who waits to hear; each later one that is refused takes the place of the one before. */
const patientsWish: ReadonlySet<Claim['intent']['kind']> = new Set([
  ...(['book', 'move', 'cancel', 'defer', 'arrange', 'close'] as const),
]);

/** What nobody has told the patient, kept apart from the notices: by what was settled, and by what people said that they did. */
class Untold {
  /** The last that came about, and the last that was refused since, by referral. */
  readonly #news = new Map<Ubrn, ClaimId>();
  readonly #refused = new Map<Ubrn, ClaimId>();

  referrals = (): ReadonlySet<Ubrn> => new Set([...this.#news.keys(), ...this.#refused.keys()]);

  settled(world: SmallWorld, claim: Claim, settle: () => Decision): void {
    const { author, intent, id } = claim;
    const told = intent.kind === 'acknowledge' ? world.notices.get(intent.notice) : undefined;
    const before = new Map(world.appointments);
    const { outcome, already, effects } = settle();
    if (already) return;
    if (outcome === 'refused') {
      // A booking may ask for an id that is another referral's appointment: it is about its own all the same.
      const held = 'appointment' in intent ? before.get(intent.appointment) : undefined;
      const ubrn = ubrnOf(intent) ?? held?.ubrn;
      const isAsked = patientsWish.has(intent.kind);
      const practice = ubrn && world.referrals.get(ubrn)?.practice;
      const isOwn = practice !== undefined && author.scope === practiceScope(practice);
      if (isAsked && isOwn && ubrn && !hasDied(world.referrals, ubrn)) this.#refused.set(ubrn, id);
      return;
    }
    if (intent.kind === 'acknowledge') {
      const isReached = intent.told !== undefined && intent.told.how !== 'noAnswer';
      const isSeen = author.role === 'patient';
      if (told?.ubrn && (isReached || isSeen)) this.#wasTold(told.ubrn, told.claim);
      return;
    }
    const changed = new Set(effects.flatMap((one) => (one.effect === 'appointment' ? [one.row.ubrn] : [])));
    for (const ubrn of changed) {
      const isPatient = author.role === 'patient';
      const isHeard = effects.some((one) => one.effect === 'notice' && one.row.scope === receptionist.scope);
      if (isPatient && intent.kind === 'book' && !isHeard) continue;
      if (intent.kind === 'attend') continue;
      this.#forget(ubrn);
      if (!isPatient && !hasDied(world.referrals, ubrn)) this.#news.set(ubrn, id);
    }
    if (intent.kind === 'close' && hasDied(world.referrals, intent.ubrn)) {
      for (const { ubrn } of ofSamePatient(world.referrals, intent.ubrn)) this.#forget(ubrn);
    }
    // Other news takes the place of the old, with a task of its own.
    const ubrn = ubrnOf(intent);
    if (ubrn && changed.size === 0 && effects.some((one) => one.effect === 'notice')) this.#forget(ubrn);
  }

  #wasTold(ubrn: Ubrn, claim: ClaimId): void {
    if (this.#news.get(ubrn) === claim) this.#news.delete(ubrn);
    if (this.#refused.get(ubrn) === claim) this.#refused.delete(ubrn);
  }

  #forget(ubrn: Ubrn): void {
    this.#news.delete(ubrn);
    this.#refused.delete(ubrn);
  }
}

/** A practice's desk after a history of everybody's acts, with the last of its own not yet answered. */
const desk = fc
  .tuple(history, fc.nat(3), fc.array(state, { minLength: 3, maxLength: 3 }), fc.nat(60))
  .map(([acts, waiting, states, days]) => {
    const unsent: Claim[] = [];
    const untold = new Untold();
    const world = play(acts, (now, claim, _at, { sender }) => {
      const isLast = claim.author.scope === receptionist.scope && unsent.length < waiting;
      if (isLast) unsent.push(claim);
      else untold.settled(now, claim, () => now.settle(claim, sender));
    });
    const { referrals, appointments, services } = world;
    const notices = new Map([...world.notices].filter(([, { scope }]) => scope === receptionist.scope));
    const mine = new Map([...referrals].filter(([, { practice }]) => practice === practiceCode));
    const claims = unsent.map((claim, n): HeldClaim => {
      return { claim, status: states[n] ?? { state: 'waiting' }, isCalledOff: false };
    });
    const now = world.now + days * dayMs;
    const view = project({ referrals: mine, appointments, notices, services, seq: acts.length }, claims, now);
    return { view, claims, notices, untold };
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

  it('sent back by the hospital: there until the practice does something about it, also when the patient was told long ago', () => {
    const done = { claim: 'c', at: monday, by: 'p', byName: 'Registrar', note: 'An MRI first' };
    const returned = { ...done, service: aSlot(1, 0).service, reason: 'WORK_UP_FIRST' };
    const referral = aReferral(1);
    const status = { ...referral.status, returned } as unknown as Referral['status'];
    const stands = (world: SmallWorld) => {
      const [view] = project({ ...world, seq: 1 }, [], monday).referrals;
      if (!view) throw new Error('no referral');
      expect(view.notices).toEqual([]);
      return [holds('refused')(view), holds('today')(view), dueToday([view], monday).length];
    };
    expect(stands(smallWorld().add(referral))).toEqual([false, true, 0]);
    expect(stands(smallWorld().add({ ...referral, status }))).toEqual([true, true, 1]);
    const booked = smallWorld().add({ ...referral, status }, anAppointment(1, aSlot(1, 40)));
    expect(stands(booked)).toEqual([false, false, 0]);
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

  it('whatever was booked, moved, cancelled or refused while the patient was not there is in “Tell the patient” until they were told', () => {
    let seen = 0;
    fc.assert(
      fc.property(desk, ({ view, claims, untold }) => {
        const telling = claims.some(({ claim }) => claim.intent.kind === 'acknowledge');
        for (const ubrn of telling ? [] : untold.referrals()) {
          const about = view.byUbrn.get(ubrn);
          if (about) expect(holds('tell')(about), ubrn).toBe(true);
          if (about) seen += 1;
        }
      }),
      { numRuns: 1_000 },
    );
    expect(seen).toBeGreaterThan(100);
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

  it('what is late, due today or has news is a part of “Needs action today”; the rest of it has a later day or waits for an answer', () => {
    const now = monday + 12 * hourMs;
    fc.assert(
      fc.property(desk, ({ view }) => {
        const today = view.referrals.filter(holds('today'));
        const due = dueToday(view.referrals, now);
        for (const one of due) expect(today).toContain(one);
        for (const one of today) {
          if (due.includes(one)) continue;
          expect(one.notices).toEqual([]);
          expect(one.open !== undefined || (one.place === 'toBook' && one.due > now)).toBe(true);
        }
      }),
      { numRuns: 300 },
    );
    const dueIn = (ms: number) => {
      const world = smallWorld();
      const [view] = project({ ...world, seq: 1 }, [], now).referrals;
      return view ? dueToday([{ ...view, due: now + ms }], now).length : undefined;
    };
    // Midnight in the UK ends today.
    expect([dueIn(-hourMs), dueIn(2 * hourMs), dueIn(15 * hourMs)]).toEqual([1, 1, 0]);
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
