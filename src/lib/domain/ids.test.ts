import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  claimIdSchema,
  formatUbrn,
  noticeIdSchema,
  odsCodeSchema,
  parseUbrn,
  serviceIdSchema,
} from './ids.ts';
import {
  clinicScope,
  patientScope,
  practiceScope,
  scopeKey,
  scopeKind,
  scopeSchema,
  ubrnOfScope,
} from './scope.ts';
import { bookClaim, aSlot, appointmentIdOf, practiceCode, siteCode, ubrnAt } from './testing/samples.ts';
import { smallWorld } from './testing/small-world.ts';

describe('booking references', () => {
  const digits = fc.stringMatching(/^\d{12}$/);

  it('are read as printed, with or without spaces and dashes, leading zeros kept', () => {
    fc.assert(
      fc.property(digits, (text) => {
        const ubrn = parseUbrn(text);
        expect(ubrn).toBe(text);
        expect(ubrn && parseUbrn(formatUbrn(ubrn))).toBe(text);
        expect(ubrn && parseUbrn(` ${formatUbrn(ubrn).replaceAll(' ', '-')} `)).toBe(text);
      }),
    );
    expect(formatUbrn(ubrnAt(42))).toBe('0000 0000 0042');
  });

  it('are twelve digits and nothing else', () => {
    for (const bad of [
      '',
      '12345678901',
      '1234567890123',
      '12345678901a',
      '١٢٣٤٥٦٧٨٩٠١٢',
      '1234567890\n1x',
    ]) {
      expect(parseUbrn(bad)).toBeUndefined();
    }
  });
});

describe('ids', () => {
  it.each([
    [claimIdSchema, '0190c3a4-7d1e-7b52-9c1f-0a1b2c3d4e5f', '0190C3A4-7D1E-7B52-9C1F-0A1B2C3D4E5F'],
    [serviceIdSchema, 'RGT01.110-hernia', '../etc'],
    [odsCodeSchema, 'A81001', 'a81001'],
    [noticeIdSchema, `${appointmentIdOf(1)}.claim.practice`, 'x|y'],
  ])('%#: takes its own form and no other', (schema, good, bad) => {
    expect(schema.safeParse(good).success).toBe(true);
    for (const wrong of [bad, '', ` ${good}`, `${good}\n`, null, 7])
      expect(schema.safeParse(wrong).success).toBe(false);
  });

  it('the ledger’s notice ids are of the form that devices read', () => {
    const world = smallWorld();
    world.settle(bookClaim(1, [aSlot(1, 0)]));
    for (const id of world.notices.keys()) expect(noticeIdSchema.safeParse(id).success).toBe(true);
  });
});

describe('scopes', () => {
  it('say their kind and key', () => {
    const scopes = [practiceScope(practiceCode), clinicScope(siteCode), patientScope(ubrnAt(1))];
    expect(scopes.map(scopeKind)).toEqual(['practice', 'clinic', 'patient']);
    expect(scopes.map(scopeKey)).toEqual([practiceCode, siteCode, ubrnAt(1)]);
    expect(scopes.map(ubrnOfScope)).toEqual([undefined, undefined, ubrnAt(1)]);
    for (const scope of scopes) expect(scopeSchema.safeParse(scope).success).toBe(true);
  });

  it('a practice whose code is all digits is not a patient', () => {
    expect(ubrnOfScope('practice:1234567890' as never)).toBeUndefined();
    for (const bad of ['patient:1', 'practice:', 'admin:A81001', 'practice:A81001,patient:000000000001']) {
      expect(scopeSchema.safeParse(bad).success).toBe(false);
    }
  });
});
