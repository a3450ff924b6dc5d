import { expect, test } from 'vitest';
import { project, type ClaimState, type HeldClaim } from '#lib/domain/project.ts';
import type { Referral } from '#lib/domain/referral.ts';
import {
  aReferral,
  aSlot,
  aVerdict,
  anAppointment,
  bookClaim,
  claimIdOf,
  monday,
  receptionist,
  refOf,
  stranger,
  ubrnAt,
} from '#lib/domain/testing/samples.ts';
import { emptyTruth, type Truth } from '#lib/domain/truth.ts';
import {
  beginTour,
  isAstray,
  noteTaken,
  observe,
  pickPatient,
  stepsDone,
  type Seen,
  type Tour,
} from './tour.ts';

const who = {
  person: receptionist.person,
  name: 'Rita Roe',
  practiceName: 'Mill Road Surgery',
  scope: receptionist.scope,
};
const first = aSlot(1, 0);
const second = aSlot(1, 1);
const request = bookClaim(7, [first, second]);
const seven = aReferral(7, { choice: 'anywhere' });

const held = (status: ClaimState, claim = request): HeldClaim => ({ claim, status, isCalledOff: false });
const waiting = held({ state: 'waiting' });
const settled = (over: Parameters<typeof aVerdict>[2]) =>
  held({ state: 'settled', verdict: aVerdict(request.id, 1, over), before: null, isDoubted: false });

/** What a device with these referrals and requests knows. */
function seen(
  over: Partial<Seen> = {},
  claims: readonly HeldClaim[] = [],
  truth: Partial<Truth> = { referrals: new Map([[seven.ubrn, seven]]) },
): Seen {
  const { referrals } = project({ ...emptyTruth, ...truth }, claims, monday);
  return {
    author: receptionist,
    isCaughtUp: true,
    referrals,
    opened: undefined,
    isOut: false,
    claim: (id) => claims.find(({ claim }) => claim.id === id),
    ...over,
  };
}

const after = (...moments: readonly Seen[]): Tour => moments.reduce(observe, beginTour(who));
const ticks = (tour: Tour) => stepsDone(tour).filter(Boolean).length;
const here = { opened: seven.ubrn };
const unplugged = after(seen(here), seen({ ...here, isOut: true }));

test('nothing is ticked before it has happened, and what has stays ticked', () => {
  expect(ticks(beginTour(who))).toBe(0);
  expect(ticks(after(seen({ author: undefined })))).toBe(0);
  expect(ticks(after(seen()))).toBe(1);
  expect(ticks(after(seen(here)))).toBe(2);
  expect(ticks(after(seen(here), seen()))).toBe(2);
  expect(ticks(unplugged)).toBe(3);
  expect(ticks(observe(unplugged, seen()))).toBe(3);
});

test('a moment that shows nothing new is the same tour, so that nothing is written', () => {
  expect(observe(unplugged, seen({ ...here, isOut: true }))).toBe(unplugged);
});

test('the whole of it: asked for unplugged, the first taken meanwhile, the second booked', () => {
  const asked = observe(unplugged, seen({ ...here, isOut: true }, [waiting]));
  expect(ticks(asked)).toBe(3);
  expect(asked.request).toEqual({ id: request.id, first: refOf(first) });
  expect(noteTaken(asked, refOf(second), 'Oak Surgery')).toBe(asked);
  const taken = noteTaken(asked, refOf(first), 'Oak Surgery');
  expect(ticks(taken)).toBe(4);
  const sent = observe(
    taken,
    seen(here, [held({ state: 'sent', at: monday, attempts: 1, isSending: true })]),
  );
  expect(ticks(sent)).toBe(4);
  const booked = settled({ rank: 2, appointment: anAppointment(7, second) });
  const done = observe(sent, seen(here, [booked]));
  expect(ticks(done)).toBe(5);
  expect(isAstray(done)).toBe(false);
});

