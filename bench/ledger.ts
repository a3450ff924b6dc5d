// Claims per second in the clerk, one by one and batched, on the same data, beside the raw fsync rate of the disk.
// Each claim is a booking that the ledger confirms, with its journal entry, notices, delta and answer: nothing is left out.
// `node bench/ledger.ts [--claims 10000]`
import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Author } from '#lib/domain/person.ts';
import { practiceScope } from '#lib/domain/scope.ts';
import { slotRef } from '#lib/domain/slot.ts';
import { publishedSlots } from '#lib/server/ledger/facts.ts';
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

const { values } = parseArgs({ options: { claims: { type: 'string', default: '10000' } } });
const perPractice = 50;
const practices = Math.ceil(Number(values.claims) / perPractice);
const claims = practices * perPractice;
const folder = mkdtempSync(join(tmpdir(), 'holdfast-bench-'));

const sites = Array.from({ length: practices }, (_, n) => code(`R${String(n).padStart(4, '0')}`));
const services = sites.map((site) => serviceName(`${site}-eyes`));
const desks = Array.from({ length: practices }, (_, n): Author => ({
  ...rita,
  person: `desk${n}` as Author['person'],
  scope: practiceScope(code(`P${String(n).padStart(5, '0')}`)),
}));
const sessions = [session({ minutes: 10, count: 50 })];
const slots = services.map((id, n) =>
  publishedSlots({ effect: 'publish', service: id, firstOrdinal: 0, sessions }).map((slot) =>
    slotRef(slot, sites[n] ?? ''),
  ),
);

/** Bookings of one desk at two hospitals; the second choice is never needed, as on most days. */
function textsOf(desk: Author, n: number): string[] {
  return Array.from({ length: perPractice }, (_, index) => {
    const key = n * perPractice + index + 1;
    const choices = [n, (n + 1) % practices].flatMap((at) => slots[at]?.[index] ?? []);
    const intent = { kind: 'book', ubrn: ubrnNumber(key), appointment: appointmentId(key), choices };
    return JSON.stringify({ v: 1, id: claimId(key), author: desk, madeAt: monday, intent });
  });
}

async function openLoaded(name: string, batchMax: number) {
  const ledger = await openLedger({
    file: join(folder, `${name}.db`),
    clock: () => monday,
    log: (_, message) => console.error(message),
    batchMax,
  });
  let loads = 0xdd_0000;
  const nextLoad = () => claimId((loads += 1));
  const clerks = sites.map((site): Author => ({
    person: `clerk${site}` as Author['person'],
    role: 'clerk',
    scope: `clinic:${site}` as Author['scope'],
  }));
  for (let at = 0; at < practices; at += 100) {
    const some = services.slice(at, at + 100).map((id) => service(id));
    await ledger.clerk.load({ id: nextLoad(), services: some });
    const people = [...desks.slice(at, at + 100), ...clerks.slice(at, at + 100)];
    await ledger.clerk.load({ id: nextLoad(), people: people.map((author) => personOf(author)) });
  }
  for (const [n, desk] of desks.entries()) {
    const referrals = Array.from({ length: perPractice }, (_, index) =>
      referral(n * perPractice + index + 1, {
        practice: desk.scope.slice('practice:'.length) as ReturnType<typeof code>,
        shortlist: [n, (n + 1) % practices].flatMap((at) => services[at] ?? []),
      }),
    );
    await ledger.clerk.load({ id: nextLoad(), referrals });
  }
  for (const [n, author] of clerks.entries()) {
    const intent = publish(services[n] ?? serviceName(''), ...sessions);
    const text = JSON.stringify({ v: 1, id: nextLoad(), author, madeAt: monday, intent });
    await ledger.clerk.settle(author, exchange(author, [text]));
  }
  return ledger;
}

/** All desks at once, each drains its queue, `atOnce` claims an exchange. Claims per second. */
async function measure(name: string, batchMax: number, atOnce: number): Promise<number> {
  const ledger = await openLoaded(name, batchMax);
  const start = await ledger.clerk.settle(rita, exchange(rita, []));
  const queues = desks.map((desk, n) => ({ desk, texts: textsOf(desk, n) }));
  let confirmed = 0;
  const began = performance.now();
  await Promise.all(
    queues.map(async ({ desk, texts }) => {
      let { cursor } = start.delta;
      for (let at = 0; at < texts.length; at += atOnce) {
        const reply = await ledger.clerk.settle(desk, exchange(desk, texts.slice(at, at + atOnce), cursor));
        confirmed += reply.answers.filter(({ verdict }) => verdict.rank === 1).length;
        ({ cursor } = reply.delta);
      }
    }),
  );
  const seconds = (performance.now() - began) / 1000;
  const { violations } = await verifyLedger(ledger.readDb, monday);
  await ledger.close();
  if (confirmed !== claims || violations.length > 0) {
    throw new Error(`${name}: ${confirmed} of ${claims} confirmed, ${violations.length} violations`);
  }
  return claims / seconds;
}

/** How often this disk says "it is on the platter" for one page, which is what a commit alone has to wait for. */
function fsyncRate(): number {
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

const disk = fsyncRate();
console.log(`${claims} bookings by ${practices} desks, node ${process.version}`);
const rows: [string, number][] = [['fsync of one page, raw', disk]];
for (const [name, batchMax, atOnce] of [
  ['one by one, 1 claim an exchange', 1, 1],
  ['one by one, 25 claims an exchange', 1, 25],
  ['batched, 1 claim an exchange', 64, 1],
  ['batched, 25 claims an exchange', 64, 25],
] as const) {
  rows.push([name, await measure(name, batchMax, atOnce)]);
}
const alone = rows[1]?.[1] ?? 1;
console.log(
  `${''.padEnd(36)}${'a second'.padStart(10)}${'× fsync'.padStart(10)}${'× one by one'.padStart(14)}`,
);
for (const [name, rate] of rows) {
  const cells = [rate.toFixed(0).padStart(10), (rate / disk).toFixed(2).padStart(10)];
  console.log(
    `${name.padEnd(36)}${cells.join('')}${(name.includes('raw') ? '' : (rate / alone).toFixed(2)).padStart(14)}`,
  );
}
rmSync(folder, { recursive: true });
