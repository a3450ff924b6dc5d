/**
 * The directory: every service in the country, columnar, for staff devices. Sites are named once.
 * GET /api/directory, cacheable, its ETag the revision.
 */
import { odsCodeSchema, serviceIdSchema } from '#lib/domain/ids.ts';
import { type Service, serviceSchema } from '#lib/domain/service.ts';
import { z } from '#lib/domain/zod.ts';

const siteSchema = z.tuple([
  odsCodeSchema, // site
  z.string(), // name
  z.string(), // address
  z.string(), // postcode
  z.number(), // lat
  z.number(), // lon
  odsCodeSchema, // provider
  z.string(), // provider's name
  z.string(), // phone
]);

const termsSchema = z.omit(serviceSchema, {
  id: true,
  site: true,
  siteName: true,
  address: true,
  postcode: true,
  lat: true,
  lon: true,
  provider: true,
  providerName: true,
  phone: true,
  medianWeeksTenths: true,
});
type Terms = z.infer<typeof termsSchema>;

export const directorySchema = z.object({
  revision: z.string(),
  sites: z.array(siteSchema),
  /** What services offer, each wording once: thousands of services share a few hundred. */
  terms: z.array(termsSchema),
  /** [id, index of site, index of terms, median weeks ×10] */
  services: z.array(z.tuple([serviceIdSchema, z.int(), z.int(), z.int()])),
});
export type Directory = Readonly<z.infer<typeof directorySchema>>;

export function encodeDirectory(revision: string, services: readonly Service[]): Directory {
  const sites = new Map<string, { index: number; tuple: z.infer<typeof siteSchema> }>();
  const terms = new Map<string, { index: number; terms: Terms }>();
  const rows = services.map((service): Directory['services'][number] => {
    const {
      id,
      site,
      siteName,
      address,
      postcode,
      lat,
      lon,
      provider,
      providerName,
      phone,
      medianWeeksTenths,
      ...offer
    } = service;
    const tuple: z.infer<typeof siteSchema> = [
      site,
      siteName,
      address,
      postcode,
      lat,
      lon,
      provider,
      providerName,
      phone,
    ];
    const siteKey = JSON.stringify(tuple);
    const knownSite = sites.get(siteKey) ?? { index: sites.size, tuple };
    sites.set(siteKey, knownSite);
    const offerKey = JSON.stringify(offer);
    const knownTerms = terms.get(offerKey) ?? { index: terms.size, terms: offer };
    terms.set(offerKey, knownTerms);
    return [id, knownSite.index, knownTerms.index, medianWeeksTenths];
  });
  return {
    revision,
    sites: [...sites.values()].map(({ tuple }) => tuple),
    terms: [...terms.values()].map((known) => known.terms),
    services: rows,
  };
}

/** Rows that name a site or terms that are not there are left out: they cannot be shown, let alone booked. */
export function decodeDirectory(directory: Directory): Service[] {
  return directory.services.flatMap(([id, siteIndex, termsIndex, medianWeeksTenths]) => {
    const tuple = directory.sites[siteIndex];
    const offer = directory.terms[termsIndex];
    if (!tuple || !offer) return [];
    const [site, siteName, address, postcode, lat, lon, provider, providerName, phone] = tuple;
    return [
      {
        ...offer,
        id,
        site,
        siteName,
        address,
        postcode,
        lat,
        lon,
        provider,
        providerName,
        phone,
        medianWeeksTenths,
      },
    ];
  });
}