test('one time alone, or a request that left before the plug was out, is not what the tour asks for', () => {
  const one = held({ state: 'waiting' }, bookClaim(7, [first]));
  expect(observe(unplugged, seen({ isOut: true }, [one])).request).toBeNull();
  const gone = held({ state: 'sent', at: monday, attempts: 1, isSending: false });
  expect(observe(unplugged, seen({ isOut: true }, [gone])).request).toBeNull();
});

test('taken back, the step is to do again; another request takes its place', () => {
  const asked = noteTaken(observe(unplugged, seen({ isOut: true }, [waiting])), refOf(first), 'Oak Surgery');
  expect(observe(asked, seen({ isOut: true }))).toMatchObject({ request: null, takenBy: '' });
  const other = held({ state: 'waiting' }, { ...bookClaim(7, [second, first]), id: claimIdOf(8) });
  expect(observe(asked, seen({ isOut: true }, [other]))).toMatchObject({
    request: { id: claimIdOf(8), first: refOf(second) },
    takenBy: '',
  });
});

test.each([
  ['plugged in too early, the first is booked', { rank: 1, appointment: anAppointment(7, first) }, 'first'],
  ['both were gone', { outcome: 'refused', code: 'SLOT_NOT_AVAILABLE' } as const, 'none'],
])('%s: the tour says so and is not done', (_, verdict, answer) => {
  const asked = observe(unplugged, seen({ isOut: true }, [waiting]));
  const told = observe(asked, seen(here, [settled(verdict)]));
  expect(told.answer).toBe(answer);
  expect(isAstray(told)).toBe(true);
});

test('booked by somebody else meanwhile, it leads nowhere any more', () => {
  const booked = anAppointment(7, first);
  const truth = { referrals: new Map([[seven.ubrn, seven]]), appointments: new Map([[booked.id, booked]]) };
  expect(isAstray(observe(unplugged, seen({}, [], truth)))).toBe(true);
});

test('nobody is picked while the worklist is still coming: whoever is booked may not be here as booked yet', () => {
  const early = after(seen({ isCaughtUp: false }));
  expect([early.ubrn, ticks(early)]).toEqual([null, 1]);
  expect(observe(early, seen()).ubrn).toBe(seven.ubrn);
});

test('somebody of another practice signed in: nothing is ticked by what they see', () => {
  expect(ticks(after(seen({ ...here, author: stranger })))).toBe(0);
});

test('about whom: nobody has booked it, routine, anywhere, not restricted, most hospitals, lowest reference', () => {
  const patient = aReferral(1).patient;
  const all: readonly Referral[] = [
    aReferral(1, { choice: 'anywhere', patient: { ...patient, restricted: true } }),
    aReferral(2, { choice: 'anywhere', priority: 'urgent' }),
    aReferral(3, { choice: 'shortlist' }),
    aReferral(4, { choice: 'anywhere', shortlist: aReferral(4).shortlist.slice(0, 1) }),
    aReferral(6, { choice: 'anywhere' }),
    aReferral(5, { choice: 'anywhere' }),
    aReferral(8, { choice: 'anywhere', status: { state: 'closed', closed: null, deferral: null } }),
  ];
  const viewsOf = (referrals: readonly Referral[], appointments: Truth['appointments'] = new Map()) =>
    seen({}, [], { referrals: new Map(referrals.map((each) => [each.ubrn, each])), appointments }).referrals;
  expect(pickPatient(viewsOf(all))?.referral.ubrn).toBe(ubrnAt(5));
  const booked = anAppointment(5, first);
  expect(pickPatient(viewsOf(all, new Map([[booked.id, booked]])))?.referral.ubrn).toBe(ubrnAt(6));
  expect(pickPatient(viewsOf(all.slice(0, 3)))).toBeUndefined();
  expect(after(seen({}, [], { referrals: new Map() })).ubrn).toBeNull();
});
