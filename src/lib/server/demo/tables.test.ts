import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { odsCodeSchema, serviceIdSchema } from '#lib/domain/ids.ts';
import { offers } from './offers.ts';
import {
  bankHolidays,
  clinicTypes,
  nameGroups,
  outcodes,
  practices,
  providers,
  referralMix,
  sensitiveName,
  sites,
  specialties,
  streets,
} from './tables.ts';

const folder = new URL('./tables/', import.meta.url);
const texts = readdirSync(folder)
  .filter((name) => name.endsWith('.json'))
  .map((name) => ({ name, text: readFileSync(new URL(name, folder), 'utf8') }));

const rowsOf = (file: string) =>
  (JSON.parse(texts.find(({ name }) => name === file)?.text ?? '') as { rows: string[] }).rows;
const inEngland = ({ lat, lon }: { lat: number; lon: number }) =>
  lat > 49.85 && lat < 55.85 && lon > -6.45 && lon < 1.8;
const postcode = /^[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}$/;
const outcodeOf = (text: string) => text.split(' ')[0] ?? '';

describe('the tables as committed', () => {
  it('are small, sorted and without a row twice', () => {
    expect(texts.reduce((sum, { text }) => sum + text.length, 0)).toBeLessThan(900_000);
    for (const { name, text } of texts) {
      const { rows } = JSON.parse(text) as { rows: string[] };
      expect(new Set(rows).size, name).toBe(rows.length);
      if (name === 'names.json' || name === 'referral-mix.json') continue;
      expect(
        rows.toSorted((a, b) => (a < b ? -1 : 1)),
        name,
      ).toEqual(rows);
    }
  });

  it('hold no telephone number, no e-mail address and no shouting', () => {
    for (const { name, text } of texts.filter((entry) => entry.name !== 'waits.json')) {
      expect(text, name).not.toMatch(/\b0\d{3,4}[ -]?\d{3}[ -]?\d{3,4}\b/);
      expect(text, name).not.toMatch(/\S@\S+\.[a-z]/i);
      expect(text, name).not.toMatch(/'S\b|\bNhs\b|[A-Z]{4,} [A-Z]{4,} [A-Z]{4,}/);
    }
  });
});

describe('places', () => {
  it('has the whole of England, and no more', () => {
    expect(practices().size).toBe(6220);
    expect(sites().size).toBeGreaterThan(800);
    expect(outcodes().size).toBeGreaterThan(2300);
    for (const place of [...sites().values(), ...practices().values()]) {
      expect(inEngland(place), `${place.code} ${place.name}`).toBe(true);
      expect(place.postcode, place.code).toMatch(postcode);
      expect(place.name.trim(), place.code).not.toBe('');
      expect(odsCodeSchema.safeParse(place.code).success, place.code).toBe(true);
    }
    for (const practice of practices().values()) expect(practice.listSize, practice.code).toBeGreaterThan(0);
  });

  it('knows the postcode district of nearly every place, and near where the place is', () => {
    for (const site of sites().values()) {
      const outcode = outcodes().get(outcodeOf(site.postcode));
      if (outcode === undefined) continue;
      expect(Math.abs(outcode.lat - site.lat), `${site.code} ${site.name}`).toBeLessThan(0.35);
      expect(Math.abs(outcode.lon - site.lon), `${site.code} ${site.name}`).toBeLessThan(0.5);
    }
    const unknown = [...sites().values(), ...practices().values()].filter(
      (place) => !outcodes().has(outcodeOf(place.postcode)),
    );
    expect(unknown.length).toBeLessThan(30);
  });

  it('has no provider without a site and no site without a service', () => {
    const used = new Set([...sites().values()].map((site) => site.provider.code));
    expect([...providers().keys()].filter((code) => !used.has(code))).toEqual([]);
    const serving = new Set(offers().map((offer) => offer.site.code));
    expect([...sites().keys()].filter((code) => !serving.has(code))).toEqual([]);
  });

  it('carries no former owner’s name', () => {
    for (const { name, provider } of sites().values()) {
      expect(`${name} ${provider.name}`).not.toMatch(
        /Virgin|\bBMI\b|(?<!Health )Care UK|Aspen|Dudley and Walsall/i,
      );
    }
    expect(sites().get('NDA07')).toMatchObject({
      name: 'Walton Community Hospital',
      provider: { name: 'HCRG Care Group' },
    });
    expect(sites().get('RGT01')).toMatchObject({
      name: "Addenbrooke's Hospital",
      provider: { name: 'Cambridge University Hospitals NHS Foundation Trust', sector: 'NHS' },
    });
  });
});

describe('specialties and clinic types', () => {
  it('has the 56 specialties and the 380 active clinic types that are no signpost', () => {
    expect(specialties().size).toBe(56);
    expect(clinicTypes().size).toBe(380);
    for (const type of clinicTypes().values()) {
      expect(type.name).not.toMatch(/\bsee\b|2WW|otherwise specified/i);
      expect(specialties().has(type.specialty), type.code).toBe(true);
      expect(type.ageFrom).toBeLessThanOrEqual(type.ageTo);
      expect(type.weight).toBeGreaterThan(0);
    }
  });

  it('limits a clinic type to no one whom its specialty does not see', () => {
    for (const specialty of specialties().values()) {
      for (const type of specialty.clinicTypes) {
        expect(type.ageFrom, type.code).toBeGreaterThanOrEqual(specialty.ageFrom);
        expect(type.ageTo, type.code).toBeLessThanOrEqual(specialty.ageTo);
        if (specialty.sex) expect(type.sex, type.code).toBe(specialty.sex);
      }
    }
    expect(specialties().get('GYNAECOLOGY')?.sex).toBe('female');
    expect(clinicTypes().get('VASECTOMY')?.sex).toBe('male');
    expect(specialties().get('CHILDRENS_ADOLESCENT_SERVICES')?.ageTo).toBe(15);
    expect(specialties().get('GERIATRIC_MEDICINE')?.ageFrom).toBe(65);
  });

  it.each([
    ...[...clinicTypes().keys()].filter((code) => code.startsWith('2WW')),
    'GENITO_URINARY_MEDICINE',
    'HIV',
    'SELF_HARM_1',
    'PREGNANCY_ADVISORY_SERVICE',
    'EARLY_PREGNANCY_ASSESSMENT',
    'MEMORY_PROBLEMS',
    'ONCOLOGY_ESTABLISHED_DIAGNOSIS_3',
    'BASAL_CELL_CARCINOMA_1',
    'PALLIATIVE_MEDICINE',
    'ANTENATAL',
  ])('tells a patient nothing by the name of %s', (code) => {
    expect(clinicTypes().get(code)?.patientName).toBe(sensitiveName);
  });

  it('keeps every word of cancer, pregnancy and the mind from patients’ eyes', () => {
    const tells =
      /cancer|carcinoma|tumour|oncolog|pregnan|mental|psych|HIV|hepatitis|genit|addict|alcohol|\bharm/i;
    for (const named of [...clinicTypes().values(), ...specialties().values(), ...offers()]) {
      expect(named.patientName).not.toMatch(tells);
    }
  });
});

describe('services', () => {
  it('has some ten thousand, each with an id of its own that the wire takes', () => {
    expect(offers().length).toBeGreaterThan(6000);
    expect(offers().length).toBeLessThan(12_500);
    expect(new Set(offers().map((offer) => offer.id)).size).toBe(offers().length);
    for (const offer of offers()) {
      expect(serviceIdSchema.safeParse(offer.id).success, offer.id).toBe(true);
      expect(offer.clinicTypes.length, offer.id).toBeGreaterThan(0);
    }
  });

  it('offers only what the provider was published as treating, wherever anything was published', () => {
    const published = new Map(rowsOf('waits.json').map((row) => row.split('|') as [string, string]));
    // Community therapies and mental health are not in the waits; such trusts do them all the same.
    const unmeasured = 'mental camhs learning physiotherapy podiatry dietetics speech occupational orthotics';
    for (const { id, site, specialty, suspectedCancer } of offers()) {
      const groups = published.get(site.waitsCode);
      if (groups === undefined || suspectedCancer || unmeasured.split(' ').includes(specialty.slug)) continue;
      expect(
        groups.split(', ').map((group) => group.split(' ')[0]),
        id,
      ).toContain(specialty.group);
    }
  });

  it('gives every wait a middle below its far end', () => {
    for (const { id, wait, monthly } of offers()) {
      if (!wait) continue;
      expect(wait.medianTenths, id).toBeLessThanOrEqual(wait.p92Tenths);
      expect(monthly, id).toBeGreaterThan(0);
    }
  });

  it('runs urgent suspected cancer clinics at NHS trusts alone, all fifteen kinds somewhere', () => {
    const cancer = offers().filter((offer) => offer.suspectedCancer);
    expect(new Set(cancer.flatMap((offer) => offer.clinicTypes.map((type) => type.code))).size).toBe(15);
    for (const offer of cancer) {
      expect(offer.site.provider.sector, offer.id).toBe('NHS');
      expect(offer.patientName).toBe(sensitiveName);
      expect(offer.specialty.code).toBe('2WW');
    }
    expect(offers().some((offer) => offer.specialty.code === '2WW' && !offer.suspectedCancer)).toBe(false);
  });

  it('puts everything common within reach of everybody', () => {
    const common = [
      'orthopaedics',
      'ophthalmology',
      'dermatology',
      'ent',
      'gynaecology',
      'gastro',
      'cardiology',
    ];
    for (const slug of common) {
      const regions = new Set(offers().flatMap((o) => (o.specialty.slug === slug ? [o.site.region] : [])));
      expect([...regions].sort(), slug).toEqual([
        'East Midlands',
        'East of England',
        'London',
        'North East',
        'North West',
        'South East',
        'South West',
        'West Midlands',
        'Yorkshire and the Humber',
      ]);
    }
  });
});

describe('the calendar, the mix and the names', () => {
  it('has the bank holidays of 2026 to 2028, none of them at a weekend', () => {
    expect(bankHolidays().size).toBe(24);
    for (const date of bankHolidays()) {
      expect(date).toMatch(/^202[678]-\d\d-\d\d$/);
      expect([0, 6]).not.toContain(new Date(`${date}T12:00:00Z`).getUTCDay());
    }
    expect(bankHolidays().has('2026-12-25')).toBe(true);
    expect(bankHolidays().has('2026-12-28')).toBe(true);
  });

  it('has the mix of all 23 groups, the commonest first', () => {
    const counts = referralMix().map((group) => group.newPeriods);
    expect(counts).toHaveLength(23);
    expect(counts.toSorted((a, b) => b - a)).toEqual(counts);
  });

  it('has names of every group', () => {
    expect(nameGroups()).toHaveLength(10);
    for (const group of nameGroups()) {
      for (const list of [group.ethnic, group.female, group.male, group.family]) {
        expect(list.length).toBeGreaterThan(0);
        for (const name of list) expect(name).toMatch(/^[\p{L}'-]+$/u);
      }
    }
    expect(nameGroups().reduce((sum, group) => sum + group.weight, 0)).toBeCloseTo(100, -1);
    expect(streets()).toHaveLength(24);
  });
});
