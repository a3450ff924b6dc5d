/**
 * Who opened a record, who had a new access code made, and where somebody signed in for a patient: what an auditor asks, for
 * one practice. Ordered by when the server learnt of it. A device's clock may be wrong or set back, and what happened without
 * a connection arrives later; so what is new stands at the top, and no later arrival can slip in below a page already read.
 */
import { randomUUID } from 'node:crypto';
import type { ClaimId, PersonId, Ubrn } from '#lib/domain/ids.ts';
import type { Instant } from '#lib/domain/instant.ts';
import { practiceScope, type Scope } from '#lib/domain/scope.ts';
import { accessPageMax, type AccessAct, type AccessPage } from '#lib/protocol/access.ts';
import type { PeopleDb, PeopleTables } from './tables.ts';

export interface AccessQuery {
  /** A practice's. */
  readonly scope: Scope;
  /** One of its referrals, or all. */
  readonly ubrn?: Ubrn | undefined;
  /** Where the page before ended. */
  readonly before?: string | undefined;
}

interface Row extends Omit<AccessAct, 'name'> {
  readonly name: string | null;
}

export class AccessActs {
  readonly #db: PeopleDb;
  readonly #readDb: PeopleDb;
  readonly #clock: () => Instant;

  constructor(db: PeopleDb, readDb: PeopleDb, clock: () => Instant) {
    this.#db = db;
    this.#readDb = readDb;
    this.#clock = clock;
  }

  /** Undefined: the referral is another practice's, or nobody's. */
  async page({ scope, ubrn, before }: AccessQuery): Promise<AccessPage | undefined> {
    if (ubrn !== undefined && (await this.#practiceOf(ubrn)) !== scope) return undefined;
    const from = before === undefined ? undefined : placeOf(before);
    // One more of each than a page holds: whether there is another page is then known.
    const rows = (await Promise.all([this.#opened(scope, ubrn, from), this.#acts(scope, ubrn, from)]))
      .flat()
      .sort(newestFirst);
    const acts = rows.slice(0, accessPageMax).map((row) => ({ ...row, name: row.name ?? '' }));
    const last = acts.at(-1);
    return { acts, more: rows.length > accessPageMax && last ? cursorOf(last) : null };
  }

  /** Who it was, nobody knows: they came with the patient's reference, code and year of birth. */
  async signedInForPatient(ubrn: Ubrn, person: PersonId): Promise<void> {
    const scope = await this.#practiceOf(ubrn);
    if (!scope) return;
    await writeAct(this.#db, { kind: 'signedInForPatient', person, scope, ubrn, at: this.#clock() });
  }

  /** In the asker's own scope: a hospital accounts for its people. */
  askedWho(ubrn: Ubrn, asker: { readonly person: PersonId; readonly scope: Scope }): Promise<void> {
    return writeAct(this.#db, { kind: 'askedWho', ...asker, ubrn, at: this.#clock() });
  }

  async #practiceOf(ubrn: Ubrn): Promise<Scope | undefined> {
    const row = await this.#readDb
      .selectFrom('referral')
      .select('practice')
      .where('ubrn', '=', ubrn)
      .executeTakeFirst();
    return row && practiceScope(row.practice);
  }

  async #opened(scope: Scope, ubrn: Ubrn | undefined, from: Place | undefined): Promise<Row[]> {
    let query = this.#readDb
      .selectFrom('access_event')
      .leftJoin('person', 'person.id', 'access_event.person')
      .select(['access_event.id', 'access_event.ubrn', 'person.name', 'person.role'])
      .select(['access_event.at', 'access_event.received_at as receivedAt'])
      .where('access_event.scope', '=', scope);
    if (ubrn !== undefined) query = query.where('access_event.ubrn', '=', ubrn);
    if (from) {
      query = query.where((where) =>
        where.eb(
          where.refTuple('access_event.received_at', 'access_event.at', 'access_event.id'),
          '<',
          // It may be an id of the other table: their order alone counts.
          where.tuple(from.receivedAt, from.at, from.id as ClaimId),
        ),
      );
    }
    const rows = await query
      .orderBy('access_event.received_at', 'desc')
      .orderBy('access_event.at', 'desc')
      .orderBy('access_event.id', 'desc')
      .limit(accessPageMax + 1)
      .execute();
    return rows.map((row) => ({ ...row, kind: 'opened' }));
  }

  async #acts(scope: Scope, ubrn: Ubrn | undefined, from: Place | undefined): Promise<Row[]> {
    let query = this.#readDb
      .selectFrom('access_act')
      .leftJoin('person', 'person.id', 'access_act.person')
      .select(['access_act.id', 'access_act.kind', 'access_act.ubrn', 'person.name', 'person.role'])
      .select(['access_act.at', 'access_act.at as receivedAt'])
      .where('access_act.scope', '=', scope);
    if (ubrn !== undefined) query = query.where('access_act.ubrn', '=', ubrn);
    if (from) {
      query = query.where((where) =>
        where.eb(
          where.refTuple('access_act.at', 'access_act.at', 'access_act.id'),
          '<',
          where.tuple(from.receivedAt, from.at, from.id),
        ),
      );
    }
    return query
      .orderBy('access_act.at', 'desc')
      .orderBy('access_act.id', 'desc')
      .limit(accessPageMax + 1)
      .execute();
  }
}

export async function writeAct(db: PeopleDb, act: Omit<PeopleTables['access_act'], 'id'>): Promise<void> {
  await db
    .insertInto('access_act')
    .values({ id: randomUUID(), ...act })
    .execute();
}

interface Place {
  readonly receivedAt: Instant;
  readonly at: Instant;
  readonly id: string;
}

const cursorOf = ({ receivedAt, at, id }: Place) => `${receivedAt}.${at}.${id}`;

function placeOf(cursor: string): Place {
  const [receivedAt = '', at = '', id = ''] = cursor.split('.');
  return { receivedAt: Number(receivedAt), at: Number(at), id };
}

/** As the tables order them: ids are of one length and alphabet, so text compares as the database does. */
function newestFirst(a: Place, b: Place): number {
  return b.receivedAt - a.receivedAt || b.at - a.at || (a.id < b.id ? 1 : -1);
}
