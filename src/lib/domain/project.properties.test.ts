import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { holdsReferral } from './appointment.ts';
import type { Claim } from './claim.ts';
import type { Effect } from './decision.ts';
import { isStanding } from './notice.ts';
import { isOpenClaim, project, type ClaimState, type HeldClaim, type View } from './project.ts';
import { history, play, type Act } from './testing/histories.ts';
import { aSlot, aVerdict, anAppointment, bookClaim, monday, ubrnAt } from './testing/samples.ts';
import { smallWorld, type SmallWorld } from './testing/small-world.ts';
import { emptyTruth, type Truth } from './truth.ts';
import type { Verdict } from './verdict.ts';

interface Settled {
  readonly claim: Claim;
  readonly verdict: Verdict;
  readonly effects: readonly Effect[];
}

const truthOf = ({ referrals, appointments, notices, services }: SmallWorld, seq: number): Truth => ({
  referrals: new Map(referrals),
  appointments: new Map(appointments),
  notices: new Map(notices),
  services: new Map(services),
  seq,
});

/** A history with truth as it was after its first `share`, as a device whose delta is late holds it, and as it is. */
function late(acts: readonly Act[], share: number) {
  const settled: Settled[] = [];
  const seen = Math.floor(acts.length * share);
  let held = truthOf(smallWorld(), 0);
  const world = play(acts, (now, claim) => {
    if (settled.length === seen) held = truthOf(now, seen);
    const { effects, ...decision } = now.settle(claim);
    const seq = settled.length + 1;
    settled.push({
      claim,
      verdict: { ...decision, claim: claim.id, seq, at: now.now, slots: [...decision.slots] },
      effects,
    });
  });
  if (seen >= settled.length) held = truthOf(world, seen);
  return { held, settled, now: world.now, truth: truthOf(world, settled.length) };
}

const unsettled = fc.constantFrom<ClaimState[]>(
  { state: 'waiting' },
  { state: 'sent', at: monday, attempts: 1, isSending: true },
  { state: 'sent', at: monday, attempts: 7, isSending: false },
  { state: 'parked', reason: 'failed' },
);
/** What became of each claim on this device; undefined where the device knows its verdict. */
const fates = fc.infiniteStream(
  fc.record({
    status: fc.option(unsettled, { nil: undefined, freq: 2 }),
    isDoubted: fc.nat(4).map((n) => n === 0),
  }),
);
const share = fc.double({ min: 0, max: 1, noNaN: true });

function shelfOf(
  settled: readonly Settled[],
  stream: Iterator<{ status: ClaimState | undefined; isDoubted: boolean }>,
): readonly HeldClaim[] {
  return settled.map(({ claim, verdict }) => {
    const { status, isDoubted } = stream.next().value as {
      status: ClaimState | undefined;
      isDoubted: boolean;
    };
    const known: ClaimState = { state: 'settled', verdict, before: isDoubted ? verdict : null, isDoubted };
    return { claim, status: status ?? known, isCalledOff: false };
  });
}

/** What a screen says of what is so, apart from what waits. */
const said = (view: View) =>
  view.referrals.map(({ referral, place, due, appointment, history: all }) => ({
    ubrn: referral.ubrn,
    place,
    due,
    appointment,
    all: all.toSorted((a, b) => (a.id < b.id ? -1 : 1)),
  }));

const shuffled = <T>(items: Iterable<T>, seed: number): T[] =>
  [...items]
    .map((item, at) => ({ item, key: Math.imul(at + 1, 2654435761 ^ seed) }))
    .sort((a, b) => a.key - b.key)
    .map(({ item }) => item);

