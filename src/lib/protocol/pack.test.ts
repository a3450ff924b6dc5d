import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { instantMax, minuteMs } from '#lib/domain/instant.ts';
import { ordinalMax, type Slot } from '#lib/domain/slot.ts';
import { aSlot, monday, serviceIdOf } from '#lib/domain/testing/samples.ts';
import { decodeBase64, encodeBase64 } from './base64.ts';
import { packSchema, type Pack } from './exchange.ts';
import { decodePack, encodePack, isNewerRevision, packSlotsMax, replacesPack, slotAt } from './pack.ts';

const service = serviceIdOf(1);
const revision = `7.${'a'.repeat(16)}`;
const packOf = (slots: readonly Slot[]) => encodePack(service, revision, monday, slots);

const slot: fc.Arbitrary<Slot> = fc.record({
  service: fc.constant(service),
  ordinal: fc.oneof(fc.nat(500), fc.integer({ min: 0, max: ordinalMax })),
  start: fc
    .oneof(fc.nat(500_000), fc.nat(Math.floor(instantMax / minuteMs)))
    .map((minute) => minute * minuteMs),
  minutes: fc.integer({ min: 5, max: 240 }),
  clinician: fc.constantFrom('', 'Mr B Jones', 'Dr Ó Súilleabháin', '"'),
  mode: fc.constantFrom('inPerson' as const, 'phone' as const, 'video' as const),
});
const slots = fc.uniqueArray(slot, { selector: ({ ordinal }) => ordinal, maxLength: 60 });

function readBack(pack: Pack): Slot[] | undefined {
  const columns = decodePack(pack);
  return columns && Array.from({ length: columns.count }, (_, i) => slotAt(columns, i));
}

/** Columns written by hand, as a server that is wrong or hostile might. */
function forged(values: readonly number[], clinicians = ['A']): Pack {
  const bytes = values.flatMap((value) => {
    const out: number[] = [];
    for (let rest = value; ; rest = Math.floor(rest / 128)) {
      out.push((rest % 128) + (rest >= 128 ? 128 : 0));
      if (rest < 128) return out;
    }
  });
  return { ...packOf([]), clinicians, columns: encodeBase64(Uint8Array.from(bytes)) };
}

describe('a pack', () => {
  it('comes back as it was, in order of time, over the wire', () => {
    fc.assert(
      fc.property(slots, (some) => {
        const pack = packSchema.parse(JSON.parse(JSON.stringify(packOf(some))));
        expect(readBack(pack)).toEqual(some.toSorted((a, b) => a.start - b.start || a.ordinal - b.ordinal));
      }),
    );
  });

  it('of none is a pack too: nothing free is something known', () => {
    expect(readBack(packOf([]))).toEqual([]);
  });

  it('is small: a clinic’s eighteen weeks take some two bytes a time', () => {
    const regular = Array.from({ length: 1_000 }, (_, n) =>
      aSlot(1, n, { start: monday + n * 20 * minuteMs }),
    );
    expect(packOf(regular).columns.length).toBeLessThan(3_000);
  });

  it('of more times than it may hold are the earliest, and can be read', () => {
    const many = Array.from({ length: packSlotsMax + 3 }, (_, n) =>
      aSlot(1, n, { start: monday + (packSlotsMax - n) * minuteMs }),
    );
    const pack = packSchema.parse(packOf(many));
    expect(readBack(pack)).toEqual(many.toReversed().slice(0, packSlotsMax));
  });

  it('of random bytes, cut short or with a byte changed, is refused or read, and never throws', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
        readBack({ ...packOf([]), columns: encodeBase64(bytes) });
      }),
    );
    fc.assert(
      fc.property(slots, fc.nat(), fc.nat(255), (some, where, value) => {
        const whole = packOf(some);
        const bytes = decodeBase64(whole.columns) ?? new Uint8Array();
        const cut = where % bytes.length;
        expect(decodePack({ ...whole, columns: encodeBase64(bytes.slice(0, cut)) })).toBeUndefined();
        bytes[cut] = value;
        for (const one of readBack({ ...whole, columns: encodeBase64(bytes) }) ?? []) {
          expect(one.ordinal).toBeGreaterThanOrEqual(0);
          expect(one.start).toBeLessThanOrEqual(instantMax);
          expect(whole.clinicians).toContain(one.clinician);
        }
      }),
    );
  });

  it('any text of any length is read in time that grows no faster than it does', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 1, maxLength: 20_000, size: 'max' }),
        fc.nat(),
        (bytes, count) => {
          // A count that the bytes could hold is the most that a hostile pack can make anybody allocate.
          bytes[0] = Math.min(count, bytes.length, 0x7f);
          const columns = decodePack({ ...packOf([]), clinicians: ['A', 'B'], columns: encodeBase64(bytes) });
          expect(columns?.count ?? 0).toBeLessThanOrEqual(bytes.length);
        },
      ),
      { numRuns: 50, interruptAfterTimeLimit: 5_000, markInterruptAsFailure: true },
    );
  });

  const minute = monday / minuteMs;
  it.each<[string, number[]]>([
    ['a count beyond the bytes', [40, 1]],
    ['a count beyond every clinic', [packSlotsMax + 1]],
    ['an enormous count', [2 ** 48]],
    ['a number that never ends', Array.from({ length: 12 }, () => 255)],
    ['a clinician that is not named', [1, minute, 0, 1, 20, 1, 1, 1, 0]],
    ['a clinician that would wrap round to one that is', [1, minute, 0, 1, 20, 1, 65_536, 1, 0]],
    ['a mode that would wrap round', [1, minute, 0, 1, 20, 1, 0, 1, 256]],
    ['a length that would wrap round', [1, minute, 0, 1, 65_556, 1, 0, 1, 0]],
    ['an ordinal that would wrap round', [1, minute, 2 * 2 ** 32, 1, 20, 1, 0, 1, 0]],
    ['an ordinal below nought', [1, minute, 1, 1, 20, 1, 0, 1, 0]],
    ['a time that is no date', [1, 2 ** 40, 0, 1, 20, 1, 0, 1, 0]],
    ['a run of none', [1, minute, 0, 0, 20, 1, 0, 1, 0]],
    ['a run beyond the count', [1, minute, 0, 2, 20, 1, 0, 1, 0]],
    ['bytes left over', [1, minute, 0, 1, 20, 1, 0, 1, 0, 0]],
  ])('with %s is refused', (_what, values) => {
    expect(decodePack(forged(values))).toBeUndefined();
  });

  it('the same by hand and right is read', () => {
    expect(readBack(forged([1, minute, 0, 1, 20, 1, 0, 1, 0]))).toMatchObject([
      { start: monday, minutes: 20, clinician: 'A' },
    ]);
  });
});

describe('revisions', () => {
  const at = (seq: number, history = 'a') => `${seq}.${history.repeat(16)}`;

  it('compare as numbers, not as text', () => {
    expect(isNewerRevision(at(10), at(9))).toBe(true);
    expect(isNewerRevision(at(9), at(9, 'b'))).toBe(false);
  });

  it('a device never goes back to an older state, but follows a ledger that was restored', () => {
    const pack = (seq: number, asOf: number, history = 'a') => ({
      ...packOf([]),
      revision: at(seq, history),
      asOf,
    });
    expect(replacesPack(undefined, pack(1, 1))).toBe(true);
    expect(replacesPack(pack(5, 100), pack(6, 90))).toBe(true);
    expect(replacesPack(pack(5, 100), pack(4, 90))).toBe(false);
    expect(replacesPack(pack(5, 100), pack(4, 110, 'b'))).toBe(true);
  });
});
