/**
 * Makes the demo world's tables from the reference data: `npm run world:tables -- --from DIR`.
 * The tables are committed; this runs only when the sources or the rules change. Same sources, same bytes.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { clinicTypeRow, isActive, isSignpost } from './clinic-types.ts';
import { need, readCsv } from './csv.ts';
import { tidy, titleCase } from './casing.ts';
import {
  cancerOffers,
  placeOffers,
  specialtiesOf,
  takesOutpatients,
  trustOffers,
  unmeasuredOffers,
  type CancerOffer,
  type Offer,
} from './offers.ts';
import { isAcuteTrust } from './site-kinds.ts';
import { siteTable } from './sites.ts';
import { specialtyRows } from './specialties.ts';

const { from } = parseArgs({ options: { from: { type: 'string' } } }).values;
if (from === undefined) throw new Error('usage: npm run world:tables -- --from DIR (the reference data)');

const source = (path: string) => readCsv(join(from, path));
const total = 'C_999';

/** Two acute trusts sent no figures for April 2026: new waits a month, guessed from their size. Their medians stay unknown. */
const unpublished: Readonly<Record<string, number>> = { RHQ: 25_000, RA9: 9_000 };
/** Companies that run community hospitals for the NHS, outside the published waits. */
const communityCompanies = new Set(['NDA', 'NQT', 'NTV']);
/** For the practices without a list size. */
const medianListSize = 8186;

const waits = source('volumes/rtt_apr2026_provider_by_treatment_function.csv').filter(
  (row) => need(row, 'tfc') !== total,
);
const mix = source('volumes/referral_mix_by_tfc.csv').filter((row) => need(row, 'tfc') !== total);

const sites = siteTable({
  sites: source('ods/sites_england.csv'),
  trusts: source('ods/nhs_trusts.csv'),
  waits,
  outcodes: source('geo/outcodes_slim.csv'),
});
const { offers, cancer } = allOffers();
const offering = new Set([...offers, ...cancer].map((offer) => offer.site));
const kept = sites.filter((site) => offering.has(site.code));

write('specialties', 'code|slug|name|group|share|ageFrom|ageTo|sex|sensitive', specialtyRows, (row) => [
  row.code,
  row.slug,
  row.name,
  row.group,
  row.share,
  row.ageFrom,
  row.ageTo,
  row.sex,
  Number(row.sensitive),
]);

const specialtyByCode = new Map(specialtyRows.map((row) => [row.code, row]));
const clinicTypes = source('codes/ers_clinic_types.csv')
  .filter((row) => isActive(row) && !isSignpost(need(row, 'display')))
  .map((row) => {
    const specialty = specialtyByCode.get(need(row, 'specialty_code'));
    if (specialty === undefined) throw new Error(`no specialty ${need(row, 'specialty_code')}`);
    return clinicTypeRow(row, specialty);
  })
  .sort((a, b) => compare(a.specialty, b.specialty) || compare(a.code, b.code));
write('clinic-types', 'code|specialty|name|ageFrom|ageTo|sex|sensitive|weight', clinicTypes, (row) => [
  row.code,
  row.specialty,
  row.name,
  row.ageFrom,
  row.ageTo,
  row.sex,
  Number(row.sensitive),
  row.weight,
]);

write(
  'providers',
  'code|name|sector',
  [...new Map(kept.map((site) => [site.provider, site])).values()].sort((a, b) =>
    compare(a.provider, b.provider),
  ),
  (site) => [site.provider, site.providerName, site.sector],
);

write('sites', 'code|name|address|postcode|lat|lon|provider|region|waits', kept, (site) => [
  site.code,
  site.name,
  site.address,
  site.postcode,
  site.lat,
  site.lon,
  site.provider,
  site.region,
  site.waits,
]);

const waitsUsed = new Set(kept.map((site) => site.waits));
const waitsBy = Map.groupBy(
  waits.filter((row) => waitsUsed.has(need(row, 'provider_code'))),
  (row) => need(row, 'provider_code'),
);
write(
  'waits',
  'code|groups',
  [...waitsBy].sort(([a], [b]) => compare(a, b)),
  ([code, rows]) => [
    code,
    rows
      .map((row) =>
        [
          need(row, 'tfc'),
          tenths(row.median_wait_weeks),
          tenths(row.p92_wait_weeks),
          need(row, 'new_periods'),
        ].join(' '),
      )
      .sort()
      .join(', '),
  ],
);

write('services', 'site|specialties|cancer', kept, (site) => [
  site.code,
  offers
    .filter((offer) => offer.site === site.code)
    .map((offer) => offer.slug + (offer.full ? '*' : ''))
    .sort()
    .join(' '),
  cancer
    .filter((offer) => offer.site === site.code)
    .map((offer) => offer.clinicType)
    .sort()
    .join(' '),
]);

write('referral-mix', 'group|name|newPeriods|medianTenths|p92Tenths', mix, (row) => [
  need(row, 'tfc'),
  need(row, 'name').replace(/ Services?$/, ''),
  need(row, 'new_periods_apr2026'),
  tenths(row.median_wait_wks),
  tenths(row.p92_wait_wks),
]);

const practices = source('ods/gp_practices_slim.csv');
const townOf = townByOutcode();
write('practices', 'code|name|town|postcode|lat|lon|listSize|icb', practices, (row) => [
  need(row, 'ods'),
  titleCase(need(row, 'name')),
  titleCase(need(row, 'town') || (townOf.get(outcodeOf(need(row, 'postcode'))) ?? '')),
  need(row, 'postcode'),
  degrees(need(row, 'lat')),
  degrees(need(row, 'lon')),
  need(row, 'list_size_jan2021') || medianListSize,
  need(row, 'icb'),
]);

