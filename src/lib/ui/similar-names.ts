/** Patients of the same or a similar name, to be marked wherever they are listed: two of them are easily mixed up. */
import type { ReferralView } from '#lib/domain/project.ts';
import { isWithheld, type Patient } from '#lib/domain/referral.ts';

export type NameMark = 'same' | 'similar';

/** By NHS number. Similar: one family name and one initial. */
export function markNames(patients: Iterable<Patient>): ReadonlyMap<string, NameMark> {
  const byName = new Map<string, Map<string, string>>();
  for (const patient of patients) {
    if (isWithheld(patient)) continue;
    const { family, given } = plainName(patient);
    const key = `${family} ${given.charAt(0)}`;
    const group = byName.get(key) ?? new Map<string, string>();
    group.set(patient.nhsNumber, given);
    byName.set(key, group);
  }
  const marks = new Map<string, NameMark>();
  for (const group of byName.values()) {
    if (group.size < 2) continue;
    const given = [...group.values()];
    for (const [number, name] of group) {
      marks.set(number, given.filter((one) => one === name).length > 1 ? 'same' : 'similar');
    }
  }
  return marks;
}

const marked = new WeakMap<readonly ReferralView[], ReadonlyMap<string, NameMark>>();

/** Of all patients that a device holds, by NHS number. Most screens ask, and the list is another one when anything changes. */
export function marksAmong(views: readonly ReferralView[]): ReadonlyMap<string, NameMark> {
  const known = marked.get(views);
  if (known) return known;
  const marks = markNames(views.map(({ referral }) => referral.patient));
  marked.set(views, marks);
  return marks;
}

interface PlainName {
  readonly family: string;
  readonly given: string;
}

/** Every list asks this of all its patients anew. A patient's row is replaced whole, never changed, so none is stale. */
const plainNames = new WeakMap<Patient, PlainName>();

function plainName(patient: Patient): PlainName {
  const known = plainNames.get(patient);
  if (known) return known;
  const name = { family: plain(patient.familyName), given: plain(patient.givenName) };
  plainNames.set(patient, name);
  return name;
}

const plain = (name: string) =>
  name
    .normalize('NFD')
    .replace(/[^\p{L}]/gu, '')
    .toLowerCase();
