import { expect, test } from 'vitest';
import { dayMs } from '#lib/domain/instant.ts';
import { project } from '#lib/domain/project.ts';
import type { Referral } from '#lib/domain/referral.ts';
import { aReferral, aSlot, anAppointment, monday, serviceIdOf, ubrnAt } from '#lib/domain/testing/samples.ts';
import { SmallWorld } from '#lib/domain/testing/small-world.ts';
import { givingHref, waitsForTime } from './waits-for-time.ts';

const about = (query: string) => new URL(`https://holdfast.example/clinic/times/add${query}`);
const named = about(`?service=${serviceIdOf(2)}&for=${ubrnAt(1)}`);
const asked: Partial<Referral> = {
  status: {
    state: 'open',
    closed: null,
    deferral: { service: serviceIdOf(1), at: monday, contactBy: monday + dayMs, reason: 'noTimes' },
  },
};
const seen = (...rows: Parameters<SmallWorld['add']>) =>
  project({ ...new SmallWorld().add(...rows), seq: 1 }, [], monday);

test('whoever waits to hear from the hospital is given a time of the clinic to which times were added', () => {
  const view = seen(aReferral(1, asked));
  const waits = waitsForTime(view, named, monday);
  expect(waits).toMatchObject({ to: 'book', view: { referral: { ubrn: ubrnAt(1) } } });
  expect(waits && givingHref(waits, serviceIdOf(2))).toBe(
    `/clinic/patients/${ubrnAt(1)}/times?clinic=${serviceIdOf(2)}`,
  );
});

test('whoever is booked and to be moved comes back to the move', () => {
  const appointment = anAppointment(1, aSlot(1, 1), { ubrn: ubrnAt(1) });
  const waits = waitsForTime(seen(aReferral(1), appointment), named, monday);
  expect(waits && givingHref(waits, serviceIdOf(2))).toBe(
    `/clinic/patients/${ubrnAt(1)}/times?clinic=${serviceIdOf(2)}&move`,
  );
});

test('nobody is named, or the patient waits for no time any more', () => {
  const past = anAppointment(1, aSlot(1, 1), { ubrn: ubrnAt(1), status: 'fulfilled' });
  expect(waitsForTime(seen(aReferral(1, asked)), about('?for=nobody'), monday)).toBeUndefined();
  expect(waitsForTime(seen(aReferral(1, asked)), about(''), monday)).toBeUndefined();
  expect(waitsForTime(seen(aReferral(2, asked)), named, monday)).toBeUndefined();
  expect(waitsForTime(seen(aReferral(1)), named, monday)).toBeUndefined();
  expect(waitsForTime(seen(aReferral(1), past), named, monday)).toBeUndefined();
});
