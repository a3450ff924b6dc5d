import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { serviceSchema } from '#lib/domain/service.ts';
import { aService, otherSiteCode, siteCode } from '#lib/domain/testing/samples.ts';
import { decodeDirectory, directorySchema, encodeDirectory } from './directory.ts';

const service = fc
  .record({
    site: fc.constantFrom(siteCode, otherSiteCode),
    siteName: fc.constantFrom('Addenbrooke’s', 'The Rosie'),
    phone: fc.constantFrom('01223 1', '01223 2'),
    lat: fc.constantFrom(52.1, 52.2),
    name: fc.constantFrom('Eyes', 'Skin'),
    noticeHours: fc.nat(48),
    medianWeeksTenths: fc.nat(300),
  })
  .map((over) => over);
const services = fc.array(service, { maxLength: 30 }).map((all) => all.map((over, n) => aService(n, over)));

describe('the directory', () => {
  it('comes back as it was, over the wire', () => {
    fc.assert(
      fc.property(services, (all) => {
        const wire = directorySchema.parse(JSON.parse(JSON.stringify(encodeDirectory('r1', all))));
        expect(decodeDirectory(wire)).toEqual(all);
      }),
    );
  });

  it('names a site and a wording once', () => {
    const directory = encodeDirectory(
      'r1',
      [1, 2, 3].map((n) => aService(n, { name: 'Eyes' })),
    );
    expect([directory.sites.length, directory.terms.length, directory.services.length]).toEqual([1, 1, 3]);
  });

  it('leaves out what names a site or terms that are not there', () => {
    const directory = encodeDirectory('r1', [aService(1), aService(2)]);
    const [first] = directory.services;
    if (!first) throw new Error('the directory is empty');
    for (const [site, terms] of [
      [9, 0],
      [0, 9],
      [-1, 0],
    ] as const) {
      const broken = { ...directory, services: [[first[0], site, terms, 0] as typeof first] };
      expect(decodeDirectory(broken)).toEqual([]);
    }
  });

  it('any JSON is a directory whose every service can be shown, or is refused; none makes it throw', () => {
    const wire = JSON.stringify(encodeDirectory('r1', [aService(1), aService(2, { site: otherSiteCode })]));
    const cut = fc.nat(wire.length).map((at) => `${wire.slice(0, at)}${wire.slice(at + 1)}`);
    const changed = fc
      .tuple(fc.nat(wire.length - 1), fc.constantFrom('0', '9', '-', '"', ',', 'x', '.5', 'e99', 'null'))
      .map(([at, put]) => `${wire.slice(0, at)}${put}${wire.slice(at + 1)}`);
    fc.assert(
      fc.property(fc.oneof(fc.json(), cut, changed), (text) => {
        const parsed = directorySchema.safeParse(readJson(text));
        if (!parsed.success) return;
        const all = decodeDirectory(parsed.data);
        expect(all.length).toBeLessThanOrEqual(parsed.data.services.length);
        for (const one of all) expect(serviceSchema.safeParse(one).success).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });
});

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
