import { expect, test } from 'vitest';
import { project } from '#lib/domain/project.ts';
import {
  aReferral,
  aSlot,
  bookClaim,
  appointmentIdOf,
  claimIdOf,
  claimOf,
  clerk,
  patientOf,
  receptionist,
  refOf,
  ubrnAt,
} from '#lib/domain/testing/samples.ts';
import { smallWorld } from '#lib/domain/testing/small-world.ts';
import type { Author } from '#lib/domain/person.ts';
import type { Priority } from '#lib/domain/priority.ts';
import { urgentCancelled } from './urgent-cancelled.ts';

const one = ubrnAt(1);
const slot = aSlot(1, 0);

function after(by: Author, priority: Priority = 'urgent') {
  const world = smallWorld().add(aReferral(1, { priority }));
  world.settle(bookClaim(1, [slot]));
  const reason = by === clerk ? 'CLINIC_CANCELLED' : 'PATIENT_ILL';
  const cancel = { kind: 'cancel', appointment: appointmentIdOf(1), from: refOf(slot), reason } as const;
  expect(world.settle(claimOf(2, cancel, { author: by })).outcome).toBe('confirmed');
  return world;
}

function alarmed(world: ReturnType<typeof after>): readonly string[] {
  const notices = new Map([...world.notices].filter(([, { scope }]) => scope === receptionist.scope));
  const view = project({ ...world, notices, seq: 9 }, [], world.now);
  return urgentCancelled(view, world.now).map(({ view: { referral } }) => referral.ubrn);
}

test('an urgent appointment that the patient or the hospital cancelled rings at the practice', () => {
  expect(alarmed(after(patientOf(one)))).toEqual([one]);
  expect(alarmed(after(clerk))).toEqual([one]);
});

test('whoever would still set out today comes before one whose time is past, as under Needs attention', () => {
  const world = smallWorld()
    .add(aReferral(1, { priority: 'urgent' }))
    .add(aReferral(2, { priority: 'urgent' }));
  const claims = [
    [1, 0],
    [2, 1],
  ] as const;
  for (const [n, ordinal] of claims) {
    world.settle(bookClaim(n, [aSlot(1, ordinal)]));
    const cancel = {
      kind: 'cancel',
      appointment: appointmentIdOf(n),
      from: refOf(aSlot(1, ordinal)),
      reason: 'CLINIC_CANCELLED',
    } as const;
    expect(world.settle(claimOf(10 + n, cancel, { author: clerk })).outcome).toBe('confirmed');
  }
  const notices = new Map([...world.notices].filter(([, { scope }]) => scope === receptionist.scope));
  const view = project({ ...world, notices, seq: 9 }, [], world.now);
  const first = (now: number) => urgentCancelled(view, now).map(({ view: { referral } }) => referral.ubrn);
  const [sooner, later] = [aSlot(1, 0).start, aSlot(1, 1).start];
  expect(sooner).toBeLessThan(later);
  expect(first(sooner - 1)).toEqual([ubrnAt(1), ubrnAt(2)]);
  expect(first(sooner + 1)).toEqual([ubrnAt(2), ubrnAt(1)]);
});

test('not what the practice did itself, nor what is routine', () => {
  expect(alarmed(after(receptionist))).toEqual([]);
  expect(alarmed(after(patientOf(one), 'routine'))).toEqual([]);
});

test('it is quiet once somebody has booked again, or has seen to it', () => {
  const world = after(patientOf(one));
  const again = { ...bookClaim(7, [aSlot(1, 1)]), id: claimIdOf(4) };
  if (again.intent.kind !== 'book') throw new Error('not a booking');
  world.settle({ ...again, intent: { ...again.intent, ubrn: one } });
  expect(alarmed(world)).toEqual([]);

  const seen = after(patientOf(one));
  for (const { id, scope } of seen.standing()) {
    if (scope === receptionist.scope)
      seen.settle(claimOf(5, { kind: 'acknowledge', notice: id, told: { how: 'phone' } }));
  }
  expect(alarmed(seen)).toEqual([]);
});
