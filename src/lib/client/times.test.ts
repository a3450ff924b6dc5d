import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ServiceId } from '#lib/domain/ids.ts';
import { hourMs } from '#lib/domain/instant.ts';
import { project } from '#lib/domain/project.ts';
import { aReferral, aService, aSlot, monday, serviceIdOf } from '#lib/domain/testing/samples.ts';
import { emptyTruth } from '#lib/domain/truth.ts';
import { decodePack, encodePack } from '#lib/protocol/pack.ts';
import { findTimes, type TimesKnown } from './times.ts';

/** Hospitals, each with times so many hours from now. */
function knownOf(hours: readonly (readonly number[])[]): TimesKnown {
  const packs = new Map(
    hours.map((own, n) => {
      const slots = own.map((hour, ordinal) => aSlot(n, ordinal, { start: monday + hour * hourMs }));
      return [serviceIdOf(n), decodePack(encodePack(serviceIdOf(n), '1.0123456789abcdef', monday, slots))];
    }),
  );
  return {
    now: monday,
    isClinic: true,
    view: project(emptyTruth, [], monday),
    promised: [],
    packs: { get: (id: ServiceId) => packs.get(id), asOf: () => monday },
    service: (id) => aService(Number(id.split('-')[1])),
  };
}

test('of many hospitals the soonest times are told, all are counted, and each hospital has its own first', () => {
  const hours = fc.array(fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 8 }), {
    minLength: 1,
    maxLength: 6,
  });
  fc.assert(
    fc.property(hours, fc.integer({ min: 1, max: 12 }), (all, limit) => {
      const services = all.map((_, n) => serviceIdOf(n));
      const found = findTimes({ referral: aReferral(1), services, limit }, knownOf(all));
      const sorted = all.map((own, n) =>
        own.toSorted((a, b) => a - b).map((hour) => `${n} ${monday + hour * hourMs}`),
      );
      const inOrder = sorted.flat().toSorted((a, b) => Number(a.split(' ')[1]) - Number(b.split(' ')[1]));
      const told = found.times.map(({ slot, service }) => `${service.id.split('-')[1]} ${slot.start}`);
      expect(told).toEqual(inOrder.slice(0, limit));
      expect(found.total).toBe(all.flat().length);
      expect(found.services.map(({ count }) => count)).toEqual(all.map(({ length }) => length));
      expect(found.services.map(({ earliest }, n) => earliest && `${n} ${earliest.start}`)).toEqual(
        sorted.map(([first]) => first),
      );
    }),
  );
});
