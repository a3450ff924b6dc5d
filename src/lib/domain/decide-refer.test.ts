import { describe, expect, it } from 'vitest';
import type { Claim, Intent } from './claim.ts';
import { decide } from './decide.ts';
import { ubrnsFor, ubrnSchema } from './ids.ts';
import { addDays, dayMs, localDate, workingDaysAfter } from './instant.ts';
import { offerOf, type Offer } from './referral.ts';
import { patientScope, practiceScope } from './scope.ts';
import {
  aReferral,
  aService,
  bookClaim,
  aSlot,
  claimIdOf,
  claimOf,
  clerk,
  gp,
  monday,
  otherSiteCode,
  patientOf,
  practiceCode,
  receptionist,
  serviceIdOf,
  stranger,
  ubrnAt,
} from './testing/samples.ts';
import { smallWorld, type SmallWorld } from './testing/small-world.ts';

const one = ubrnAt(1);
const by = (author: Claim['author'], n: number, intent: Intent) => claimOf(n, intent, { author });
const now = (world: SmallWorld) => world.referrals.get(one) ?? aReferral(1);
const refer = (about: Partial<Offer> = {}, n = 20, author = gp) =>
  by(author, n, { kind: 'refer', patientOf: one, offer: { ...offerOf(aReferral(1)), ...about } });
const change = (world: SmallWorld, about: Partial<Offer>, n = 30, author = gp) =>
  by(author, n, {
    kind: 'shortlist',
    ubrn: one,
    seen: offerOf(now(world)),
    offer: { ...offerOf(now(world)), ...about },
  });

/** Service 3 is of the same kind at another hospital, service 4 of another kind. */
const town = () =>
  smallWorld().add(
    aService(3, { site: otherSiteCode }),
    aService(4, {
      specialty: 'Skin',
      clinicTypes: ['Moles'],
      priorities: ['routine', 'urgent', 'TWO_WEEK_WAIT'],
    }),
  );

describe('a new referral', () => {
  it('is for the patient of the one that the practice named, with a reference of its own', () => {
    const world = town();
    const decision = world.settle(refer({ priority: 'urgent', shortlist: [serviceIdOf(2)] }));
    expect(decision).toMatchObject({ outcome: 'confirmed', already: false, appointment: null });
    const made = world.referrals.get(decision.ubrn ?? one);
    expect(made).toMatchObject({
      patient: { id: 'patient-1' },
      practice: practiceCode,
      referrer: 'Name of gp-1',
      priority: 'urgent',
      shortlist: [serviceIdOf(2)],
      referredAt: world.now,
      status: { state: 'open', closed: null, deferral: null },
    });
    expect(made?.ubrn).not.toBe(one);
    expect(ubrnSchema.safeParse(made?.ubrn).success).toBe(true);
    expect(world.standing()).toEqual([]);
  });

  it('gets the reference that follows from its claim, and the next where that one is in use', () => {
    const world = town();
    const [first, second] = ubrnsFor(claimIdOf(20));
    expect(decide(refer(), world.facts(gp)).ubrn).toBe(first);
    world.add(aReferral(7, { ubrn: first ?? one }));
    expect(decide(refer(), world.facts(gp)).ubrn).toBe(second);
  });

  it('gives a hundred thousand claims hardly ever the same reference', () => {
    const references = new Set(Array.from({ length: 100_000 }, (_, n) => ubrnsFor(claimIdOf(n))[0]));
    expect(references.size).toBeGreaterThan(99_900);
  });

  it('is a GP’s to make, for a patient of their own practice', () => {
    const world = town();
    for (const author of [receptionist, stranger, clerk, patientOf(one)]) {
      expect(world.settle(refer({}, 21, author)).code).toBe('NO_RELATIONSHIP');
    }
    world.add(aReferral(9, { practice: otherSiteCode }));
    const foreign = by(gp, 22, { kind: 'refer', patientOf: ubrnAt(9), offer: offerOf(aReferral(9)) });
    expect(world.settle(foreign).code).toBe('NO_RELATIONSHIP');
  });

  it.each([
    ['a service of another kind', { shortlist: [serviceIdOf(4)] }],
    ['a service that does not take this priority', { priority: 'TWO_WEEK_WAIT' as const }],
    ['one service twice', { shortlist: [serviceIdOf(1), serviceIdOf(1)] }],
    ['a service that there is not', { shortlist: [serviceIdOf(77)] }],
    ['nowhere at all', { shortlist: [], choice: 'shortlist' as const }],
  ])('not with %s', (_what, about) => {
    const world = town();
    expect(world.settle(refer(about)).code).toBe('INAPPROPRIATE_SLOT');
    const [notice] = world.standing();
    // The referral that it was to be like had no part in it.
    expect(notice).toMatchObject({ event: 'refused', about: 'refer', ubrn: null, tell: false });
  });

  it('anywhere needs no list', () => {
    expect(town().settle(refer({ shortlist: [], choice: 'anywhere' })).outcome).toBe('confirmed');
  });
});

