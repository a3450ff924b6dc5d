import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { dayMs, minuteMs } from '#lib/domain/instant.ts';
import { project, type HeldClaim, type View } from '#lib/domain/project.ts';
import { history, play } from '#lib/domain/testing/histories.ts';
import {
  aReferral,
  aService,
  aSlot,
  anAppointment,
  bookClaim,
  monday,
  ubrnAt,
} from '#lib/domain/testing/samples.ts';
import { emptyTruth, type Truth } from '#lib/domain/truth.ts';
import { steady } from './steady-view.ts';

const truth: Truth = {
  ...emptyTruth,
  referrals: new Map([1, 2, 3].map((n) => [ubrnAt(n), aReferral(n)])),
  services: new Map([[aService(1).id, aService(1)]]),
};
const held: HeldClaim = {
  claim: bookClaim(2, [aSlot(1, 1)]),
  status: { state: 'waiting' },
  isCalledOff: false,
};

test('whatever happens, and however much later, it says what was derived anew and nothing of before', () => {
  fc.assert(
    fc.property(history, fc.array(fc.nat(40), { maxLength: 60 }), (acts, days) => {
      let before: View | undefined;
      let step = 0;
      play(acts, ({ referrals, appointments, notices, services, now }) => {
        const truth: Truth = {
          referrals: new Map(referrals),
          appointments: new Map(appointments),
          notices: new Map(notices),
          services: new Map(services),
          seq: step,
        };
        const view = project(truth, [], now + (days[step] ?? 0) * dayMs);
        before = steady(before, view);
        expect(before).toEqual(view);
        step += 1;
      });
    }),
    { numRuns: 60 },
  );
});

test('a quarter of a minute later, nothing is another object', () => {
  const before = project(truth, [held], monday);
  expect(steady(before, project(truth, [held], monday + minuteMs / 4))).toBe(before);
});

test('a referral that was booked is another, its neighbours are the same, and all are found by their references', () => {
  const before = project(truth, [], monday);
  const appointment = anAppointment(2, aSlot(1, 1, { start: monday + 3 * dayMs }), { ubrn: ubrnAt(2) });
  const now = project({ ...truth, appointments: new Map([[appointment.id, appointment]]) }, [], monday);
  const view = steady(before, now);
  expect(view).toEqual(now);
  expect(view.byUbrn.get(ubrnAt(2))?.appointment).toBe(appointment);
  for (const n of [1, 3]) expect(view.byUbrn.get(ubrnAt(n))).toBe(before.byUbrn.get(ubrnAt(n)));
  for (const one of view.referrals) expect(view.byUbrn.get(one.referral.ubrn)).toBe(one);
});

test('a request that is on its way now, a day that has come, and a referral that went are not what they were', () => {
  const before = project(truth, [held], monday);
  const sent: HeldClaim = { ...held, status: { state: 'sent', at: monday, attempts: 1, isSending: true } };
  const asked = steady(before, project(truth, [sent], monday));
  expect(asked.open).toEqual([sent]);
  expect(asked.byUbrn.get(ubrnAt(2))?.open).toBe(sent);
  const fewer = { ...truth, referrals: new Map([...truth.referrals].slice(1)) };
  const left = steady(before, project(fewer, [held], monday));
  expect(left.referrals.map(({ referral }) => referral.ubrn)).not.toContain(ubrnAt(1));
  expect(left.byUbrn.has(ubrnAt(1))).toBe(false);
});
