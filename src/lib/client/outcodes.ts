/** Where postcode districts lie, for distances. Fetched when somebody needs it, then kept. */
import type { Place } from '#lib/domain/distance.ts';
import { z } from '#lib/domain/zod.ts';

export const outcodesSchema = z.record(z.string(), z.tuple([z.number(), z.number()]));
export type Outcodes = Readonly<z.infer<typeof outcodesSchema>>;

/** The district of what a person typed, "sw1a 1aa" or "SW1A"; undefined when there is no such district. */
export function placeOf(outcodes: Outcodes, typed: string): Place | undefined {
  const compact = typed.toUpperCase().replace(/[^A-Z0-9]/g, '');
  const outcode = /^([A-Z]{1,2}\d[A-Z\d]?)\d[A-Z]{2}$/.exec(compact)?.[1] ?? compact;
  // Parts of central London ("EC1A") are listed under their whole ("EC1").
  for (const district of [outcode, outcode.replace(/[A-Z]$/, '')]) {
    const found = Object.hasOwn(outcodes, district) ? outcodes[district] : undefined;
    if (found) return { lat: found[0], lon: found[1] };
  }
  return undefined;
}
