/** The two ledgers pass one contract: asked the same in the same order, they answer the same, word for word. */
import { expect, test } from 'vitest';
import type { Claim, Intent } from '#lib/domain/claim.ts';
import type { AppointmentId, ClaimId } from '#lib/domain/ids.ts';
import { hourMs } from '#lib/domain/instant.ts';
import type { Author } from '#lib/domain/person.ts';
import { project, type View } from '#lib/domain/project.ts';
import type { Pack, Row, SyncReply, SyncRequest } from '#lib/protocol/exchange.ts';
import { truthOf } from '#lib/sync/truth-rows.ts';
import { Chance } from '../chance.ts';
import { heldTimes } from '../people/screen.ts';
import { wishOf } from '../people/wishes.ts';
import { patientOf, shapes, staffOf, worldOf } from '../world.ts';
import type { Lane } from './lane.ts';
import { openMemoryLane } from './memory.ts';
import { openSqlLane } from './sqlite.ts';

/** Journals differ in how a load is written, so places in them are compared without their hashes. */
const withoutHash = (cursor: string) => cursor.slice(0, cursor.indexOf('.'));

function comparable(reply: SyncReply) {
  return {
    ...reply,
    // Advice, which the ledger in memory gives none of.
    answers: reply.answers.map(({ verdict, replayed }) => ({ verdict, replayed })),
    delta: { ...reply.delta, cursor: withoutHash(reply.delta.cursor), rows: sorted(reply.delta.rows) },
    packs: reply.packs.map((pack) => ({ ...pack, revision: withoutHash(pack.revision) })),
  };
}

const sorted = (rows: readonly Row[]) =>
  rows.toSorted((a, b) => (`${a.entity}${a.key}` < `${b.entity}${b.key}` ? -1 : 1));

/** One who asks both ledgers, and keeps what each said to go on from. */
class Desk {
  readonly author: Author;
  readonly #rows = new Map<string, Row>();
  readonly #packs = new Map<string, Pack>();
  readonly #cursors: [string | null, string | null] = [null, null];
  readonly #held: [Record<string, string | null>, Record<string, string | null>] = [{}, {}];

  constructor(author: Author) {
    this.author = author;
  }

  async exchange(lanes: readonly [Lane, Lane], claims: readonly Claim[]): Promise<void> {
    const ask = (n: 0 | 1): SyncRequest => ({
      protocol: 1,
      scope: this.author.scope,
      cursor: this.#cursors[n],
      claims: claims.map((claim) => JSON.stringify(claim)),
      packs: this.#held[n],
      seen: [],
    });
    const [one, other] = [
      await lanes[0].settle(this.author, ask(0)),
      await lanes[1].settle(this.author, ask(1)),
    ];
    expect(comparable(other)).toEqual(comparable(one));
    this.#keep(0, one);
    this.#keep(1, other);
    for (const row of one.delta.rows) {
      if (row.row) this.#rows.set(`${row.entity}|${row.key}`, row);
      else this.#rows.delete(`${row.entity}|${row.key}`);
    }
    for (const pack of one.packs) this.#packs.set(pack.service, pack);
  }

  wish(now: number, chance: Chance): Intent | undefined {
    const truth = truthOf(this.#rows.values(), this.#cursors[0]);
    const view: View = project(truth, [], now);
    const screen = { view, truth, now, times: heldTimes(this.#packs.values()), freeEnough: 6 };
    const wish = wishOf(screen, this.author, chance, () => chance.uuid() as AppointmentId);
    return wish?.kind === 'ask' ? wish.intent : undefined;
  }

  #keep(n: 0 | 1, reply: SyncReply): void {
    this.#cursors[n] = reply.delta.cursor;
    for (const row of reply.delta.rows) if (row.entity === 'service') this.#held[n][row.key] ??= null;
    for (const pack of reply.packs) this.#held[n][pack.service] = pack.revision;
  }
}

test.each([1, 2, 3, 4])('the ledger in memory answers as the SQL ledger does: %i', async (seed) => {
  const chance = new Chance(`lanes/${seed}`);
  const world = worldOf(shapes.meeting[seed % shapes.meeting.length]!);
  let now = world.shape.startsAt + hourMs;
  const lanes = [await openSqlLane(world, () => now), await openMemoryLane(world, () => now)] as const;
  const staff = [...world.people.values()].map(staffOf);
  const desks = [...staff, ...[...world.referrals.keys()].slice(0, 3).map(patientOf)].map(
    (author) => new Desk(author),
  );
  for (const desk of desks) await desk.exchange(lanes, []);
  for (const desk of desks) await desk.exchange(lanes, []);
  let last: Claim | undefined;
  for (let i = 0; i < 250; i += 1) {
    now += chance.wait(4 * 60_000);
    const desk = chance.pick(desks)!;
    const intent = desk.wish(now, chance);
    const claim: Claim | undefined = intent && {
      v: 1,
      id: chance.uuid() as ClaimId,
      author: desk.author,
      madeAt: now,
      intent,
    };
    // Now and then a claim comes again, and is answered as before.
    const again = last?.author === desk.author && chance.isLucky(0.5) ? [last] : [];
    await desk.exchange(lanes, claim ? [claim, ...again] : again);
    last = claim ?? last;
    if (i === 120) for (const lane of lanes) await lane.backUp();
  }
  const [sql, memory] = [await lanes[0].tables(), await lanes[1].tables()];
  const plain = (tables: typeof sql) => ({
    ...tables,
    head: withoutHash(tables.head),
    slots: new Set(tables.slots),
  });
  expect(plain(memory)).toEqual(plain(sql));
  expect(sql.claims).toBeGreaterThan(100);

  for (const lane of lanes) expect(await lane.restore()).toBe(true);
  const [before, after] = [await lanes[0].tables(), await lanes[1].tables()];
  expect(plain(after)).toEqual(plain(before));
  expect(before.claims).toBeLessThan(sql.claims);
});
