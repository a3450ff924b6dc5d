// What a storm is made of: as many practices as come back at once, each with a desk, and hospitals with fewer times than
// there are patients who want one.
import { randomBytes, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { dayMs } from '#lib/domain/instant.ts';
import type { ServiceId } from '#lib/domain/ids.ts';
import type { Author } from '#lib/domain/person.ts';
import { clinicScope, practiceScope } from '#lib/domain/scope.ts';
import { slotRef, type SlotRef } from '#lib/domain/slot.ts';
import { publishedSlots } from '#lib/server/ledger/facts.ts';
import type { OpenLedger } from '#lib/server/ledger/ledger.ts';
import { openLedger } from '#lib/server/ledger/open.ts';
import { exchange } from '#lib/server/ledger/testing/busy-world.ts';
import {
  claimId,
  code,
  monday,
  patient,
  personOf,
  referral,
  service,
  serviceName,
  ubrnNumber,
} from '#lib/server/ledger/testing/small-world.ts';
import { peopleMigrations } from '#lib/server/people/tables.ts';

export interface StormSize {
  readonly desks: number;
  readonly claims: number;
  /** More claims than this want a time; so many times there are. */
  readonly times: number;
}

export interface StormDesk {
  readonly author: Author;
  /** The hospitals that its claims name. */
  readonly services: readonly ServiceId[];
  /** The exact bytes of each claim. */
  readonly claims: readonly string[];
}

export interface StormWorld {
  /** For the server's environment. */
  readonly env: Readonly<Record<string, string>>;
  readonly desks: readonly StormDesk[];
}

const timesASession = 60;
const rowsAtOnce = 400;
const sessions = [
  { start: monday + 2 * dayMs, minutes: 5, count: timesASession, clinician: '', mode: 'inPerson' as const },
];

export async function makeStormWorld(data: string, size: StormSize): Promise<StormWorld> {
  const secret = randomBytes(32).toString('base64url');
  const log = (_level: string, message: string) => console.error(message);
  const file = join(data, 'holdfast.db');
  const ledger = await openLedger({ file, clock: () => monday, log, migrations: peopleMigrations });
  const hospitals = Array.from({ length: Math.ceil(size.times / timesASession) }, (_, n) => hospital(n));
  const desks = Array.from({ length: size.desks }, (_, n) => desk(n));
  await load(ledger, hospitals, desks, size);
  await ledger.close();
  const claims = Array.from({ length: size.claims }, (_, n) => claim(n, desks, hospitals));
  return {
    env: {
      HOLDFAST_WORLD: 'none',
      HOLDFAST_TODAY: '2026-12-07',
      HOLDFAST_SECRET: secret,
      HOLDFAST_DEMO: 'on',
    },
    desks: desks.map((author, n) => {
      const own = numbersOf(n, size).flatMap((number) => claims[number] ?? []);
      return {
        author,
        services: [...new Set(own.flatMap(({ services }) => services))],
        claims: own.map(({ text }) => text),
      };
    }),
  };
}

interface Hospital {
  readonly service: ServiceId;
  readonly clerk: Author;
  readonly times: readonly SlotRef[];
}

function hospital(n: number): Hospital {
  const site = code(`R${String(n).padStart(4, '0')}`);
  const id = serviceName(`${site}-eyes`);
  const slots = publishedSlots({ effect: 'publish', service: id, firstOrdinal: 0, sessions });
  return {
    service: id,
    clerk: { person: `clerk.${n}` as Author['person'], role: 'clerk', scope: clinicScope(site) },
    times: slots.map((slot) => slotRef(slot, site)),
  };
}

const practiceOf = (n: number) => code(`P${String(n).padStart(5, '0')}`);
const desk = (n: number): Author => ({
  person: `desk.${n}` as Author['person'],
  role: 'receptionist',
  scope: practiceScope(practiceOf(n)),
});

/** Of a desk's own patients and claims. */
const numbersOf = (desk: number, { desks, claims }: StormSize) =>
  Array.from({ length: Math.ceil((claims - desk) / desks) }, (_, n) => desk + n * desks);

/** The n-th patient's two hospitals; neighbours meet there. */
function wishes(n: number, hospitals: readonly Hospital[]): readonly Hospital[] {
  const [first, second] = [n % hospitals.length, (n + 1) % hospitals.length];
  return [first, second].flatMap((at) => hospitals[at] ?? []);
}

async function load(
  ledger: OpenLedger,
  hospitals: readonly Hospital[],
  desks: readonly Author[],
  size: StormSize,
): Promise<void> {
  let ids = 0xee_0000;
  const nextId = () => claimId((ids += 1));
  const people = [...desks, ...hospitals.map(({ clerk }) => clerk)].map((author) => personOf(author));
  for (const part of parts(hospitals)) {
    await ledger.clerk.load({ id: nextId(), services: part.map(({ service: id }) => service(id)) });
  }
  for (const part of parts(people)) await ledger.clerk.load({ id: nextId(), people: part });
  const referrals = Array.from({ length: size.claims }, (_, n) =>
    referral(n, {
      practice: practiceOf(n % size.desks),
      patient: patient(n),
      shortlist: wishes(n, hospitals).map(({ service: id }) => id),
      referredAt: monday - 7 * dayMs,
    }),
  );
  for (const part of parts(referrals)) await ledger.clerk.load({ id: nextId(), referrals: part });
  for (const { service: id, clerk } of hospitals) {
    const intent = { kind: 'publish', service: id, sessions };
    const text = JSON.stringify({ v: 1, id: nextId(), author: clerk, madeAt: monday, intent });
    const { answers } = await ledger.clerk.settle(clerk, exchange(clerk, [text]));
    if (answers[0]?.verdict.outcome !== 'confirmed') throw new Error(`${id} has no times`);
  }
}

function claim(n: number, desks: readonly Author[], hospitals: readonly Hospital[]) {
  const hospitalsOf = wishes(n, hospitals);
  // Round after round through the hospitals. Five first wishes go to four times; whoever comes too late has a second
  // wish, from the end of the day, which in the last rounds is gone as well.
  const round = Math.floor(n / hospitals.length);
  const places = [Math.floor(round * 0.8) % timesASession, timesASession - 1 - (round % timesASession)];
  const choices = hospitalsOf.flatMap(({ times }, rank) => times[places[rank] ?? 0] ?? []);
  const intent = { kind: 'book', ubrn: ubrnNumber(n), appointment: randomUUID(), choices };
  const author = desks[n % desks.length];
  return {
    services: hospitalsOf.map(({ service: id }) => id),
    text: JSON.stringify({ v: 1, id: randomUUID(), author, madeAt: monday, intent }),
  };
}

function parts<T>(all: readonly T[]): T[][] {
  return Array.from({ length: Math.ceil(all.length / rowsAtOnce) }, (_, n) =>
    all.slice(n * rowsAtOnce, (n + 1) * rowsAtOnce),
  );
}
