import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Intent } from './claim.ts';
import type { NoticeId } from './ids.ts';
import { dayMs } from './instant.ts';
import { isStanding } from './notice.ts';
import { project, type ClaimState, type HeldClaim } from './project.ts';
import {
  aReferral,
  aSlot,
  aVerdict,
  anAppointment,
  appointmentIdOf,
  bookClaim,
  claimIdOf,
  claimOf,
  monday,
  receptionist,
  refOf,
  serviceIdOf,
  ubrnAt,
} from './testing/samples.ts';
import { smallWorld, type SmallWorld } from './testing/small-world.ts';
import { emptyTruth, type Truth } from './truth.ts';

const waiting: ClaimState = { state: 'waiting' };
const sent: ClaimState = { state: 'sent', at: monday, attempts: 1, isSending: true };
const held = (claim: HeldClaim['claim'], status: ClaimState): HeldClaim => ({
  claim,
  status,
  isCalledOff: false,
});
const settledAt = (
  seq: number,
  over: Partial<Parameters<typeof aVerdict>[2]> = {},
  isDoubted = false,
): ClaimState => ({
  state: 'settled',
  verdict: aVerdict(claimIdOf(1), seq, { rank: 1, appointment: anAppointment(1, aSlot(1, 0)), ...over }),
  before: null,
  isDoubted,
});
const truthOf = (world: SmallWorld, seq: number): Truth => ({ ...emptyTruth, ...world, seq });
const truth = (seq = 5): Truth => truthOf(smallWorld(), seq);
const booking = bookClaim(1, [aSlot(1, 0)]);

const ubrn = ubrnAt(1);
const anyIntent = fc.constantFrom<Intent[]>(
  booking.intent,
  { kind: 'cancel', appointment: appointmentIdOf(1), from: refOf(aSlot(1, 0)), reason: 'PATIENT_ILL' },
  { kind: 'move', appointment: appointmentIdOf(1), from: refOf(aSlot(1, 0)), choices: [refOf(aSlot(1, 1))] },
  { kind: 'close', ubrn, reason: 'RAISED_IN_ERROR' },
  { kind: 'defer', ubrn, service: serviceIdOf(1) },
  { kind: 'attend', appointment: appointmentIdOf(1), from: refOf(aSlot(1, 0)), outcome: 'noshow' },
);

describe('a claim without a verdict', () => {
  it('changes no status of anything: it only stands beside it', () => {
    const world = smallWorld().add(anAppointment(1, aSlot(1, 0)), aReferral(2));
    const here = truthOf(world, 5);
    const status = fc.constantFrom<ClaimState[]>(waiting, sent, { state: 'parked', reason: 'failed' });
    const claims = fc.array(fc.record({ intent: anyIntent, status, n: fc.nat(99) }), { maxLength: 5 });
    const plain = (view: ReturnType<typeof project>) =>
      view.referrals.map(({ referral, place, due, appointment, history }) => [
        referral,
        place,
        due,
        appointment,
        history,
      ]);
    fc.assert(
      fc.property(claims, (some) => {
        const mine = some.map(({ intent, status: state, n }) => held(claimOf(n, intent), state));
        expect(plain(project(here, mine, monday))).toEqual(plain(project(here, [], monday)));
      }),
    );
  });

  it('is shown as open with its referral, named by itself or by its appointment', () => {
    const cancel = claimOf(2, {
      kind: 'cancel',
      appointment: appointmentIdOf(2),
      from: refOf(aSlot(1, 1)),
      reason: 'PATIENT_ILL',
    });
    const world = smallWorld().add(anAppointment(2, aSlot(1, 1)));
    const view = project(truthOf(world, 5), [held(booking, waiting), held(cancel, sent)], monday);
    expect(view.byUbrn.get(ubrn)?.open?.claim).toBe(booking);
    expect(view.byUbrn.get(ubrnAt(2))?.open?.claim).toBe(cancel);
    expect(view.open).toHaveLength(2);
  });

  it('is not lost from sight when its referral has left truth', () => {
    const view = project(emptyTruth, [held(booking, sent)], monday);
    expect([view.referrals, view.open.length]).toEqual([[], 1]);
  });
});

