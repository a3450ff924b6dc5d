/** The services of the demo world: what the real providers offer at their real sites, with terms of booking that are ours. */
import { serviceIdSchema } from '#lib/domain/ids.ts';
import type { Booking, Service } from '#lib/domain/service.ts';
import { castTerms } from './cast.ts';
import { chanceOf } from './chance.ts';
import { offers, type Offer } from './offers.ts';
import { dramaPhone, isInReach, odsCode, type WorldSize } from './places.ts';

/** How far ahead each priority may be booked. Eighteen weeks are what the NHS constitution promises for treatment. */
const windowDays = { routine: 126, urgent: 42, TWO_WEEK_WAIT: 14 } as const;

/** What one service needs beside what everybody may know of it. */
export interface DemoService {
  readonly service: Service;
  readonly offer: Offer;
  readonly isNear: boolean;
  /** Days from today to the first one with a free time; null where there is none in sight, or none is booked directly. */
  readonly firstFreeDay: number | null;
}

/** Of those that are booked directly, how many have no time free within their window. */
const fullShare = 0.4;
/** Suspected cancer has fourteen days, so clinics are kept for it. */
const fullShareOfCancer = 0.2;
/** The first appointment comes at about half of the way to treatment. */
const firstOfTreatment = 0.5;
const waitSigma = 0.5;
/** A service that publishes no waits, and the country's median. */
const medianWeeksOfCountry = 11.9;

/** In a small world one service in so many of those out of reach is there, so that "anywhere" has somewhere to go. */
const farInSmall = 15;
/** Of the directly booked ones out of reach, the share that opens times in a region world. */
const farWithTimes = 0.055;
/** Beside those of the cast: enough to choose from, and loaded at once. */
const nearWithTimesInSmall = 10;

export function demoServices(seed: string, size: WorldSize): readonly DemoService[] {
  const all = offers().flatMap((offer) => {
    const isNear = isInReach(offer.site, size);
    const isThere = isNear || size === 'region' || chanceOf(seed, 'far', offer.id).int(1, farInSmall) === 1;
    return isThere ? [{ offer, isNear, service: serviceOf(seed, offer) }] : [];
  });
  const opened =
    size === 'region' ? all.filter((each) => each.isNear || opensFar(seed, each)) : someNear(seed, all);
  const open = new Set(opened.map(({ service }) => service.id));
  return all.map((each) => ({
    ...each,
    firstFreeDay: open.has(each.service.id) ? firstFree(seed, each) : null,
  }));
}

type Listed = Omit<DemoService, 'firstFreeDay'>;

const opensFar = (seed: string, { service }: Listed) => chanceOf(seed, 'opens', service.id).is(farWithTimes);

/** Those of the cast, and a few drawn from all that are near and have times. */
function someNear(seed: string, all: readonly Listed[]): readonly Listed[] {
  const drawn = all
    .filter((each) => each.isNear && !castTerms[each.service.id] && firstFree(seed, each) !== null)
    .map((each) => ({ each, draw: chanceOf(seed, 'small', each.service.id).next() }))
    .sort((a, b) => a.draw - b.draw)
    .slice(0, nearWithTimesInSmall);
  return [...all.filter(({ service }) => castTerms[service.id]), ...drawn.map(({ each }) => each)];
}

function serviceOf(seed: string, offer: Offer): Service {
  const { site } = offer;
  return {
    id: serviceIdSchema.parse(offer.id),
    provider: odsCode(site.provider.code),
    providerName: site.provider.name,
    site: odsCode(site.code),
    siteName: site.name,
    address: site.address,
    postcode: site.postcode,
    lat: site.lat,
    lon: site.lon,
    phone: dramaPhone(site.code),
    name: offer.name,
    patientName: offer.patientName,
    specialty: offer.specialty.name,
    clinicTypes: offer.clinicTypes.map((type) => type.name),
    priorities: offer.suspectedCancer ? ['TWO_WEEK_WAIT'] : ['routine', 'urgent'],
    ageFrom: offer.ageFrom,
    ageTo: offer.ageTo,
    sex: offer.sex,
    booking: bookingOf(seed, offer.id),
    windowDays,
    noticeHours: offer.suspectedCancer ? 24 : 48,
    medianWeeksTenths: offer.wait?.medianTenths ?? 0,
  };
}

function bookingOf(seed: string, id: string): Booking {
  const cast = castTerms[id];
  if (cast) return cast === 'triage' || cast === 'phone' ? cast : 'direct';
  const share = chanceOf(seed, 'booking', id).next();
  return share < 0.7 ? 'direct' : share < 0.85 ? 'phone' : 'triage';
}

/** Null for a service that is full, or not booked directly. */
function firstFree(seed: string, { offer, service: { id, booking } }: Listed): number | null {
  if (booking !== 'direct') return null;
  const chance = chanceOf(seed, 'first free', id);
  const cast = castTerms[id];
  const isFull = cast ? cast !== 'open' : chance.is(offer.suspectedCancer ? fullShareOfCancer : fullShare);
  if (isFull) return null;
  if (offer.suspectedCancer) return chance.int(3, cast ? 5 : 11);
  const medianWeeks = offer.wait ? offer.wait.medianTenths / 10 : medianWeeksOfCountry;
  const days = Math.max(3, Math.round(chance.logNormal(medianWeeks * 7 * firstOfTreatment, waitSigma)));
  // Tests and tours count on these, whatever the draw, with times for urgent patients too.
  if (cast) return Math.min(days, 18);
  return days > windowDays.routine ? null : days;
}
