/**
 * Where the demo world is told: four real practices from Bristol's middle to its rural edge, and what is in reach of them.
 * Places are real; everybody in them is invented.
 */
import { milesBetween, type Place } from '#lib/domain/distance.ts';
import { odsCodeSchema } from '#lib/domain/ids.ts';
import { chanceOf } from './chance.ts';
import { present } from './table.ts';
import { outcodes, practices, type Practice } from './tables.ts';

export type WorldSize = 'small' | 'region';

const practiceCodes = {
  // Bristol, St Paul's; Chew Magna, in the hills; Fishponds; Portishead, on the Severn.
  region: ['L81015', 'L81072', 'L81075', 'L81004'],
  small: ['L81015', 'L81072'],
} as const satisfies Record<WorldSize, readonly string[]>;

/** As far as people of these practices are sent as a matter of course. */
export const reachMiles = 20;
/** A practice's patients live in its own postcode district and those around it. */
const catchmentMiles = 4;

/** Districts of post-office boxes, where nobody lives. */
const boxesOnly = /9[89]$/;

/** The practices of the world, in a fixed order: the first is the one that most tests and tours use. */
export function worldPractices(size: WorldSize): readonly Practice[] {
  return practiceCodes[size].map((code) => present(practices().get(code), code));
}

export function isInReach(place: Place, size: WorldSize): boolean {
  return worldPractices(size).some((practice) => milesBetween(practice, place) <= reachMiles);
}

export function catchmentOf(practice: Practice): readonly string[] {
  const near = [...outcodes().values()].filter(
    (district) => milesBetween(practice, district) < catchmentMiles && !boxesOnly.test(district.outcode),
  );
  const own = practice.postcode.split(' ')[0] ?? '';
  return [...new Set([own, ...near.map((district) => district.outcode)])];
}

/** A number that Ofcom keeps for drama and nobody answers: 01632 960000 to 960999. */
export function dramaPhone(...key: readonly string[]): string {
  return `01632 960${String(chanceOf('phone', ...key).int(0, 999)).padStart(3, '0')}`;
}

export const odsCode = (code: string) => odsCodeSchema.parse(code);