describe('another offer', () => {
  it('of the same referral, once, by whoever saw what it was', () => {
    const world = town();
    const stale = change(world, { shortlist: [serviceIdOf(2)] }, 31);
    const first = change(world, { shortlist: [serviceIdOf(3), serviceIdOf(1)] });
    expect(world.settle(first).outcome).toBe('confirmed');
    expect(now(world).shortlist).toEqual([serviceIdOf(3), serviceIdOf(1)]);
    expect(world.settle({ ...first, id: claimIdOf(32) })).toMatchObject({ already: true, effects: [] });
    expect(world.settle(stale).code).toBe('INVALID_REQUEST_STATE');
    expect(now(world).shortlist).toEqual([serviceIdOf(3), serviceIdOf(1)]);
  });

  it('is a GP’s to make; not of what is closed or past', () => {
    const world = town();
    expect(world.settle(change(world, { priority: 'urgent' }, 33, receptionist)).code).toBe(
      'NO_RELATIONSHIP',
    );
    world.settle(bookClaim(1, [aSlot(1, 0)]));
    world.now += 30 * dayMs;
    expect(world.settle(change(world, { priority: 'urgent' }, 34)).code).toBe('INVALID_REQUEST_STATE');
    const closed = town();
    closed.settle(by(gp, 35, { kind: 'close', ubrn: one, reason: 'RAISED_IN_ERROR' }));
    expect(closed.settle(change(closed, { priority: 'urgent' }, 36)).code).toBe('INVALID_REQUEST_STATE');
  });

  it('leaves a booking that still fits, and nobody has to be told', () => {
    const world = town();
    world.settle(bookClaim(1, [aSlot(1, 0)]));
    const before = world.standing();
    world.settle(change(world, { priority: 'urgent', shortlist: [serviceIdOf(1)] }));
    expect(world.standing()).toEqual(before);
  });

  it('leaves a booking that no longer fits as well; practice and patient hear that it may have to change', () => {
    const world = town();
    world.settle(bookClaim(1, [aSlot(1, 0)]));
    const moles = { specialty: 'Skin', clinicType: 'Moles', shortlist: [serviceIdOf(4)] };
    const decision = world.settle(change(world, moles));
    expect(decision.appointment?.status).toBe('booked');
    expect(world.standing().map(({ scope, event, about, tell }) => ({ scope, event, about, tell }))).toEqual([
      { scope: practiceScope(practiceCode), event: 'changed', about: 'noLongerFits', tell: true },
      { scope: patientScope(one), event: 'changed', about: 'noLongerFits', tell: false },
    ]);
  });

  it('more urgent: the hospital has to be in touch sooner; less urgent: as it promised', () => {
    const world = town();
    world.slots.clear();
    world.settle(by(gp, 37, { kind: 'defer', ubrn: one, service: serviceIdOf(1) }));
    const promised = now(world).status.deferral?.contactBy ?? 0;
    world.settle(change(world, { priority: 'urgent' }, 38));
    const sooner = now(world).status.deferral?.contactBy ?? 0;
    expect(sooner).toBe(workingDaysAfter(monday, 10));
    expect(sooner).toBeLessThan(promised);
    world.settle(change(world, { priority: 'routine' }, 39));
    expect(now(world).status.deferral?.contactBy).toBe(sooner);
  });

  it('a hospital that no longer fits is not asked any more, and the patient is told', () => {
    const world = town();
    world.slots.clear();
    world.settle(by(gp, 40, { kind: 'defer', ubrn: one, service: serviceIdOf(1) }));
    world.settle(change(world, { shortlist: [serviceIdOf(2)] }, 41));
    expect(now(world).status.deferral).toBeNull();
    expect(world.standing().map(({ about, tell }) => [about, tell])).toEqual([
      ['unasked', true],
      ['unasked', false],
    ]);
  });

  it('urgent now, and set aside for weeks: back today; what a hospital sent back is dealt with', () => {
    const world = town();
    const reviewOn = addDays(localDate(monday), 14);
    world.settle(by(gp, 42, { kind: 'setAside', ubrn: one, why: 'thinking', reviewOn }));
    world.settle(change(world, { choice: 'anywhere' }, 43));
    expect(now(world).status.aside?.reviewOn).toBe(reviewOn);
    world.settle(change(world, { priority: 'urgent' }, 44));
    expect(now(world).status.aside).toBeUndefined();

    world.slots.clear();
    world.settle(by(gp, 45, { kind: 'defer', ubrn: one, service: serviceIdOf(1) }));
    const comment = 'Try moles';
    world.settle(by(clerk, 46, { kind: 'return', ubrn: one, reason: 'SERVICE_INAPPROPRIATE', comment }));
    expect(now(world).status.returned).toBeDefined();
    world.settle(change(world, { shortlist: [serviceIdOf(2)] }, 47));
    expect(now(world).status.returned).toBeUndefined();
  });
});
