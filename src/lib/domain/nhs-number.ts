/**
 * NHS numbers: ten digits, the last a modulus 11 check over the first nine, shown 3-3-4.
 * A number that passes may still be nobody's; that is for a lookup to say, not for arithmetic.
 */
declare const brand: unique symbol;
export type NhsNumber = string & { readonly [brand]: 'NhsNumber' };

/** What a person typed or scanned, spaces and dashes allowed; undefined unless it is a valid number. */
export function parseNhsNumber(typed: string): NhsNumber | undefined {
  const digits = typed.replace(/[\s-]/g, '');
  return isNhsNumber(digits) ? digits : undefined;
}

export function isNhsNumber(digits: string): digits is NhsNumber {
  // Ten equal digits pass the check for every digit; they are what a bored finger types, and nobody's number.
  if (!/^\d{10}$/.test(digits) || /^(\d)\1{9}$/.test(digits)) return false;
  return nhsCheckDigit(digits.slice(0, 9)) === Number(digits[9]);
}

/** The tenth digit for the first nine; undefined where there is none, since a remainder of 1 would need a digit of 10. */
export function nhsCheckDigit(nine: string): number | undefined {
  let sum = 0;
  for (let i = 0; i < 9; i += 1) sum += (10 - i) * (nine.charCodeAt(i) - 48);
  const check = 11 - (sum % 11);
  if (check === 10) return undefined;
  return check === 11 ? 0 : check;
}

/** "943 476 5919". */
export function formatNhsNumber(number: string): string {
  return `${number.slice(0, 3)} ${number.slice(3, 6)} ${number.slice(6)}`;
}

/** 999 000 0000 to 999 999 9999 is reserved for tests and never issued. */
const firstTestStem = 999_000_000;
export const testNhsNumbersMax = 500_000;

/**
 * The n-th synthetic patient's number, from 0: always valid, always 999, another one for each n.
 * One stem in eleven has no check digit; of an even stem and the odd one after it at least one has, because their sums
 * differ by the last weight, 2. So each n takes its own pair of stems, and the first of the two that will do.
 */
export function testNhsNumber(n: number): NhsNumber {
  if (!Number.isSafeInteger(n) || n < 0 || n >= testNhsNumbersMax)
    throw new RangeError(`no test NHS number ${n}`);
  const even = firstTestStem + 2 * n;
  const stem = nhsCheckDigit(String(even)) === undefined ? even + 1 : even;
  return `${stem}${nhsCheckDigit(String(stem))}` as NhsNumber;
}
