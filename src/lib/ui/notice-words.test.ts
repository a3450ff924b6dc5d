import { describe, expect, test, vi } from 'vitest';
import type { Notice } from '#lib/domain/notice.ts';
import { noticeWords } from './notice-words.ts';

vi.stubEnv('TZ', 'Europe/London');

const at = (hour: number) => ({
  service: 'RA7.skin',
  ordinal: hour,
  start: Date.UTC(2026, 11, 2, hour),
  print: '00000000',
});
const notice = (change: Partial<Record<keyof Notice, unknown>>) =>
  ({
    ubrn: '000049001017',
    event: 'refused',
    by: 'practice',
    code: 'SLOT_NOT_AVAILABLE',
    slot: at(14),
    was: null,
    reason: null,
    ...change,
  }) as unknown as Notice;

describe('what needs attention, in words', () => {
  test('a refusal says what was not done, by the times that it names', () => {
    const title = (change: Partial<Record<keyof Notice, unknown>>) =>
      noticeWords(notice(change), 'staff').title;
    expect(title({})).toBe('Not booked: Wednesday 2 December 2026, 2pm');
    expect(title({ was: at(9) })).toBe('Not moved to Wednesday 2 December 2026, 2pm');
    expect(title({ was: at(14) })).toBe('Not cancelled: the appointment on Wednesday 2 December 2026, 2pm');
    expect(title({ slot: null })).toBe('A request was refused');
    expect(title({ slot: null, code: 'SLOTS_CURRENTLY_AVAILABLE' })).toBe(
      'The hospital was not asked to contact the patient',
    );
    expect(title({ ubrn: null })).toBe('A request was refused: Wednesday 2 December 2026, 2pm');
  });

  test('a move that was refused leaves the old time standing, and says so', () => {
    expect(noticeWords(notice({ was: at(9) }), 'staff').detail).toBe(
      'The time chosen is no longer free. The old time still stands: Wednesday 2 December 2026, 9am.',
    );
  });

  test('booked lower down names the first choice that was gone', () => {
    expect(noticeWords(notice({ event: 'bookedLower', was: at(9) }), 'staff')).toEqual({
      tone: 'good',
      title: 'Booked for Wednesday 2 December 2026, 2pm, not the first choice',
      detail: 'The first choice, Wednesday 2 December 2026, 9am, was taken.',
    });
  });

  test('a cancellation by the hospital gives its reason in the words of whoever reads', () => {
    const cancelled = notice({ event: 'cancelled', by: 'clinic', reason: 'CLINIC_OVERRUN' });
    expect(noticeWords(cancelled, 'staff').detail).toBe('Cancelled by the hospital. Reason: Clinic overrun.');
    expect(noticeWords(cancelled, 'patient').detail).toBe(
      'Cancelled by the hospital. Reason: The clinic ran late and could not see you.',
    );
  });

  test('changed after a restore says what may have been told, and what is so now', () => {
    const changed = notice({ event: 'changed', was: at(9), code: null });
    expect(noticeWords(changed, 'staff')).toEqual({
      tone: 'bad',
      title: 'This has changed since you were told',
      detail:
        'People may have been told that the appointment is on Wednesday 2 December 2026, 9am. It is now Wednesday 2 December 2026, 2pm.',
    });
    const again = notice({ event: 'changed', was: at(14), code: null });
    expect(noticeWords(again, 'patient').detail).toBe(
      'You may have been told that the appointment on Wednesday 2 December 2026, 2pm is cancelled. It is booked.',
    );
    const gone = notice({ event: 'changed', was: at(9), slot: null, code: null });
    expect(noticeWords(gone, 'patient').detail).toBe(
      'You may have been told that the appointment is on Wednesday 2 December 2026, 9am. It is not booked.',
    );
  });
});
