/**
 * The reference tables of the demo world, typed. scripts/world/make-tables.ts makes them from public data
 * (tables/SOURCES.md); they hold no person. They are JSON imports, so that plain Node, the tests and the built server
 * read the same files. Each is parsed when first asked for, and once.
 */
import { once, present, read, words } from './table.ts';
import bankHolidaysJson from './tables/bank-holidays.json' with { type: 'json' };
import clinicTypesJson from './tables/clinic-types.json' with { type: 'json' };
import namesJson from './tables/names.json' with { type: 'json' };
import outcodesJson from './tables/outcodes.json' with { type: 'json' };
import practicesJson from './tables/practices.json' with { type: 'json' };
import providersJson from './tables/providers.json' with { type: 'json' };
import referralMixJson from './tables/referral-mix.json' with { type: 'json' };
import sitesJson from './tables/sites.json' with { type: 'json' };
import specialtiesJson from './tables/specialties.json' with { type: 'json' };
import streetsJson from './tables/streets.json' with { type: 'json' };
import waitsJson from './tables/waits.json' with { type: 'json' };

export interface Provider {
  readonly code: string;
  readonly name: string;
  readonly sector: 'NHS' | 'independent';
}

export interface Site {
  readonly code: string;
  readonly name: string;
  readonly address: string;
  readonly postcode: string;
  readonly lat: number;
  readonly lon: number;
  readonly provider: Provider;
  readonly region: string;
  /** Under which NHS England publishes its waits: its own code, its provider's, or empty. */
  readonly waitsCode: string;
}

export interface Practice {
  readonly code: string;
  readonly name: string;
  /** Or the county, which is all that the register holds for many; empty for three. */
  readonly town: string;
  readonly postcode: string;
  /** Of the postcode district. */
  readonly lat: number;
  readonly lon: number;
  readonly listSize: number;
  readonly icb: string;
}

export interface Outcode {
  readonly outcode: string;
  readonly lat: number;
  readonly lon: number;
}

export interface ClinicType {
  readonly code: string;
  /** The specialty's code. */
  readonly specialty: string;
  readonly name: string;
  readonly patientName: string;
  /** Whole years, both ends included. */
  readonly ageFrom: number;
  readonly ageTo: number;
  readonly sex: 'female' | 'male' | null;
  /** Its name would tell more than a patient may have been told, or would want a passer-by to read. */
  readonly sensitive: boolean;
  /** How often, among the specialty's referrals; 1 is rare and seen at main sites alone. */
  readonly weight: number;
}

export interface Specialty {
  readonly code: string;
  /** Short, for ids: "ent". */
  readonly slug: string;
  readonly name: string;
  readonly patientName: string;
  /** The RTT group under which NHS England publishes its waits; null where it publishes none. */
  readonly group: string | null;
  /** Per cent of the group that is this specialty's (an estimate). */
  readonly share: number;
  readonly ageFrom: number;
  readonly ageTo: number;
  readonly sex: 'female' | 'male' | null;
  readonly sensitive: boolean;
  readonly clinicTypes: readonly ClinicType[];
}

/** NHS England, April 2026: of a provider's whole treatment-function group. Weeks from referral to treatment, ×10. */
export interface Wait {
  readonly medianTenths: number;
  readonly p92Tenths: number;
  /** New waits in the month. */
  readonly newPeriods: number;
}

export interface GroupMix {
  readonly group: string;
  readonly name: string;
  /** In England, April 2026. */
  readonly newPeriods: number;
  readonly medianTenths: number;
  readonly p92Tenths: number;
}

export interface NameGroup {
  readonly weight: number;
  /** Ethnic category codes of the NHS Data Dictionary. */
  readonly ethnic: readonly string[];
  readonly female: readonly string[];
  readonly male: readonly string[];
  readonly family: readonly string[];
}

/** What a patient reads instead of a sensitive name. */
export const sensitiveName = 'Hospital specialist appointment';

export const providers = once((): ReadonlyMap<string, Provider> => {
  const rows = read(providersJson, 'code|name|sector').map(([code, name, sector]) => ({
    code,
    name,
    sector: sector === 'NHS' ? ('NHS' as const) : ('independent' as const),
  }));
  return new Map(rows.map((row) => [row.code, row]));
});

export const sites = once((): ReadonlyMap<string, Site> => {
  const columns = 'code|name|address|postcode|lat|lon|provider|region|waits';
  const rows = read(sitesJson, columns).map(
    ([code, name, address, postcode, lat, lon, provider, region, waitsCode]) => ({
      code,
      name,
      address,
      postcode,
      lat: degrees(lat),
      lon: degrees(lon),
      provider: present(providers().get(provider), provider),
      region,
      waitsCode,
    }),
  );
  return new Map(rows.map((row) => [row.code, row]));
});

