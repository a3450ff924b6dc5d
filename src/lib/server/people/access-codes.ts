/**
 * Access codes: with the booking reference and the year of birth, a patient's way in. Twelve letters of 21 are 52 bits.
 * No vowels, so no words; no letters or digits that look alike. Kept as a keyed hash, the key outside the database.
 */
import { randomInt, timingSafeEqual } from 'node:crypto';
import type { Ubrn } from '#lib/domain/ids.ts';
import type { Instant } from '#lib/domain/instant.ts';
import { patientScope } from '#lib/domain/scope.ts';
import type { Secret } from './secret.ts';
import type { PeopleDb } from './tables.ts';

export const codeAlphabet = 'CDFGHJKMNPQRTVWXY3479';
export const codeLength = 12;

export interface PatientSignIn {
  readonly ubrn: Ubrn;
  /** As typed: any case, spaces and dashes. */
  readonly code: string;
  readonly birthYear: number;
}

export class AccessCodes {
  readonly #db: PeopleDb;
  readonly #readDb: PeopleDb;
  readonly #secret: Secret;
  readonly #clock: () => Instant;

  constructor(db: PeopleDb, readDb: PeopleDb, secret: Secret, clock: () => Instant) {
    this.#db = db;
    this.#readDb = readDb;
    this.#secret = secret;
    this.#clock = clock;
  }

  /** A new code, told this once: the old one, and whatever it opened, is dead. Undefined: no such referral. */
  async issue(ubrn: Ubrn): Promise<string | undefined> {
    const code = Array.from({ length: codeLength }, () =>
      codeAlphabet.charAt(randomInt(codeAlphabet.length)),
    );
    return (await this.#store(ubrn, code.join(''))) ? spaced(code.join('')) : undefined;
  }

  /**
   * Demonstration only: a code that follows from the reference and the secret, so that it can be shown to visitors and
   * need not be kept. Undefined when the referral has another code by now.
   */
  async demoCode(ubrn: Ubrn): Promise<string | undefined> {
    const bytes = this.#secret.mac('demo-access-code', ubrn);
    const letters = Array.from({ length: codeLength }, (_, i) =>
      codeAlphabet.charAt((bytes[i] ?? 0) % codeAlphabet.length),
    );
    const code = letters.join('');
    const kept = await this.#readDb
      .selectFrom('access_code')
      .select('hash')
      .where('ubrn', '=', ubrn)
      .executeTakeFirst();
    if (!kept) return (await this.#store(ubrn, code)) ? spaced(code) : undefined;
    return kept.hash === this.#hash(ubrn, code) ? spaced(code) : undefined;
  }

  /** Does the same work whether the reference exists or not. */
  async isRight({ ubrn, code, birthYear }: PatientSignIn): Promise<boolean> {
    const given = this.#hash(ubrn, normalised(code));
    const row = await this.#readDb
      .selectFrom('referral')
      .innerJoin('patient', 'patient.id', 'referral.patient')
      .leftJoin('access_code', 'access_code.ubrn', 'referral.ubrn')
      .select(['patient.birth_date', 'access_code.hash'])
      .where('referral.ubrn', '=', ubrn)
      .executeTakeFirst();
    const isCode = timingSafeEqual(Buffer.from(given), Buffer.from(row?.hash ?? noHash));
    const isYear = Number(row?.birth_date.slice(0, 4) ?? '0') === birthYear;
    return isCode && isYear;
  }

  async #store(ubrn: Ubrn, code: string): Promise<boolean> {
    const referral = await this.#readDb
      .selectFrom('referral')
      .select('ubrn')
      .where('ubrn', '=', ubrn)
      .executeTakeFirst();
    if (!referral) return false;
    const row = { hash: this.#hash(ubrn, code), issued_at: this.#clock() };
    await this.#db.transaction().execute(async (transaction) => {
      await transaction
        .insertInto('access_code')
        .values({ ubrn, ...row })
        .onConflict((conflict) => conflict.column('ubrn').doUpdateSet(row))
        .execute();
      await transaction.deleteFrom('session').where('scope', '=', patientScope(ubrn)).execute();
    });
    return true;
  }

  #hash(ubrn: Ubrn, code: string): string {
    return this.#secret.mac('access-code', ubrn, code).toString('hex');
  }
}

/** As long as a hash and never one. */
const noHash = '-'.repeat(64);

const normalised = (typed: string) => typed.toUpperCase().replace(/[^A-Z0-9]/g, '');

/** "CDFG HJKM NPQR" */
const spaced = (code: string) => code.replace(/(.{4})(?=.)/g, '$1 ');
