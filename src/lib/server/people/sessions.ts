/**
 * Sessions: who sits at which browser, in which role, for whose data. The browser holds a random token; the table holds
 * its hash. A session ends at sign-out, after twelve hours, or when someone signs in over it. Whether the person still
 * has the right is looked up each time, so that a right withdrawn ends at once.
 */
import { createHash, randomBytes } from 'node:crypto';
import { hourMs, minuteMs, type Instant } from '#lib/domain/instant.ts';
import type { Author } from '#lib/domain/person.ts';
import { scopeKind } from '#lib/domain/scope.ts';
import { compiledOnce } from '../ledger/rows.ts';
import type { PeopleDb, PeopleTables } from './tables.ts';

const sessionMs = 12 * hourMs;
/** Knowing the last use to the quarter of an hour is enough; writing it at each request would be a commit each. */
const lastUsedGrainMs = 15 * minuteMs;

export interface Session {
  /** Names it in memory and in the table; of no use as a token. */
  readonly key: string;
  readonly author: Author;
  /** Somebody signed in for the patient, and said so. */
  readonly isForPatient: boolean;
  readonly expiresAt: Instant;
  /** False when the person's right was withdrawn: they are known, and may do nothing. */
  readonly isActive: boolean;
}

export interface Opening {
  readonly isForPatient?: boolean;
}

export interface Opened {
  readonly token: string;
  readonly session: Session;
}

export class Sessions {
  readonly #db: PeopleDb;
  readonly #readDb: PeopleDb;
  readonly #clock: () => Instant;

  constructor(db: PeopleDb, readDb: PeopleDb, clock: () => Instant) {
    this.#db = db;
    this.#readDb = readDb;
    this.#clock = clock;
  }

  /** A new token each time, whatever the browser held: nobody can plant one to be signed in with. */
  open(author: Author, how: Opening = {}): Promise<Opened> {
    return this.#db.transaction().execute((transaction) => this.#open(transaction, author, how));
  }

  /**
   * Unless it may not; asked in the transaction that opens it, so that what ends every session of a code comes before this one
   * or ends it too.
   */
  openIf(
    mayOpen: (transaction: PeopleDb) => Promise<boolean>,
    author: Author,
    how: Opening = {},
  ): Promise<Opened | undefined> {
    return this.#db
      .transaction()
      .execute(async (transaction) =>
        (await mayOpen(transaction)) ? this.#open(transaction, author, how) : undefined,
      );
  }

  async #open(transaction: PeopleDb, author: Author, { isForPatient = false }: Opening): Promise<Opened> {
    const token = randomBytes(32).toString('base64url');
    const key = keyOf(token);
    const now = this.#clock();
    const expiresAt = now + sessionMs;
    await transaction.deleteFrom('session').where('expires_at', '<=', now).execute();
    await transaction
      .insertInto('session')
      .values({
        id: key,
        ...author,
        created_at: now,
        expires_at: expiresAt,
        last_used_at: now,
        for_patient: isForPatient ? 1 : 0,
      })
      .execute();
    return { token, session: { key, author, isForPatient, expiresAt, isActive: true } };
  }

  /** Undefined when the token is unknown, signed out or past its time. */
  async find(token: string): Promise<Session | undefined> {
    const key = keyOf(token);
    const now = this.#clock();
    const [row] = await sessionOf(this.#readDb, key, now);
    if (!row) return undefined;
    if (now - row.last_used_at > lastUsedGrainMs) await this.#touch(key, now);
    const isStaffActive = row.active === 1 && row.role_now === row.role && row.scope_now === row.scope;
    return {
      key,
      author: { person: row.person, role: row.role, scope: row.scope },
      isForPatient: row.for_patient === 1,
      expiresAt: row.expires_at,
      isActive: scopeKind(row.scope) === 'patient' || isStaffActive,
    };
  }

  /** The key of the session that is no more. */
  async end(token: string): Promise<string> {
    const key = keyOf(token);
    await this.#db.deleteFrom('session').where('id', '=', key).execute();
    return key;
  }

  /** Every session but patients'. Their keys. */
  async endStaffs(): Promise<string[]> {
    const ended = await this.#db
      .deleteFrom('session')
      .where('role', '!=', 'patient')
      .returning('id')
      .execute();
    return ended.map(({ id }) => id);
  }

  #touch(key: string, now: Instant) {
    return this.#db.updateTable('session').set({ last_used_at: now }).where('id', '=', key).execute();
  }
}

const keyOf = (token: string) => createHash('sha256').update(token).digest('hex');

/** Asked twice for each exchange (http/asked.ts). */
const sessionOf = compiledOnce((db, key: string, now: Instant) =>
  db
    .withTables<PeopleTables>()
    .selectFrom('session')
    .leftJoin('person', 'person.id', 'session.person')
    .select([
      'session.person',
      'session.role',
      'session.scope',
      'session.expires_at',
      'session.last_used_at',
      'session.for_patient',
    ])
    .select(['person.role as role_now', 'person.scope as scope_now', 'person.active'])
    .where('session.id', '=', key)
    .where('session.expires_at', '>', now),
);
