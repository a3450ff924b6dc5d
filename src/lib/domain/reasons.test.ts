import { describe, expect, it } from 'vitest';
import {
  cancelReasons,
  closeReasons,
  findCancelReason,
  findCloseReason,
  mayUse,
  nonAttendanceReasons,
  reasonsFor,
  stopsMessages,
} from './reasons.ts';

const today = '2026-08-06';

describe('reasons', () => {
  it('holds every code of e-RS once', () => {
    for (const [reasons, count] of [
      [cancelReasons, 36],
      [closeReasons, 18],
      [nonAttendanceReasons, 8],
    ] as const) {
      expect(new Set(reasons.map((reason) => reason.code)).size).toBe(count);
      expect(reasons.length).toBe(count);
    }
  });

  it('offers a patient the four reasons a patient has, in the first person', () => {
    const offered = reasonsFor(cancelReasons, 'patient', today).map((reason) => reason.plainWords);
    expect(offered).toEqual([
      "I'm ill",
      "I'll be away",
      'I have something else that I cannot move',
      'Another reason',
    ]);
  });

  it('offers a clinic none of the patient’s reasons, and a patient none of the clinic’s', () => {
    for (const reason of reasonsFor(cancelReasons, 'clinic', today))
      expect(mayUse(reason, 'patient', today)).toBe(false);
    expect(reasonsFor(cancelReasons, 'clinic', today)).toHaveLength(25);
  });

  it('reads a retired reason for ever and offers it to nobody', () => {
    const retired = findCancelReason('APPT_MADE_FOR_WRONG_PATIENT');
    expect(retired?.display).toBe('Appt. made for wrong patient');
    expect(retired && mayUse(retired, 'clinic', '2014-09-30')).toBe(true);
    expect(retired && mayUse(retired, 'clinic', '2014-10-01')).toBe(false);
  });

  it('knows no code that e-RS never had', () => {
    expect(findCancelReason('constructor')).toBeUndefined();
    expect(findCloseReason('')).toBeUndefined();
  });

  it('stops every message for one closing reason alone, and gives it no words for a patient', () => {
    expect(
      closeReasons.filter((reason) => stopsMessages(reason.code)).map((reason) => reason.plainWords),
    ).toEqual(['']);
  });
});