describe('a verdict', () => {
  it('newer than truth is laid over it: the answer may be here before the rows', () => {
    const view = project(truth(5), [held(booking, settledAt(6))], monday);
    expect(view.byUbrn.get(ubrn)).toMatchObject({
      place: 'booked',
      appointment: { id: appointmentIdOf(1) },
      open: undefined,
    });
  });

  it('that truth already holds is not: what happened since counts', () => {
    const world = smallWorld().add(anAppointment(1, aSlot(1, 0), { status: 'cancelled' }));
    for (const seq of [4, 5]) {
      const view = project(truthOf(world, 5), [held(booking, settledAt(seq))], monday);
      expect(view.byUbrn.get(ubrn)).toMatchObject({ place: 'toBook', appointment: undefined });
    }
  });

  it('that is being asked again after a restore is not, though its number is higher', () => {
    const view = project(truth(5), [held(booking, settledAt(900, {}, true))], monday);
    expect(view.byUbrn.get(ubrn)?.appointment).toBeUndefined();
  });

  it('of refusal books nothing, though it names the appointment that stands in the way', () => {
    const refusal = settledAt(6, { outcome: 'refused', code: 'ALREADY_BOOKED', rank: null });
    expect(project(truth(5), [held(booking, refusal)], monday).byUbrn.get(ubrn)?.place).toBe('toBook');
  });

  it('the later of two counts, in whatever order they lie', () => {
    const cancelled = anAppointment(1, aSlot(1, 0), { status: 'cancelled' });
    const both = [held(booking, settledAt(6)), held(booking, settledAt(7, { appointment: cancelled }))];
    for (const claims of [both, both.toReversed()]) {
      expect(project(truth(5), claims, monday).byUbrn.get(ubrn)?.place).toBe('toBook');
    }
  });

  it('that changed since a restore is shown among the changed until a person has seen it', () => {
    const status = { ...settledAt(6), before: aVerdict(claimIdOf(1), 9) } as ClaimState;
    expect(project(truth(), [held(booking, status)], monday).changed).toHaveLength(1);
  });
});

describe('notices', () => {
  const world = smallWorld();
  world.settle(bookClaim(1, [aSlot(1, 0)]));
  const mine = new Map([...world.notices].filter(([, { scope }]) => scope === receptionist.scope));
  const [task] = [...mine.values()];
  const here: Truth = { ...truthOf(world, 5), notices: mine };
  const acknowledge = (how: 'phone' | 'noAnswer') =>
    claimOf(9, { kind: 'acknowledge', notice: task?.id as NoticeId, told: { how } });

  it('stand with their referral and in the list', () => {
    const view = project(here, [], monday);
    expect(view.notices).toEqual([task]);
    expect(view.byUbrn.get(ubrn)).toMatchObject({ notices: [task], tasks: ['tellPatient'] });
  });

  it('dealt with at this device are out of the way, though they wait to be sent; no answer leaves them', () => {
    expect(project(here, [held(acknowledge('phone'), waiting)], monday).notices).toEqual([]);
    expect(project(here, [held(acknowledge('noAnswer'), waiting)], monday).notices).toEqual([task]);
    expect(
      project(here, [held(acknowledge('phone'), { state: 'parked', reason: 'failed' })], monday).notices,
    ).toEqual([task]);
  });

  it('told by mistake: the task stands again as soon as somebody here says so, until they have told the patient', () => {
    const done = { at: monday, byName: 'A', how: 'phone', claim: claimIdOf(8) } as const;
    const told: Truth = {
      ...here,
      notices: new Map([...mine].map(([id, notice]) => [id, { ...notice, done }])),
    };
    const retract = claimOf(10, { kind: 'retract', notice: task?.id as NoticeId, noted: claimIdOf(8) });
    const view = project(told, [held(retract, waiting)], monday);
    expect(view.notices).toEqual([task]);
    expect(view.byUbrn.get(ubrn)).toMatchObject({ tasks: ['tellPatient'], open: undefined });
    expect(
      project(told, [held(retract, waiting), held(acknowledge('phone'), waiting)], monday).notices,
    ).toEqual([]);
    // The same row stays the same object, so that nothing is drawn anew; what could not be dealt with leaves the patient untold.
    const parked = held(retract, { state: 'parked', reason: 'failed' });
    expect(project(told, [parked], monday).notices[0]).toBe(view.notices[0]);
    // A second wrong note is struck off as the first was.
    const again = claimOf(11, {
      kind: 'retract',
      notice: task?.id as NoticeId,
      noted: acknowledge('phone').id,
    });
    const all = [held(retract, waiting), held(acknowledge('phone'), waiting), held(again, waiting)];
    expect(project(told, all, monday).notices).toEqual([task]);
    expect(project(told, all.reverse(), monday).notices).toEqual([task]);
  });

  it('an acknowledgement is not the referral’s open request', () => {
    expect(
      project(here, [held(acknowledge('phone'), waiting)], monday).byUbrn.get(ubrn)?.open,
    ).toBeUndefined();
  });

  it('done ones are history', () => {
    const done = { at: monday, byName: 'A', how: 'phone' } as const;
    const notices = new Map([...mine].map(([id, notice]) => [id, { ...notice, done }]));
    expect([...notices.values()].some(isStanding)).toBe(false);
    expect(project({ ...here, notices }, [], monday).notices).toEqual([]);
  });
});

describe('history', () => {
  it('is all of a referral’s appointments, newest first', () => {
    const world = smallWorld().add(
      anAppointment(7, aSlot(1, 0), { ubrn, status: 'cancelled', bookedAt: monday - 5 * dayMs }),
      anAppointment(8, aSlot(1, 1), { ubrn, bookedAt: monday - dayMs }),
    );
    const view = project(truthOf(world, 5), [], monday).byUbrn.get(ubrn);
    expect(view?.history.map(({ id }) => id)).toEqual([appointmentIdOf(8), appointmentIdOf(7)]);
    expect(view?.appointment?.id).toBe(appointmentIdOf(8));
  });
});
