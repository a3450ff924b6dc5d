import { expect, test } from 'vitest';
import { aService, anAppointment, aSlot, monday, refOf } from '#lib/domain/testing/samples.ts';
import type { Slot } from '#lib/domain/slot.ts';
import { decodePack, encodePack } from '#lib/protocol/pack.ts';
import { slotMode } from './slot-mode.ts';

const service = aService(1);
const byPhone = aSlot(1, 3, { mode: 'phone', clinician: 'Dr N Bell' });
const packOf = (...slots: readonly Slot[]) =>
  decodePack(encodePack(service.id, '1.0123456789abcdef', monday, slots));

test('an appointment says how its time is held, also when it is cancelled and without its hospital', () => {
  const held = anAppointment(1, byPhone, { status: 'cancelled' });
  expect(slotMode(refOf(byPhone), [held], undefined, undefined)).toBe('phone');
});

test('a free time says it, and not what now has its number', () => {
  expect(slotMode(refOf(byPhone), [], service, packOf(byPhone))).toBe('phone');
  const other = { ...byPhone, minutes: 35, mode: 'video' } as const;
  expect(slotMode(refOf(byPhone), [], service, packOf(other))).toBeUndefined();
});

test('a time that somebody took is known by its neighbours: the print fits one way of holding it alone', () => {
  const neighbours = [aSlot(1, 8, { clinician: 'Dr N Bell' }), aSlot(1, 9)];
  expect(slotMode(refOf(byPhone), [], service, packOf(...neighbours))).toBe('phone');
  const there = aSlot(1, 4);
  expect(slotMode(refOf(there), [], service, packOf(...neighbours))).toBe('inPerson');
});

test('nothing is said of a time of which nothing is known here', () => {
  expect(slotMode(refOf(byPhone), [], service, undefined)).toBeUndefined();
  expect(slotMode(refOf(byPhone), [], service, packOf())).toBeUndefined();
  expect(slotMode(refOf(byPhone), [], undefined, packOf(byPhone))).toBeUndefined();
});
