/** How soon half the patients of a service started treatment: it is not a wait for the first appointment, and never called one. */
import type { Service } from '#lib/domain/service.ts';

/** The month that the published figures are of. */
const source = 'NHS England, April 2026';

/** Empty where nothing is known. */
export function treatmentWords({ medianWeeksTenths }: Pick<Service, 'medianWeeksTenths'>): string {
  if (medianWeeksTenths <= 0) return '';
  const weeks = Math.round(medianWeeksTenths / 10);
  const within = weeks <= 1 ? 'a week' : `${weeks} weeks`;
  return `Half of patients started treatment within ${within} (${source})`;
}
