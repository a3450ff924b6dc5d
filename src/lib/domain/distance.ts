/** Distances between places, in miles and as the crow flies: a sort key and a hint, not a journey. */
export interface Place {
  /** Degrees, WGS 84. */
  readonly lat: number;
  readonly lon: number;
}

const earthRadiusMiles = 3958.76;

/** Great-circle distance by the haversine formula: good to half a per cent, which postcode centroids are not. */
export function milesBetween(a: Place, b: Place): number {
  const lat = radians(b.lat - a.lat);
  const lon = radians(b.lon - a.lon);
  const h =
    Math.sin(lat / 2) ** 2 + Math.cos(radians(a.lat)) * Math.cos(radians(b.lat)) * Math.sin(lon / 2) ** 2;
  return 2 * earthRadiusMiles * Math.asin(Math.min(1, Math.sqrt(h)));
}

/** "about 4 miles". Postcode districts are miles wide, so nothing finer is said, and long ways are rounded to 5 and 10. */
export function formatMiles(miles: number): string {
  if (miles < 1) return 'less than a mile';
  const step = miles < 20 ? 1 : miles < 100 ? 5 : 10;
  const rounded = Math.round(miles / step) * step;
  return rounded === 1 ? 'about 1 mile' : `about ${rounded} miles`;
}

const radians = (degrees: number) => (degrees * Math.PI) / 180;
