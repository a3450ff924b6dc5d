import { expect, test } from 'vitest';
import type { Intent } from './claim.ts';
import { hourMs } from './instant.ts';
import { latestUse } from './latest-use.ts';
import { aService, aSlot, appointmentIdOf, refOf, serviceIdOf, ubrnAt } from './testing/samples.ts';

const service = () => aService(1, { noticeHours: 48 });
const first = aSlot(1, 0);
const last = aSlot(1, 3);
const book: Intent = {
  kind: 'book',
  ubrn: ubrnAt(1),
  appointment: appointmentIdOf(1),
  choices: [refOf(last), refOf(first)],
};
const move = (from: number): Intent => ({
  kind: 'move',
  appointment: appointmentIdOf(1),
  from: { ...refOf(first), start: from },
  choices: [refOf(last)],
});

test('a booking lives as long as the last of its times may be given, whichever stands first', () => {
  expect(latestUse(book, 'practice', service)).toBe(last.start - 48 * hourMs);
  expect(latestUse(book, 'patient', service)).toBe(last.start - 48 * hourMs);
});

test('a clinic that gives its own time is not bound by the notice that others have to keep', () => {
  expect(latestUse(book, 'clinic', service)).toBe(last.start);
  expect(latestUse(move(last.start + hourMs), 'clinic', service)).toBe(last.start);
});

test('nothing is moved or cancelled once its own time has come', () => {
  const cancel: Intent = {
    kind: 'cancel',
    appointment: appointmentIdOf(1),
    from: refOf(first),
    reason: 'PATIENT_ILL',
  };
  expect(latestUse(move(first.start), 'clinic', service)).toBe(first.start);
  expect(latestUse(cancel, 'practice', service)).toBe(first.start);
});

test('of a service that the device does not know, the start alone says', () => {
  expect(latestUse(book, 'practice', () => undefined)).toBe(last.start);
});

test('what asks for no time does not grow old', () => {
  const defer: Intent = { kind: 'defer', ubrn: ubrnAt(1), service: serviceIdOf(1) };
  expect(latestUse(defer, 'practice', service)).toBeUndefined();
});
