import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { minuteMs } from '#lib/domain/instant.ts';
import { ubrnSchema, type Ubrn } from '#lib/domain/ids.ts';
import { secretOf } from './secret.ts';
import { delayAfter, network, SlowDown } from './slow-down.ts';
import { openPeopleDb, type TestPeople } from './testing/people-db.ts';

const secret = secretOf('k'.repeat(32));
const ubrnOf = (n: number): Ubrn => ubrnSchema.parse(String(n).padStart(12, '0'));

/** Time that moves only when everybody sleeps. */
class Sleepers {
  at = 0;
  readonly #sleeping: { readonly until: number; readonly wake: () => void }[] = [];
  elapsed = () => this.at;
  sleep = (ms: number) =>
    new Promise<void>((wake) => void this.#sleeping.push({ until: this.at + ms, wake }));

  async run<T>(work: Promise<T>): Promise<T> {
    let isDone = false;
    void work.finally(() => (isDone = true)).catch(() => undefined);
    while (!isDone) {
      // Long enough for whatever the database has to do in between.
      await new Promise((resolve) => setTimeout(resolve, 5));
      const next = this.#sleeping.toSorted((a, b) => a.until - b.until)[0];
      if (!next) continue;
      this.#sleeping.splice(this.#sleeping.indexOf(next), 1);
      this.at = Math.max(this.at, next.until);
      next.wake();
    }
    return work;
  }
}

let people: TestPeople;
let sleepers: Sleepers;
let slowDown: SlowDown;
beforeEach(async () => {
  people = await openPeopleDb();
  sleepers = new Sleepers();
  slowDown = new SlowDown(people.db, people.readDb, secret, () => people.time.now, sleepers);
});
afterEach(() => people.close());

/** How long a try took, and what came of it. */
async function attempt(ubrn: Ubrn, address: string, isRight = false) {
  const from = sleepers.at;
  const outcome = await sleepers.run(slowDown.attempt(ubrn, address, () => Promise.resolve(isRight)));
  return { ms: sleepers.at - from, outcome };
}

async function times(n: number, act: (i: number) => ReturnType<typeof attempt>) {
  const all = [];
  for (let i = 0; i < n; i += 1) all.push(await act(i));
  return all;
}

describe('one reference', () => {
  test('each failure makes the next wait longer, up to four seconds, and never locks', async () => {
    const tries = await times(12, (i) => attempt(ubrnOf(1), `10.0.0.${i}`));
    expect(tries.map(({ ms }) => ms)).toEqual([
      150, 150, 150, 400, 650, 1_150, 2_150, 4_150, 4_150, 4_150, 4_150, 4_150,
    ]);
    // The patient, at home, while a stranger guesses: slow, and in.
    const patient = await attempt(ubrnOf(1), '192.0.2.7', true);
    expect(patient).toEqual({ ms: 4_150, outcome: { kind: 'checked', isRight: true } });
    expect((await attempt(ubrnOf(1), '192.0.2.7', true)).ms).toBe(150);
  });

  test('another reference, from elsewhere, waits for nothing', async () => {
    await times(6, () => attempt(ubrnOf(1), '10.0.0.1'));
    expect((await attempt(ubrnOf(2), '10.0.0.2')).ms).toBe(150);
  });

  test('a right answer takes as long as a wrong one', async () => {
    const wrong = await attempt(ubrnOf(1), '10.0.0.1');
    const right = await attempt(ubrnOf(2), '10.0.0.1', true);
    expect(right.ms).toBe(wrong.ms);
  });

  test('after a quiet quarter of an hour it is forgotten', async () => {
    await times(6, () => attempt(ubrnOf(1), '10.0.0.1'));
    people.time.now += 15 * minuteMs + 1;
    expect((await attempt(ubrnOf(1), '10.0.0.1')).ms).toBe(150);
    expect(await people.readDb.selectFrom('attempt').selectAll().execute()).toHaveLength(2);
  });
});

describe('one address', () => {
  test('guessing at many references slows to one try in two seconds, and stays there', async () => {
    const tries = await times(20, (i) => attempt(ubrnOf(i), '10.0.0.1'));
    expect(tries[9]?.ms).toBe(150);
    expect(tries.slice(-3).map(({ ms }) => ms)).toEqual([2_150, 2_150, 2_150]);
    // A patient at that surgery's own machine still gets in.
    expect((await attempt(ubrnOf(99), '10.0.0.1', true)).outcome).toEqual({ kind: 'checked', isRight: true });
  });

  test('a hundred at once gain nothing: most are refused unread, and told when to come back', async () => {
    await times(14, (i) => attempt(ubrnOf(i), '10.0.0.1'));
    let checked = 0;
    const from = sleepers.at;
    const outcomes = await sleepers.run(
      Promise.all(
        Array.from({ length: 100 }, (_, i) =>
          slowDown.attempt(ubrnOf(100 + i), '10.0.0.1', () => {
            checked += 1;
            return Promise.resolve(false);
          }),
        ),
      ),
    );
    expect(checked).toBeLessThanOrEqual((sleepers.at - from) / 2_000 + 1);
    const refused = outcomes.filter((outcome) => outcome.kind === 'tooSoon');
    expect(refused).toHaveLength(100 - checked);
    expect(refused.every((outcome) => outcome.retryAfterMs > 0)).toBe(true);
  });

  test('a hundred at once from a fresh address are slowed like a hundred in turn', async () => {
    let checked = 0;
    await sleepers.run(
      Promise.all(
        Array.from({ length: 100 }, (_, i) =>
          slowDown.attempt(ubrnOf(i), '10.0.0.1', () => {
            checked += 1;
            return Promise.resolve(false);
          }),
        ),
      ),
    );
    expect(checked).toBeLessThan(20);
  });

  test('what was refused unread does not count against anybody', async () => {
    await times(14, (i) => attempt(ubrnOf(i), '10.0.0.1'));
    await sleepers.run(
      Promise.all(
        Array.from({ length: 50 }, () =>
          slowDown.attempt(ubrnOf(500), '10.0.0.1', () => Promise.resolve(false)),
        ),
      ),
    );
    const { failures } = await people.readDb
      .selectFrom('attempt')
      .select((expression) => expression.fn.max('failures').as('failures'))
      .executeTakeFirstOrThrow();
    expect(failures).toBeLessThan(25);
  });
});

describe('edges', () => {
  test('the table names neither who tried nor from where', async () => {
    await attempt(ubrnOf(123456789012), '10.11.12.13');
    const table = JSON.stringify(await people.readDb.selectFrom('attempt').selectAll().execute());
    expect(table).not.toMatch(/123456789012|10\.11\.12/);
  });

  test('a check that fails to run leaves nobody waiting in line', async () => {
    const broken = slowDown.attempt(ubrnOf(1), '10.0.0.1', () => Promise.reject(new Error('out of reach')));
    await expect(sleepers.run(broken)).rejects.toThrow('out of reach');
    expect((await attempt(ubrnOf(1), '10.0.0.1')).ms).toBe(150);
  });

  test.each([
    ['192.0.2.7', '192.0.2.7'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['2001:db8:1:2:aaaa::1', '2001:db8:1:2'],
    ['2001:0db8:1:2:bbbb:1:2:3', '2001:db8:1:2'],
    ['2001:db8::1', '2001:db8:0:0'],
    ['::1', '0:0:0:0'],
  ])('%s is of network %s', (address, expected) => {
    expect(network(address)).toBe(expected);
  });

  test('delays stop growing', () => {
    expect(delayAfter(1_000_000, 'reference')).toBe(4_000);
    expect(delayAfter(1_000_000, 'address')).toBe(2_000);
  });
});
