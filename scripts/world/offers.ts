/**
 * Which specialties a provider offers at which of its sites: the provider's real treatment functions of April 2026, spread
 * over its real sites by rule. Big sites get more; a trust's main hospital gets all; nothing is left to chance, so that
 * the same sources give the same table.
 */
import { isAcuteTrust, roleOf, slugsOfKind, type Role } from './site-kinds.ts';
import type { SpecialtyRow } from './specialties.ts';

export interface SiteFacts {
  readonly code: string;
  readonly name: string;
  readonly provider: string;
  readonly sector: 'NHS' | 'independent';
}

/** New waits a month by RTT group, as published for the provider or the place. */
export type Volumes = ReadonlyMap<string, number>;

export interface Offer {
  readonly site: string;
  readonly slug: string;
  /** The specialty's main site in the trust: rare clinic types too. */
  readonly full: boolean;
}

/** A second hospital joins in for every so many new patients a month. */
const monthlyPerHospital = 110;
/** A specialty without this many a month is not thought to be run at all (mixed groups are split by estimated shares). */
const monthlyLeast = { NHS: 18, independent: 2 } as const;
/** Outreach to a community hospital is for what many need. */
const monthlyForOutreach = 150;
const outreach = new Set(
  'orthopaedics dermatology ent ophthalmology gynaecology rheumatology cardiology urology surgery physiotherapy podiatry dietetics physiology diabetes'.split(
    ' ',
  ),
);
const community = 'physiotherapy podiatry dietetics speech occupational orthotics'.split(' ');
const mentalHealth = 'mental camhs learning'.split(' ');
/** What independent hospitals do of the mixed groups. */
const independentOf: Readonly<Record<string, readonly string[]>> = {
  X02: ['sports', 'endocrinology'],
  X03: ['mental'],
  X04: ['children'],
  X05: ['pain', 'vascular'],
  X06: ['physiotherapy', 'imaging'],
};

export function specialtiesOf(
  volumes: Volumes,
  sector: SiteFacts['sector'],
  specialties: readonly SpecialtyRow[],
): Map<string, number> {
  const offered = new Map<string, number>();
  for (const { slug, group, share } of specialties) {
    const monthly = ((volumes.get(group) ?? 0) * share) / 100;
    const some = sector === 'NHS' || !group.startsWith('X') || (independentOf[group] ?? []).includes(slug);
    // An independent hospital says little about the mixed groups: what it has there is one or two things, not shares of ten.
    const weight =
      sector === 'independent' && group.startsWith('X') ? (volumes.get(group) ?? 0) / 2 : monthly;
    if (some && weight >= monthlyLeast[sector]) offered.set(slug, weight);
  }
  return offered;
}

/** One trust, its sites, what it treats: the offers. */
export function trustOffers(sites: readonly SiteFacts[], treats: ReadonlyMap<string, number>): Offer[] {
  const placed = sites.map((site) => ({ site, role: roleOf(site.provider, site.code, site.name) }));
  const acute = isAcuteTrust(sites[0]?.provider ?? '');
  return [...treats].flatMap(([slug, monthly]) => {
    const ranked = placed.filter(({ role }) => mayHost(role, slug)).sort(byImportance);
    const hospitals = ranked.filter(({ role }) => role.part === 'main' || role.part === 'special');
    const least = acute ? Math.max(hospitals.length, 1) : ranked.length;
    const count = Math.min(least, 1 + Math.floor(monthly / monthlyPerHospital));
    const chosen = (acute ? hospitals : rotate(ranked, slug)).slice(0, count);
    const others = ranked.filter(
      (entry) => !chosen.includes(entry) && joins(entry.site, entry.role, slug, monthly),
    );
    return [...chosen, ...others].map(({ site }, i) => ({ site: site.code, slug, full: i === 0 }));
  });
}

/** A place with published waits of its own: what it treats, there. */
export function placeOffers(site: SiteFacts, treats: ReadonlyMap<string, number>): Offer[] {
  return [...treats.keys()].map((slug) => ({ site: site.code, slug, full: false }));
}

/** Mental health and community trusts, whose services the waits do not cover: what such trusts do, where it can be. */
export function unmeasuredOffers(site: SiteFacts): Offer[] {
  const list = isMentalHealthSite(site) ? mentalHealth : community;
  return list
    .filter((slug, i) => i === 0 || hash(`${site.code} ${slug}`) % 5 < 2)
    .map((slug, i) => ({ site: site.code, slug, full: i === 0 }));
}

/** Wards, lodges and secure hospitals take nobody by referral from a GP. */
export function takesOutpatients(name: string): boolean {
  return (
    !/\b(inpatient|ward|lodge|house|court|unit|forensic|access team|close|walker|way|rampton|broadmoor|ashworth|wathwood|high secure|intensive|priory|IAPT|grange|cottage spa)\b/i.test(
      name,
    ) && /hospital|centre|clinic|park|service/i.test(name)
  );
}