export const practices = once((): ReadonlyMap<string, Practice> => {
  const columns = 'code|name|town|postcode|lat|lon|listSize|icb';
  const rows = read(practicesJson, columns).map(([code, name, town, postcode, lat, lon, listSize, icb]) => ({
    code,
    name,
    town,
    postcode,
    lat: degrees(lat),
    lon: degrees(lon),
    listSize: Number(listSize),
    icb,
  }));
  return new Map(rows.map((row) => [row.code, row]));
});

/** England and Wales, and the districts of Scotland that touch the border. */
export const outcodes = once((): ReadonlyMap<string, Outcode> => {
  const rows = read(outcodesJson, 'outcode|lat|lon').map(([outcode, lat, lon]) => ({
    outcode,
    lat: degrees(lat),
    lon: degrees(lon),
  }));
  return new Map(rows.map((row) => [row.outcode, row]));
});

export const clinicTypes = once((): ReadonlyMap<string, ClinicType> => {
  const columns = 'code|specialty|name|ageFrom|ageTo|sex|sensitive|weight';
  const rows = read(clinicTypesJson, columns).map(
    ([code, specialty, name, ageFrom, ageTo, sex, sensitive, weight]) => ({
      code,
      specialty,
      name,
      patientName: sensitive === '1' ? sensitiveName : name,
      ageFrom: Number(ageFrom),
      ageTo: Number(ageTo),
      sex: sexOf(sex),
      sensitive: sensitive === '1',
      weight: Number(weight),
    }),
  );
  return new Map(rows.map((row) => [row.code, row]));
});

/** By e-RS code, all 56. */
export const specialties = once((): ReadonlyMap<string, Specialty> => {
  const columns = 'code|slug|name|group|share|ageFrom|ageTo|sex|sensitive';
  const types = Map.groupBy(clinicTypes().values(), (type) => type.specialty);
  const rows = read(specialtiesJson, columns).map(
    ([code, slug, name, group, share, ageFrom, ageTo, sex, sensitive]) => ({
      code,
      slug,
      name,
      patientName: sensitive === '1' ? sensitiveName : name,
      group: group === '' ? null : group,
      share: Number(share),
      ageFrom: Number(ageFrom),
      ageTo: Number(ageTo),
      sex: sexOf(sex),
      sensitive: sensitive === '1',
      clinicTypes: types.get(code) ?? [],
    }),
  );
  return new Map(rows.map((row) => [row.code, row]));
});

/** Treatment-function groups, the commonest first. */
export const referralMix = once((): readonly GroupMix[] =>
  read(referralMixJson, 'group|name|newPeriods|medianTenths|p92Tenths').map(
    ([group, name, newPeriods, medianTenths, p92Tenths]) => ({
      group,
      name,
      newPeriods: Number(newPeriods),
      medianTenths: Number(medianTenths),
      p92Tenths: Number(p92Tenths),
    }),
  ),
);

/** England and Wales, "2026-12-25", from 2026 to the end of 2028: no later ones are announced. */
export const bankHolidays = once(
  (): ReadonlySet<string> => new Set(read(bankHolidaysJson, 'date|title').map(([date]) => date)),
);

export const nameGroups = once((): readonly NameGroup[] =>
  read(namesJson, 'weightTenths|ethnic|female|male|family').map(([weight, ethnic, female, male, family]) => ({
    weight: Number(weight) / 10,
    ethnic: words(ethnic),
    female: words(female),
    male: words(male),
    family: words(family),
  })),
);

export const streets = once((): readonly string[] => read(streetsJson, 'name').map(([name]) => name));

/** Provider or place, by its waits code → RTT group → wait. */
export const waits = once((): ReadonlyMap<string, ReadonlyMap<string, Wait>> => {
  const rows = read(waitsJson, 'code|groups').map(([code, groups]) => {
    const list = groups.split(', ').flatMap((text) => {
      const [group = '', median = '', p92 = '', newPeriods = ''] = text.split(' ');
      if (median === '' || p92 === '') return [];
      const wait = { medianTenths: Number(median), p92Tenths: Number(p92), newPeriods: Number(newPeriods) };
      return [[group, wait] as const];
    });
    return [code, new Map(list)] as const;
  });
  return new Map(rows);
});

const degrees = (text: string) => Number(text) / 10_000;
const sexOf = (text: string): 'female' | 'male' | null =>
  text === 'female' || text === 'male' ? text : null;
