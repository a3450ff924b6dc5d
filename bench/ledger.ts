// Claims per second in the clerk, one by one and batched, on the same data, beside the raw fsync rate of the disk.
// Each claim is a booking that the ledger confirms, with its journal entry, notices, delta and answer: nothing is left out.
// `node bench/ledger.ts [--claims 10000]`
import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { OdsCode, PersonId } from '#lib/domain/ids.ts';
import type { Author } from '#lib/domain/person.ts';
import { clinicScope, practiceScope } from '#lib/domain/scope.ts';
import { slotRef } from '#lib/domain/slot.ts';
import { publishedSlots } from '#lib/server/ledger/facts.ts';
import type { OpenLedger } from '#lib/server/ledger/ledger.ts';
import { openLedger } from '#lib/server/ledger/open.ts';
import { exchange } from '#lib/server/ledger/testing/busy-world.ts';
import {
  appointmentId,
  claimId,
  code,
  monday,
  personOf,
  publish,
  referral,
  rita,
  service,
  serviceName,
  session,
  ubrnNumber,
} from '#lib/server/ledger/testing/small-world.ts';
import { verifyLedger } from '#lib/server/ledger/verify.ts';

export interface LedgerRate {
  readonly name: string;
  readonly aSecond: number;
  /** Processor time of one claim, in microseconds; of the raw fsync, none. */
  readonly cpuUs: number | null;
}

/** Bookings that one desk has waiting, each for a patient and a time of its own. */
const perDesk = 50;
const sessions = [session({ minutes: 10, count: perDesk })];
const ways = [
  { name: 'one by one, 1 claim an exchange', batchMax: 1, atOnce: 1 },
  { name: 'one by one, 25 claims an exchange', batchMax: 1, atOnce: 25 },
  { name: 'batched, 1 claim an exchange', batchMax: 64, atOnce: 1 },
  { name: 'batched, 25 claims an exchange', batchMax: 64, atOnce: 25 },
] as const;