function isMentalHealthSite(site: SiteFacts): boolean {
  return /^(R[A-Z0-9]{2}|TA[A-Z]|G6V2S)$/.test(site.provider) && !communityTrusts.has(site.provider)
    ? !(mixedTrusts.has(site.provider) && /community|cottage|memorial|general|district/i.test(site.name))
    : false;
}

const communityTrusts = new Set('RY2 RY3 RY4 RY5 RY8 RY9 RYV RYX RYY R1D RDR'.split(' '));
const mixedTrusts = new Set(
  'R1A R1L RAT RDY RJ8 RNU RP1 RPG RT5 RTQ RV3 RV9 RW1 RW5 RWX RRE RNU RVN RHA RP7 RT1 R1J'.split(' '),
);

function mayHost(role: Role, slug: string): boolean {
  if (role.kind !== undefined) return slugsOfKind(role.kind).includes(slug);
  return true;
}

const order = { special: 0, main: 1, broad: 2, community: 3 } as const;
function byImportance(a: { site: SiteFacts; role: Role }, b: { site: SiteFacts; role: Role }): number {
  return (
    order[a.role.part] - order[b.role.part] ||
    a.role.rank - b.role.rank ||
    (a.site.code < b.site.code ? -1 : 1)
  );
}

function joins(site: SiteFacts, role: Role, slug: string, monthly: number): boolean {
  if (role.part === 'broad') return monthly >= 100 && hash(`${site.code} ${slug}`) % 2 === 0;
  return (
    role.part === 'community' &&
    outreach.has(slug) &&
    monthly >= monthlyForOutreach &&
    hash(`${site.code} ${slug}`) % 3 === 0
  );
}

/** Without a main hospital the specialties are dealt round the sites, each from a place of its own. */
function rotate<T>(list: readonly T[], slug: string): T[] {
  const from = list.length === 0 ? 0 : hash(slug) % list.length;
  return [...list.slice(from), ...list.slice(0, from)];
}

/** FNV-1a, 32 bits. */
export function hash(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  // FNV's low bits follow the last letters too closely for a small modulus.
  h ^= h >>> 15;
  return Math.imul(h, 0x2c1b3c6d) >>> 0;
}

/** Urgent suspected cancer: each clinic at the trust's first site for the specialty that runs it. */
const cancerClinics: Readonly<
  Record<string, { readonly by: readonly string[]; readonly monthly: number; readonly trusts?: string }>
> = {
  '2WW_BREAST': { by: ['breast'], monthly: 0 },
  '2WW_SKIN': { by: ['dermatology'], monthly: 0 },
  '2WW_GYNAECOLOGY': { by: ['gynaecology'], monthly: 0 },
  '2WW_UROLOGY': { by: ['urology'], monthly: 0 },
  '2WW_LUNG': { by: ['respiratory'], monthly: 0 },
  '2WW_LOWER_GI': { by: ['gastro', 'surgery'], monthly: 0 },
  '2WW_UPPER_GI': { by: ['gastro', 'surgery'], monthly: 200 },
  '2WW_HEAD_AND_NECK': { by: ['ent', 'oral'], monthly: 0 },
  '2WW_HAEMATOLOGY': { by: ['haematology'], monthly: 60 },
  '2WW_BRAIN': { by: ['neurology'], monthly: 250 },
  '2WW_CHILDREN_AND_YOUNG_PEOPLE': { by: ['children'], monthly: 200 },
  '2WW_NON_SPECIFIC_SYMPTOMS': { by: ['gastro'], monthly: 500 },
  '2WW_CANCER_OF_UNKNOWN_PRIMARY': { by: ['gastro'], monthly: 900 },
  '2WW_BONE': { by: ['orthopaedics'], monthly: 0, trusts: 'RAN RRJ RL1 RTD RTH RJE RM3 RR8' },
  '2WW_SARCOMA': {
    by: ['orthopaedics', 'surgery'],
    monthly: 0,
    trusts: 'RAN RRJ RL1 RTD RTH RX1 RM3 RR8 RPY RVJ RHM RGT',
  },
};

export interface CancerOffer {
  readonly site: string;
  readonly clinicType: string;
}

export function cancerOffers(
  provider: string,
  offers: readonly Offer[],
  treats: ReadonlyMap<string, number>,
): CancerOffer[] {
  if (!isAcuteTrust(provider)) return [];
  return Object.entries(cancerClinics).flatMap(([clinicType, { by, monthly, trusts }]) => {
    if (trusts !== undefined && !trusts.split(' ').includes(provider)) return [];
    const slug = by.find((candidate) => (treats.get(candidate) ?? -1) >= monthly);
    const site = offers.find((offer) => offer.slug === slug && offer.full)?.site;
    return site === undefined ? [] : [{ site, clinicType }];
  });
}
