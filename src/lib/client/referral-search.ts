/** Finding a patient as reception does: part of a name, NHS number, booking reference or birth date, however it is written. */
import type { LocalDate } from '#lib/domain/instant.ts';
import type { ReferralView } from '#lib/domain/project.ts';
import { fullName, isWithheld, type Patient } from '#lib/domain/referral.ts';

/** Fewer digits than this would match half the list. */
const digitsMin = 3;

export function searchReferrals(referrals: readonly ReferralView[], text: string): readonly ReferralView[] {
  const matches = matcher(text.trim());
  return matches ? referrals.filter(matches) : [];
}

function matcher(text: string): ((view: ReferralView) => boolean) | undefined {
  const isBorn = birthDateMatcher(text);
  const digits = text.replace(/[\s-]/g, '');
  if (/^\d+$/.test(digits)) {
    return ({ referral: { patient, ubrn } }) =>
      (digits.length >= digitsMin &&
        (ubrn.includes(digits) || (!isWithheld(patient) && patient.nhsNumber.includes(digits)))) ||
      (!isWithheld(patient) && (isBorn?.(patient.birthDate) ?? false));
  }
  if (isBorn) return ({ referral: { patient } }) => !isWithheld(patient) && isBorn(patient.birthDate);
  const words = plainWords(text);
  if (words.length === 0) return undefined;
  return ({ referral: { patient } }) => {
    const name = plainName(patient);
    return words.every((word) => name.includes(word));
  };
}

/** Asked of everybody at every letter that is typed. A patient's row is replaced whole, never changed, so none is stale. */
const plainNames = new WeakMap<Patient, string>();

function plainName(patient: Patient): string {
  const known = plainNames.get(patient);
  if (known !== undefined) return known;
  const name = plainWords(fullName(patient)).join(' ');
  plainNames.set(patient, name);
  return name;
}

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/** 6/8/1961, 06.08.61, 6-8-1961, 6 8 1961, 06081961, 6 Aug 1961, 6th August 61, 1961-08-06. British order: day first. */
function birthDateMatcher(text: string): ((birthDate: LocalDate) => boolean) | undefined {
  const iso = /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})$/.exec(text);
  if (iso) return onDate(iso[3], iso[2], iso[1]);
  const numbers =
    /^(\d{1,2})[-/.\s]+(\d{1,2})[-/.\s]+(\d{4}|\d{2})$/.exec(text) ?? /^(\d{2})(\d{2})(\d{4})$/.exec(text);
  if (numbers) return onDate(numbers[1], numbers[2], numbers[3]);
  const words = /^(\d{1,2})(?:st|nd|rd|th)?[\s-]+([a-z]{3,9})[\s,-]+(\d{4}|\d{2})$/i.exec(text);
  const month = words ? months.indexOf((words[2] ?? '').slice(0, 3).toLowerCase()) : -1;
  return words && month >= 0 ? onDate(words[1], String(month + 1), words[3]) : undefined;
}

/** A year of two digits means either century: the list is short, and nobody is sure. */
function onDate(day = '', month = '', year = ''): (birthDate: LocalDate) => boolean {
  const ending = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
  return (birthDate) => birthDate.endsWith(ending);
}

/** Lower case, no accents, apostrophes or punctuation: "O’Brien-José" is "obrien jose". */
function plainWords(text: string): string[] {
  return text
    .normalize('NFD')
    .replace(/[\u0300-\u036f'’`]/g, '')
    .toLowerCase()
    .split(/[^\p{L}]+/u)
    .filter(Boolean);
}
