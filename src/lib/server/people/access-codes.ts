/**
 * Access codes: with the booking reference and the year of birth, a patient's way in. Twelve letters of 21 are 52 bits.
 * No vowels, so no words; no letters or digits that look alike. Kept as a keyed hash, the key outside the database.
 */
import { randomInt, timingSafeEqual } from 'node:crypto';
import type { Ubrn } from '#lib/domain/ids.ts';
import type { Instant } from '#lib/domain/instant.ts';
import type { Author } from '#lib/domain/person.ts';
import { stopsMessages } from '#lib/domain/reasons.ts';
import type { ReferralStatus } from '#lib/domain/referral.ts';
import { patientScope, practiceScope } from '#lib/domain/scope.ts';
import { writeAct } from './access-acts.ts';
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

export type Issued =
  | {
      readonly kind: 'issued';
      /** Told this once. */
      readonly code: string;
      readonly issuedAt: Instant;
      /** Keys of the sessions that the old code had opened. */
      readonly ended: readonly string[];
    }
  /** Another practice's, or nobody's: one answer. */
  | { readonly kind: 'notTheirs' }
  /** The referral is closed, or its patient has died. */
  | { readonly kind: 'closed' };

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

  /**
   * A new code that this member of the referral's practice asked for. In one transaction the old one dies, with whatever
   * it opened, and who asked is written down; so of two who ask at once, the later one's code is good and both are known.
   */
  async issueFor(ubrn: Ubrn, issuer: Author): Promise<Issued> {
    const code = newCode();
    const at = this.#clock();
    return this.#db.transaction().execute(async (transaction): Promise<Issued> => {
      const referral = await transaction
        .selectFrom('referral')
        .select(['patient', 'practice', 'state'])
        .where('ubrn', '=', ubrn)
        .executeTakeFirst();
      if (!referral || practiceScope(referral.practice) !== issuer.scope) return { kind: 'notTheirs' };
      if (referral.state === 'closed' || (await hasDied(transaction, referral.patient))) {
        return { kind: 'closed' };
      }
      const ended = await this.#replace(transaction, ubrn, code, at);
      await writeAct(transaction, {
        kind: 'codeIssued',
        person: issuer.person,
        scope: issuer.scope,
        ubrn,
        at,
      });
      return { kind: 'issued', code: spaced(code), issuedAt: at, ended };
    });
  }

  /** The same with nobody asking: the first code of a referral. Undefined: no such referral. */
  async issue(ubrn: Ubrn): Promise<string | undefined> {
    const code = newCode();
    return (await this.#store(ubrn, code)) ? spaced(code) : undefined;
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

  /**
   * Is this still the code? Asked again where it is acted on: a new one may have been issued since it was checked. Asked and
   * held in one statement, so that on any engine no new one is issued before the transaction that asks is over.
   */
  async isCurrent(
    transaction: PeopleDb,
    { ubrn, code }: Pick<PatientSignIn, 'ubrn' | 'code'>,
  ): Promise<boolean> {
    const held = await transaction
      .updateTable('access_code')
      .set((row) => ({ hash: row.ref('hash') }))
      .where('ubrn', '=', ubrn)
      .where('hash', '=', this.#hash(ubrn, normalised(code)))
      .returning('ubrn')
      .execute();
    return held.length > 0;
  }

  async #store(ubrn: Ubrn, code: string): Promise<boolean> {
    const referral = await this.#readDb
      .selectFrom('referral')
      .select('ubrn')
      .where('ubrn', '=', ubrn)
      .executeTakeFirst();
    if (!referral) return false;
    const at = this.#clock();
    await this.#db.transaction().execute((transaction) => this.#replace(transaction, ubrn, code, at));
    return true;
  }

  /** Returns the keys of the sessions that ended with the old code. */
  async #replace(transaction: PeopleDb, ubrn: Ubrn, code: string, at: Instant): Promise<string[]> {
    const row = { hash: this.#hash(ubrn, code), issued_at: at };
    await transaction
      .insertInto('access_code')
      .values({ ubrn, ...row })
      .onConflict((conflict) => conflict.column('ubrn').doUpdateSet(row))
      .execute();
    const ended = await transaction
      .deleteFrom('session')
      .where('scope', '=', patientScope(ubrn))
      .returning('id')
      .execute();
    return ended.map(({ id }) => id);
  }

  #hash(ubrn: Ubrn, code: string): string {
    return this.#secret.mac('access-code', ubrn, code).toString('hex');
  }
}

/** By any of the patient's referrals: whoever closed one of them knew it for all. */
async function hasDied(db: PeopleDb, patient: string): Promise<boolean> {
  const rows = await db
    .selectFrom('referral')
    .select('status')
    .where('patient', '=', patient)
    .where('state', '=', 'closed')
    .execute();
  // The ledger wrote it from a parsed status.
  return rows.some(({ status }) =>
    stopsMessages((JSON.parse(status) as ReferralStatus).closed?.reason ?? ''),
  );
}

const newCode = () =>
  Array.from({ length: codeLength }, () => codeAlphabet.charAt(randomInt(codeAlphabet.length))).join('');

/** As long as a hash and never one. */
const noHash = '-'.repeat(64);

const normalised = (typed: string) => typed.toUpperCase().replace(/[^A-Z0-9]/g, '');

/** "CDFG HJKM NPQR" */
const spaced = (code: string) => code.replace(/(.{4})(?=.)/g, '$1 ');
