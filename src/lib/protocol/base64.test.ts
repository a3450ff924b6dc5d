import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeBase64, encodeBase64 } from './base64.ts';

/** Mostly what base64 is made of, so that most texts get past the first letter. */
const unit = fc.oneof(
  fc.constantFrom('A', 'z', '9', '+', '/', '='),
  fc.nat(0xffff).map((code) => String.fromCharCode(code)),
);

describe('base64', () => {
  it('is the base64 that everybody else writes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(encodeBase64(bytes)).toBe(Buffer.from(bytes).toString('base64'));
        expect(decodeBase64(encodeBase64(bytes))).toEqual(bytes);
      }),
    );
  });

  it('any text is read or is not, without a throw', () => {
    fc.assert(
      fc.property(fc.string({ unit, maxLength: 40 }), (text) => {
        const bytes = decodeBase64(text);
        expect(bytes === undefined || bytes.length <= (text.length / 4) * 3).toBe(true);
      }),
    );
  });

  it.each(['A', 'AB', 'ABC', 'A===', '====', 'A=BC', 'AB=C', 'AB C', 'AB-_', 'ABCDE', 'ÀAAA', '=AAA'])(
    '%j is not base64',
    (text) => {
      expect(decodeBase64(text)).toBeUndefined();
    },
  );
});
