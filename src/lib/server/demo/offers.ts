/**
 * What the real providers offer at their real sites: the demo world makes a service of each. The specialties are those that
 * the provider treats (NHS England, April 2026); in which of its buildings is a rule of ours, and no directory.
 */
import { once, present, read, words } from './table.ts';
import {
  clinicTypes,
  sensitiveName,
  sites,
  specialties,
  waits,
  type ClinicType,
  type Site,
  type Specialty,
  type Wait,
} from './tables.ts';
import servicesJson from './tables/services.json' with { type: 'json' };

/** A specialty at a site, or one urgent suspected cancer clinic at a trust: what the demo world makes a service of. */
export interface Offer {
  /** "RGT01.ent", "RGT01.2ww-skin" */
  readonly id: string;
  readonly site: Site;
  readonly specialty: Specialty;
  readonly clinicTypes: readonly ClinicType[];
  readonly name: string;
  readonly patientName: string;
  readonly ageFrom: number;
  readonly ageTo: number;
  readonly sex: 'female' | 'male' | null;
  readonly suspectedCancer: boolean;
  /** Null where none is published. */
  readonly wait: Wait | null;
  /** New patients a month here, estimated from what its provider published; null where that is nothing. */
  readonly monthly: number | null;
}

/** Every service in the country, some ten thousand, sorted by id. */
export const offers = once((): readonly Offer[] => {
  const bySlug = new Map([...specialties().values()].map((specialty) => [specialty.slug, specialty]));
  const placed = read(servicesJson, 'site|specialties|cancer').flatMap(([code, slugs]) => {
    const site = present(sites().get(code), code);
    return words(slugs).map((slug) => ({
      site,
      specialty: present(bySlug.get(slug.replace('*', '')), slug),
      // The star marks the provider's main site for the specialty, where rare clinic types are seen.
      isMain: slug.endsWith('*'),
    }));
  });
  // A provider's figures are shared out evenly among its sites; a place with figures of its own keeps them.
  const sharers = Map.groupBy(placed, ({ site, specialty }) => `${site.waitsCode} ${specialty.slug}`);
  const ordinary = placed.map(({ site, specialty, isMain }) => {
    const among = sharers.get(`${site.waitsCode} ${specialty.slug}`)?.length ?? 1;
    return specialtyOffer(site, specialty, isMain, among);
  });
  return [...ordinary, ...cancerOffers()].sort((a, b) => (a.id < b.id ? -1 : 1));
});

function cancerOffers(): Offer[] {
  return read(servicesJson, 'site|specialties|cancer').flatMap(([code, , cancer]) => {
    const site = present(sites().get(code), code);
    return words(cancer).map((type) => cancerOffer(site, present(clinicTypes().get(type), type)));
  });
}

function specialtyOffer(site: Site, specialty: Specialty, isMain: boolean, among: number): Offer {
  const wait = (specialty.group && waits().get(site.waitsCode)?.get(specialty.group)) || null;
  return {
    id: `${site.code}.${specialty.slug}`,
    site,
    specialty,
    clinicTypes: isMain ? specialty.clinicTypes : specialty.clinicTypes.filter((type) => type.weight > 1),
    name: specialty.name,
    patientName: specialty.patientName,
    ageFrom: specialty.ageFrom,
    ageTo: specialty.ageTo,
    sex: specialty.sex,
    suspectedCancer: false,
    wait,
    monthly: wait && Math.max(1, Math.round((wait.newPeriods * specialty.share) / 100 / among)),
  };
}

function cancerOffer(site: Site, type: ClinicType): Offer {
  return {
    id: `${site.code}.${type.code.toLowerCase().replaceAll('_', '-')}`,
    site,
    specialty: present(specialties().get(type.specialty), type.specialty),
    clinicTypes: [type],
    name: type.name,
    patientName: sensitiveName,
    ageFrom: type.ageFrom,
    ageTo: type.ageTo,
    sex: type.sex,
    suspectedCancer: true,
    wait: null,
    monthly: null,
  };
}