/** England and Wales, and the Scottish districts on the border. */
const outcodes = source('geo/outcodes_slim.csv').filter(
  (row) => ['ENG', 'WLS'].includes(need(row, 'country')) || /^(TD|DG)\d/.test(need(row, 'outcode')),
);
write('outcodes', 'outcode|lat|lon', outcodes, (row) => [
  need(row, 'outcode'),
  degrees(need(row, 'lat')),
  degrees(need(row, 'lon')),
]);

const holidays = JSON.parse(readFileSync(join(from, 'calendar/bank-holidays.json'), 'utf8')) as {
  'england-and-wales': { events: { date: string; title: string }[] };
};
write(
  'bank-holidays',
  'date|title',
  holidays['england-and-wales'].events.filter((event) => event.date >= '2026-01-01'),
  (event) => [event.date, tidy(event.title)],
);

const people = JSON.parse(readFileSync(join(from, 'patients/uk_names.json'), 'utf8')) as {
  groups: { weight: number; ethnic: string[]; female: string[]; male: string[]; family: string[] }[];
  streets: string[];
};
write('names', 'weightTenths|ethnic|female|male|family', people.groups, (group) => [
  Math.round(group.weight * 10),
  group.ethnic.join(' '),
  group.female.join(' '),
  group.male.join(' '),
  group.family.join(' '),
]);
write('streets', 'name', people.streets, (street) => [street]);

function allOffers(): { offers: Offer[]; cancer: CancerOffer[] } {
  const all: Offer[] = [];
  const suspected: CancerOffer[] = [];
  for (const [provider, group] of Map.groupBy(sites, (site) => site.provider)) {
    const own = group.filter((site) => site.waits === site.publishedCode && site.waits !== provider);
    const shared = group.filter((site) => !own.includes(site));
    for (const site of own)
      all.push(...placeOffers(site, specialtiesOf(volumesOf(site.waits), site.sector, specialtyRows)));
    const volumes =
      unpublished[provider] === undefined ? volumesOf(provider) : nationalVolumes(unpublished[provider]);
    const sector = shared[0]?.sector ?? 'NHS';
    const treats = specialtiesOf(volumes, sector, specialtyRows);
    const made = trustOffers(
      shared.filter((site) => isAcuteTrust(provider) || takesOutpatients(site.name)),
      treats,
    );
    all.push(...made);
    suspected.push(...cancerOffers(provider, made, treats));
    if (isAcuteTrust(provider) || (sector === 'independent' && !communityCompanies.has(provider))) continue;
    for (const site of shared.filter((place) => takesOutpatients(place.name))) {
      const has = new Set(made.filter((offer) => offer.site === site.code).map((offer) => offer.slug));
      all.push(...unmeasuredOffers(site).filter((offer) => !has.has(offer.slug)));
    }
  }
  return { offers: all, cancer: suspected };
}

function volumesOf(code: string): Map<string, number> {
  return new Map(
    waits
      .filter((row) => need(row, 'provider_code') === code)
      .map((row) => [need(row, 'tfc'), Number(need(row, 'new_periods'))]),
  );
}

/** The country's mix, scaled to a trust that sent no figures. */
function nationalVolumes(newPeriods: number): Map<string, number> {
  return new Map(mix.map((row) => [need(row, 'tfc'), Math.round(Number(need(row, 'share')) * newPeriods)]));
}

function townByOutcode(): Map<string, string> {
  const towns = Map.groupBy(
    practices.filter((row) => need(row, 'town') !== ''),
    (row) => outcodeOf(need(row, 'postcode')),
  );
  return new Map(
    [...towns].map(([outcode, rows]) => {
      const counts = Map.groupBy(rows, (row) => need(row, 'town'));
      const [top] = [...counts].sort(([a, as], [b, bs]) => bs.length - as.length || compare(a, b));
      return [outcode, top?.[0] ?? ''];
    }),
  );
}

/** One row a line, columns by "|": compact, and a change of one row is one line of a diff. */
function write<T>(
  name: string,
  columns: string,
  rows: readonly T[],
  cells: (row: T) => readonly (string | number)[],
): void {
  const width = columns.split('|').length;
  const lines = rows.map((row) => {
    const values = cells(row).map(String);
    if (values.length !== width || values.some((value) => /[|\n]/.test(value)))
      throw new Error(`${name}: ${values.join(' ¦ ')}`);
    return values.join('|');
  });
  const sorted = name === 'referral-mix' || name === 'names' ? lines : lines.toSorted(compare);
  if (new Set(sorted).size !== sorted.length) throw new Error(`${name}: the same row twice`);
  const text = `${JSON.stringify({ columns, rows: sorted }, null, 2)}\n`;
  writeFileSync(new URL(`../../src/lib/server/demo/tables/${name}.json`, import.meta.url), text);
  console.log(
    `${name.padEnd(14)} ${String(sorted.length).padStart(6)} rows ${String(Math.round(text.length / 1024)).padStart(5)} KB`,
  );
}

/** ×10⁴: eleven metres, finer than anything known here. */
function degrees(text: string): number {
  return Math.round(Number(text) * 10_000);
}

function tenths(weeks: string | undefined): number | '' {
  return weeks === undefined || weeks === '' ? '' : Math.round(Number(weeks) * 10);
}

function outcodeOf(postcode: string): string {
  return postcode.split(' ')[0] ?? '';
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