/** The raw fsync first. Throws when a claim was not confirmed, or the ledger does not verify afterwards. */
export async function ledgerRates(claims: number): Promise<LedgerRate[]> {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-bench-'));
  try {
    const rates: LedgerRate[] = [{ name: 'fsync of one page, raw', aSecond: fsyncRate(folder), cpuUs: null }];
    const world = new BenchWorld(Math.ceil(claims / perDesk));
    for (const { name, batchMax, atOnce } of ways) {
      const ledger = await openLedger({
        file: join(folder, `${rates.length}.db`),
        clock: () => monday,
        log: (_, message) => console.error(message),
        batchMax,
      });
      await world.load(ledger);
      rates.push({ name, ...(await world.measure(ledger, atOnce)) });
      await ledger.close();
    }
    return rates;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** How often this disk says "it is kept" for one page: what a commit alone has to wait for. */
function fsyncRate(folder: string): number {
  const file = openSync(join(folder, 'fsync'), 'w');
  const page = Buffer.alloc(4096, 1);
  let count = 0;
  const began = performance.now();
  while (performance.now() - began < 1000) {
    writeSync(file, page, 0, page.length, (count % 1000) * page.length);
    fdatasyncSync(file);
    count += 1;
  }
  const seconds = (performance.now() - began) / 1000;
  closeSync(file);
  return count / seconds;
}

interface BenchDesk {
  readonly practice: OdsCode;
  readonly desk: Author;
  readonly site: OdsCode;
  readonly clerk: Author;
}

/** As many practices as hospitals; each practice books at its own hospital, with the next one's time as second choice. */
class BenchWorld {
  readonly #desks: readonly BenchDesk[];

  constructor(desks: number) {
    this.#desks = Array.from({ length: desks }, (_, n) => {
      const number = String(n).padStart(5, '0');
      const practice = code(`P${number}`);
      const site = code(`R${number}`);
      const person = (name: string) => `${name}${number}` as PersonId;
      return {
        practice,
        desk: { ...rita, person: person('desk'), scope: practiceScope(practice) },
        site,
        clerk: { person: person('clerk'), role: 'clerk', scope: clinicScope(site) },
      };
    });
  }

  async load({ clerk }: OpenLedger): Promise<void> {
    let ids = 0xdd_0000;
    const nextId = () => claimId((ids += 1));
    for (let at = 0; at < this.#desks.length; at += 100) {
      const some = this.#desks.slice(at, at + 100);
      await clerk.load({
        id: nextId(),
        people: some.flatMap((each) => [personOf(each.desk), personOf(each.clerk)]),
        services: some.map(({ site }) => service(eyesAt(site))),
      });
    }
    for (const [n, { practice, site, clerk: author }] of this.#desks.entries()) {
      const shortlist = [eyesAt(site), eyesAt(this.#after(n).site)];
      const referrals = numbers(n).map((key) => referral(key, { practice, shortlist }));
      await clerk.load({ id: nextId(), referrals });
      const intent = publish(eyesAt(site), ...sessions);
      const text = JSON.stringify({ v: 1, id: nextId(), author, madeAt: monday, intent });
      await clerk.settle(author, exchange(author, [text]));
    }
  }

  /** All desks at once, each drains its queue, `atOnce` claims an exchange. */
  async measure(ledger: OpenLedger, atOnce: number): Promise<Omit<LedgerRate, 'name'>> {
    const { delta } = await ledger.clerk.settle(rita, exchange(rita, []));
    const queues = this.#desks.map(({ desk }, n) => ({ desk, texts: this.#textsOf(n) }));
    const claims = this.#desks.length * perDesk;
    let confirmed = 0;
    const began = performance.now();
    const cpu = process.cpuUsage();
    await Promise.all(
      queues.map(async ({ desk, texts }) => {
        let { cursor } = delta;
        for (let at = 0; at < texts.length; at += atOnce) {
          const request = exchange(desk, texts.slice(at, at + atOnce), cursor);
          const reply = await ledger.clerk.settle(desk, request);
          confirmed += reply.answers.filter(({ verdict }) => verdict.rank === 1).length;
          ({ cursor } = reply.delta);
        }
      }),
    );
    const { user, system } = process.cpuUsage(cpu);
    const seconds = (performance.now() - began) / 1000;
    const { violations } = await verifyLedger(ledger.readDb, monday);
    if (confirmed !== claims || violations.length > 0) {
      throw new Error(`${confirmed} of ${claims} confirmed; ${violations.slice(0, 5).join('; ')}`);
    }
    return { aSecond: claims / seconds, cpuUs: (user + system) / claims };
  }

  #after(n: number): BenchDesk {
    const desk = this.#desks[(n + 1) % this.#desks.length];
    if (!desk) throw new Error('bench: no desks');
    return desk;
  }

  #textsOf(n: number): string[] {
    const own = this.#desks[n];
    if (!own) throw new Error(`bench: no desk ${n}`);
    const first = timesAt(own.site);
    const second = timesAt(this.#after(n).site);
    return numbers(n).map((key, index) => {
      const choices = [first[index], second[index]].flatMap((time) => time ?? []);
      const intent = { kind: 'book', ubrn: ubrnNumber(key), appointment: appointmentId(key), choices };
      return JSON.stringify({ v: 1, id: claimId(key), author: own.desk, madeAt: monday, intent });
    });
  }
}

const eyesAt = (site: OdsCode) => serviceName(`${site}-eyes`);

/** Of the n-th desk's referrals, and of its claims and appointments. */
const numbers = (n: number) => Array.from({ length: perDesk }, (_, index) => n * perDesk + index + 1);

function timesAt(site: OdsCode) {
  const slots = publishedSlots({ effect: 'publish', service: eyesAt(site), firstOrdinal: 0, sessions });
  return slots.map((slot) => slotRef(slot, site));
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { claims: { type: 'string', default: '10000' } } });
  const rates = await ledgerRates(Number(values.claims));
  const disk = rates[0]?.aSecond ?? 1;
  const alone = rates[1]?.aSecond ?? 1;
  console.log(`${values.claims} bookings, node ${process.version}`);
  const line = (name: string, ...cells: string[]) =>
    console.log(name.padEnd(36) + cells.map((cell) => cell.padStart(14)).join(''));
  line('', 'a second', '× raw fsync', '× one by one', 'CPU a claim');
  for (const { name, aSecond, cpuUs } of rates) {
    const times = cpuUs === null ? '' : (aSecond / alone).toFixed(2);
    line(
      name,
      aSecond.toFixed(0),
      (aSecond / disk).toFixed(2),
      times,
      cpuUs === null ? '' : `${cpuUs.toFixed(0)} µs`,
    );
  }
}