describe('what a screen shows, from any truth and any claims', () => {
  it('is either what the ledger’s rows say or what one of its newer answers says, never what was only asked', () => {
    fc.assert(
      fc.property(history, share, fates, (acts, part, stream) => {
        const { held, settled, now } = late(acts, part);
        const shelf = shelfOf(settled, stream);
        const known = new Set([...held.appointments.values()].map((row) => JSON.stringify(row)));
        for (const { status } of shelf) {
          if (status.state !== 'settled' || status.isDoubted || status.verdict.seq <= held.seq) continue;
          if (status.verdict.outcome === 'confirmed') known.add(JSON.stringify(status.verdict.appointment));
        }
        const view = project(held, shelf, now);
        for (const { appointment, history: all } of view.referrals) {
          for (const row of [...all, ...(appointment ? [appointment] : [])])
            expect(known.has(JSON.stringify(row))).toBe(true);
          expect(all.filter(holdsReferral).length).toBeLessThanOrEqual(1);
        }
        const answered = shelf.filter(({ status }) => status.state === 'settled');
        expect(said(view)).toEqual(said(project(held, answered, now)));
      }),
      { numRuns: 300 },
    );
  });

  it('catches up with the ledger by the answers alone, before the rows are here', () => {
    fc.assert(
      fc.property(history, share, (acts, part) => {
        const { held, settled, now, truth } = late(acts, part);
        // The clinic’s withdrawal cancels what its answer does not name: only rows can tell of that.
        const isWhole = settled
          .slice(held.seq)
          .every(({ claim: { intent }, effects }) => intent.kind !== 'withdraw' || effects.length < 2);
        fc.pre(isWhole);
        const shelf = settled.map(({ claim, verdict }): HeldClaim => {
          return {
            claim,
            status: { state: 'settled', verdict, before: null, isDoubted: false },
            isCalledOff: false,
          };
        });
        const ids = (view: View) =>
          view.referrals.map(({ referral, appointment }) => [referral.ubrn, appointment]);
        const here = new Map(ids(project(held, shelf, now)) as [string, unknown][]);
        for (const [ubrn, appointment] of ids(project(truth, [], now)) as [string, unknown][])
          expect(here.get(ubrn)).toEqual(appointment);
      }),
      { numRuns: 300 },
    );
  });

  it('does not depend on the order in which claims and rows lie, and changes neither', () => {
    fc.assert(
      fc.property(history, share, fates, fc.integer(), (acts, part, stream, seed) => {
        const { held, settled, now } = late(acts, part);
        const shelf = shelfOf(settled, stream);
        const before = JSON.stringify([
          shelf,
          [...held.appointments],
          [...held.notices],
          [...held.referrals],
        ]);
        const view = project(held, shelf, now);
        expect(project(held, shelf, now)).toEqual(view);
        expect(JSON.stringify([shelf, [...held.appointments], [...held.notices], [...held.referrals]])).toBe(
          before,
        );
        const other = project(
          {
            ...held,
            referrals: new Map(shuffled(held.referrals, seed)),
            appointments: new Map(shuffled(held.appointments, seed)),
            notices: new Map(shuffled(held.notices, seed)),
          },
          shuffled(shelf, seed),
          now,
        );
        expect(said(other)).toEqual(said(view));
        expect(other.notices).toEqual(view.notices);
        const histories = (one: View) => one.referrals.map(({ history: all }) => all.map(({ id }) => id));
        expect(histories(other)).toEqual(histories(view));
        const tasks = (one: View) => one.referrals.map((row) => [row.notices, row.tasks]);
        expect(tasks(other)).toEqual(tasks(view));
      }),
      { numRuns: 300 },
    );
  });

  it('leaves out no claim without an answer, and no notice that nobody here has dealt with', () => {
    fc.assert(
      fc.property(history, share, fates, (acts, part, stream) => {
        const { held, settled, now } = late(acts, part);
        const shelf = shelfOf(settled, stream);
        const view = project(held, shelf, now);
        const waits = ({ status }: HeldClaim) => status.state !== 'settled';
        expect(new Set([...view.open, ...view.parked])).toEqual(new Set(shelf.filter(waits)));
        expect(view.changed).toEqual(
          shelf.filter(({ status }) => status.state === 'settled' && status.before !== null),
        );
        const retracted = new Set(
          shelf.flatMap(({ claim: { intent }, status }) =>
            intent.kind === 'retract' && status.state !== 'settled' ? [intent.noted] : [],
          ),
        );
        const dealtWith = new Set(
          shelf.flatMap((one) => {
            const { id, intent } = one.claim;
            const isHere = intent.kind === 'acknowledge' && isOpenClaim(one) && !retracted.has(id);
            return isHere && intent.told?.how !== 'noAnswer' ? [intent.notice] : [];
          }),
        );
        const standing = [...held.notices.values()]
          .filter((one) => isStanding(one) || (one.done?.claim && retracted.has(one.done.claim)))
          .filter((one) => !dealtWith.has(one.id))
          .map((one) => ({ ...one, done: null }));
        expect(new Set(view.notices)).toEqual(new Set(standing));
        for (const notice of standing) {
          if (notice.ubrn) expect(view.byUbrn.get(notice.ubrn)?.notices).toContainEqual(notice);
        }
      }),
      { numRuns: 200 },
    );
  });
});

describe('booked, cancelled and booked anew within one batch, of which only the last answer is here', () => {
  const row = (n: number) => anAppointment(n, aSlot(1, n - 8), { ubrn: ubrnAt(1), bookedAt: monday });
  const [a, b] = [row(8), row(9)];
  const pairs = [
    [a, b],
    [b, a],
  ] as const;

  it.each(pairs)('the newer one is shown, and it alone', (old, newer) => {
    const truth: Truth = { ...emptyTruth, ...smallWorld().add(old), seq: 5 };
    const claim = bookClaim(1, [aSlot(1, 1)]);
    const verdict = aVerdict(claim.id, 7, { rank: 1, appointment: newer });
    const status: ClaimState = { state: 'settled', verdict, before: null, isDoubted: false };
    const view = project(truth, [{ claim, status, isCalledOff: false }], monday);
    expect(view.byUbrn.get(ubrnAt(1))).toMatchObject({ appointment: newer, history: [newer] });
  });

  it.each(pairs)('its history does not depend on which row came first', (one, other) => {
    const cancelled = { ...one, status: 'cancelled' as const };
    const truth: Truth = { ...emptyTruth, ...smallWorld().add(cancelled, other), seq: 5 };
    const view = project(truth, [], monday).byUbrn.get(ubrnAt(1));
    expect(view?.history.map(({ id }) => id)).toEqual([a.id, b.id]);
    expect(view?.appointment).toEqual(other);
  });
});
