import { expect, test, vi } from 'vitest';
import type { CloseTime } from '#lib/domain/close-times.ts';
import { closeWords } from './close-words.ts';

// Else every time says "UK time" on a machine that is elsewhere.
vi.stubEnv('TZ', 'Europe/London');

const time = {
  ubrn: '000000000002',
  service: 'RA7.skin',
  start: Date.UTC(2026, 11, 2, 14, 30),
  minutes: 20,
  is: 'booked',
  isOverlap: true,
} as unknown as CloseTime;

test('what lies where, and whether it is booked', () => {
  expect(closeWords(time, 'This time', 'City Hospital')).toBe(
    'This time overlaps another appointment of this patient: Wednesday 2 December 2026, 2:30pm, City Hospital.',
  );
  expect(closeWords({ ...time, isOverlap: false, is: 'asked' }, 'The first choice')).toBe(
    'The first choice is less than two hours from a time asked for in another request for this patient: Wednesday 2 December 2026, 2:30pm.',
  );
});
