import { describe, expect, test, vi } from 'vitest';
import type { Notice } from '#lib/domain/notice.ts';
import type { Appointment } from '#lib/domain/appointment.ts';
import { dealtHereWords, dealtWords, isToldWord, noticeWords } from './notice-words.ts';

/** The device cannot tell how a time is held. */
const notHere = () => undefined;

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
      noticeWords(notice(change), 'staff', notHere).title;
    expect(title({})).toBe('Not booked: Wednesday 2 December 2026, 2pm');
    expect(title({ was: at(9) })).toBe('Not moved to Wednesday 2 December 2026, 2pm');
    expect(title({ was: at(14) })).toBe('Not cancelled: the appointment on Wednesday 2 December 2026, 2pm');
    expect(title({ slot: null })).toBe('A request was refused');
    expect(title({ slot: null, code: 'SLOTS_CURRENTLY_AVAILABLE' })).toBe(
      'The hospital was not asked to contact the patient',
    );
    expect(title({ ubrn: null })).toBe('A request was refused: Wednesday 2 December 2026, 2pm');
  });

  test('a note that could not be taken back says so, and why', () => {
    const refused = notice({ about: 'retract', slot: null, code: 'INVALID_REQUEST_STATE' });
    expect(noticeWords(refused, 'staff', notHere)).toEqual({
      tone: 'bad',
      title: 'A note that the patient was told was not taken back',
      detail: 'Something newer has come for this patient, the time is past, or nothing more goes to them.',
    });
  });

  test('sent back: staff read the code and that there is advice, the patient what happens next', () => {
    const back = notice({
      event: 'changed',
      about: 'returned',
      reason: 'FURTHER_INFORMATION_REQUIRED',
      slot: null,
    });
    expect(noticeWords(back, 'staff', notHere)).toEqual({
      tone: 'bad',
      title: 'The hospital sent the referral back',
      detail: 'More information is needed. Its advice is with the referral.',
    });
    expect(noticeWords(back, 'patient', notHere).detail).toBe(
      'The hospital needs more information from your GP. Your GP practice will be in touch. You do not need to do anything.',
    );
  });

  test('booked while something else stood: both are said, to the patient only what is theirs to settle', () => {
    const booked = notice({
      event: 'booked',
      by: 'patient',
      code: null,
      about: 'returned',
      start: at(9).start,
    });
    expect(noticeWords(booked, 'staff', notHere).detail).toBe(
      'Booked by the patient. A hospital had sent the referral back: read its advice, which is with the referral. By phone, Wednesday 2 December 2026, 9am had been agreed. Ring that hospital if the patient does not need both.',
    );
    expect(noticeWords({ ...booked, by: 'practice' }, 'patient', notHere).detail).toBe(
      'Booked by your GP practice. By phone, Wednesday 2 December 2026, 9am had been agreed. Ask your GP practice which of the two appointments to keep.',
    );
  });

  test('an appointment that may no longer be right: staff read what to do, the patient nothing of why', () => {
    const changed = notice({ event: 'changed', about: 'noLongerFits', code: null });
    expect(noticeWords(changed, 'staff', notHere)).toEqual({
      tone: 'bad',
      title: 'This appointment may no longer be right',
      detail:
        'The referral was changed. The appointment on Wednesday 2 December 2026, 2pm stays booked until somebody moves or cancels it.',
    });
    expect(noticeWords(changed, 'patient', notHere)).toEqual({
      tone: 'info',
      title: 'Your practice has changed your referral',
      detail: 'This appointment may change; they will contact you. Until then it stays booked.',
    });
    const unasked = notice({ event: 'changed', about: 'unasked', code: null, slot: null });
    expect(noticeWords(unasked, 'staff', notHere).title).toBe(
      'The hospital is no longer asked to contact the patient',
    );
    expect(noticeWords(unasked, 'patient', notHere).detail).toBe(
      'The hospital that was going to contact you will not do so now. Your GP practice will contact you.',
    );
  });

  test('a new referral that was refused says so, and of a changed one why', () => {
    const refer = notice({ about: 'refer', ubrn: null, slot: null, code: 'INAPPROPRIATE_SLOT' });
    expect(noticeWords(refer, 'staff', notHere)).toEqual({
      tone: 'bad',
      title: 'A new referral was not made',
      detail: 'One of the hospitals does not see such a patient for this, or not as urgently.',
    });
    const overtaken = notice({ slot: null, code: 'INVALID_REQUEST_STATE' });
    expect(noticeWords(overtaken, 'staff', notHere).detail).toBe(
      'Somebody changed the referral meanwhile, it is closed, or the appointment is past.',
    );
  });

  test('arranged by phone is never called booked, and a change that a newer server knows is still a change', () => {
    const about = (about: string) =>
      noticeWords(notice({ event: 'changed', about, slot: null, start: at(14).start }), 'patient', notHere);
    expect(about('arranged')).toMatchObject({
      title: 'Arranged by phone: Wednesday 2 December 2026, 2pm',
      detail: 'It was agreed with the hospital on the phone. It is not confirmed here.',
    });
    expect(about('unarranged').detail).toBe('You do not need to go. Nothing is booked now.');
    expect(about('of tomorrow').title).toBe('Something has changed');
  });

  test('a move that was refused leaves the old time standing, and says so', () => {
    expect(noticeWords(notice({ was: at(9) }), 'staff', notHere).detail).toBe(
      'The time chosen is no longer free. The old time still stands: Wednesday 2 December 2026, 9am.',
    );
  });

  test('who moved to another hospital: the one left reads that, and which time is free again', () => {
    const left = notice({ event: 'moved', by: 'patient', code: null, slot: null, was: at(9) });
    expect(noticeWords(left, 'staff', notHere)).toEqual({
      tone: 'info',
      title: 'Moved to another hospital',
      detail: 'Wednesday 2 December 2026, 9am is free again. Moved by the patient.',
    });
  });

  test('a time by telephone is said to be one wherever it is named, and nothing is said of one that is not known', () => {
    const byPhone = 'by telephone (the hospital rings)';
    const words = (change: Partial<Record<keyof Notice, unknown>>) => {
      const { title, detail } = noticeWords(notice(change), 'patient', ({ ordinal }) =>
        ordinal === 9 ? 'phone' : undefined,
      );
      return `${title}. ${detail}`;
    };
    expect(words({ event: 'booked', code: null, slot: at(9) })).toContain(`2026, 9am, ${byPhone}`);
    expect(words({ event: 'moved', code: null, was: at(9) })).toContain(
      `It was Wednesday 2 December 2026, 9am, ${byPhone}`,
    );
    expect(words({ event: 'cancelled', code: null, slot: at(9) })).toContain(`9am, ${byPhone}`);
    expect(words({ was: at(9) })).toContain(`still stands: Wednesday 2 December 2026, 9am, ${byPhone}`);
    expect(words({ event: 'booked', code: null })).toBe(
      'Booked for Wednesday 2 December 2026, 2pm. Booked by your GP practice.',
    );
  });

  test('booked lower down names the first choice that was gone', () => {
    expect(noticeWords(notice({ event: 'bookedLower', was: at(9) }), 'staff', notHere)).toEqual({
      tone: 'good',
      title: 'Booked for Wednesday 2 December 2026, 2pm, not the first choice',
      detail: 'The first choice, Wednesday 2 December 2026, 9am, was taken.',
    });
  });

  test('a cancellation by the hospital gives its reason in the words of whoever reads', () => {
    const cancelled = notice({ event: 'cancelled', by: 'clinic', reason: 'CLINIC_OVERRUN' });
    expect(noticeWords(cancelled, 'staff', notHere).detail).toBe(
      'Cancelled by the hospital. Reason: Clinic overrun.',
    );
    expect(noticeWords(cancelled, 'patient', notHere).detail).toBe(
      'Cancelled by the hospital. Reason: The clinic ran late and could not see you.',
    );
  });

  test('a reason that a practice wrote down for the patient is what the patient said, and nobody else’s “I”', () => {
    const cancelled = notice({ event: 'cancelled', by: 'practice', reason: 'PATIENT_ILL' });
    expect(noticeWords(cancelled, 'staff', notHere).detail).toContain('Reason: Patient is sick.');
    expect(noticeWords(cancelled, 'patient', notHere).detail).toContain("Reason: “I'm ill”.");
  });

  test('changed after a restore says what may have been told, and what is so now', () => {
    const changed = notice({ event: 'changed', was: at(9), code: null });
    expect(noticeWords(changed, 'staff', notHere)).toEqual({
      tone: 'bad',
      title: 'This has changed since you were told',
      detail:
        'People may have been told that the appointment is on Wednesday 2 December 2026, 9am. It is now Wednesday 2 December 2026, 2pm.',
    });
    const again = notice({ event: 'changed', was: at(14), code: null });
    expect(noticeWords(again, 'patient', notHere).detail).toBe(
      'You may have been told that the appointment on Wednesday 2 December 2026, 2pm is cancelled. It is booked.',
    );
    const gone = notice({ event: 'changed', was: at(9), slot: null, code: null });
    expect(noticeWords(gone, 'patient', notHere).detail).toBe(
      'You may have been told that the appointment is on Wednesday 2 December 2026, 9am. It is not booked.',
    );
  });

  test('cancelled, and booked again since: it says so, and is not red any more', () => {
    const booked = (change: object) =>
      ({ id: 'new', slot: at(9), bookedBy: 'patient', bookedAt: 200, ...change }) as unknown as Appointment;
    const gone = notice({ event: 'cancelled', by: 'patient', code: null, at: 100, appointment: 'old' });
    expect(noticeWords(gone, 'staff', notHere).tone).toBe('bad');
    expect(noticeWords(gone, 'staff', notHere, booked({}))).toEqual({
      tone: 'info',
      title: 'Cancelled, and booked again for Wednesday 2 December 2026, 9am',
      detail: 'Booked by the patient. It was Wednesday 2 December 2026, 2pm. Cancelled by the patient.',
    });
    // What was booked before, or is the very one, says nothing against it.
    expect(noticeWords(gone, 'staff', notHere, booked({ bookedAt: 50 })).tone).toBe('bad');
    expect(noticeWords(gone, 'staff', notHere, booked({ id: 'old' })).tone).toBe('bad');
    const refused = notice({ at: 100, appointment: null });
    expect(noticeWords(refused, 'staff', notHere, booked({})).title).toBe(
      'Booked since for Wednesday 2 December 2026, 9am',
    );
    // A move that was refused changed nothing, whatever is booked.
    expect(noticeWords(notice({ at: 100, was: at(9) }), 'staff', notHere, booked({})).tone).toBe('bad');
  });

  test('dealt with: how, by whom and when; told is more than seen', () => {
    const now = Date.UTC(2026, 10, 30, 12);
    const done = { at: Date.UTC(2026, 10, 30, 1, 4), byName: 'Rohan Shah', how: 'phone' } as const;
    expect(dealtWords(done, now)).toBe('Told by phone: Rohan Shah, 1:04am');
    expect(dealtWords({ ...done, byName: '', how: 'replaced' }, now)).toBe(
      'Something newer has come for this patient: 1:04am',
    );
    expect(dealtHereWords('letter')).toBe('Told by letter: noted on this device, not sent yet');
    expect(isToldWord(notice({ done }))).toBe(true);
    for (const how of ['seen', 'replaced', 'stopped'])
      expect(isToldWord(notice({ done: { ...done, how } }))).toBe(false);
    expect(isToldWord(notice({ done: null }))).toBe(false);
  });
});
