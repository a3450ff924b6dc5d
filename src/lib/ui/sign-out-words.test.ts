import { expect, test } from 'vitest';
import { keptWords, leftWords, urgentWords } from './sign-out-words.ts';

const left = { count: 4, pressing: 2, organisation: 'Mill Road Surgery', phone: '01632 960001' };

test('what is left behind is counted, the urgent apart, and whose it is', () => {
  expect(leftWords(left)).toBe('4 requests are not sent, 2 of them urgent');
  expect(leftWords({ count: 2, pressing: 0 })).toBe('2 requests are not sent');
  expect(leftWords({ count: 1, pressing: 1 })).toBe('1 request is not sent, and it is urgent');
  expect(keptWords(left, 'practice')).toBe(
    'They stay on this device, and go when somebody of Mill Road Surgery signs in on it with a connection.',
  );
  expect(keptWords({ ...left, count: 1 }, 'patient')).toBe(
    'It stays on this device, and goes when you sign in on it with a connection.',
  );
});

test('sent while the question stood: it says so, and frightens nobody', () => {
  expect(leftWords({ count: 0, pressing: 0 })).toBe('Everything has been sent');
  expect(keptWords({ ...left, count: 0 }, 'practice')).toBe('Nothing stays on this device.');
});

test('a number to ring is never without a name', () => {
  expect(urgentWords(left)).toContain('ring Mill Road Surgery on 01632 960001');
  expect(urgentWords({ ...left, phone: '' })).not.toContain('ring');
  expect(urgentWords({ ...left, pressing: 0 })).toBe('');
});
