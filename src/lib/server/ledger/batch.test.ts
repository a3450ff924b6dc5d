/** Group commit changes how fast, never what: the same claims in the same order, together or one by one. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Intent } from '#lib/domain/claim.ts';
import { hourMs } from '#lib/domain/instant.ts';
import type { Author } from '#lib/domain/person.ts';
import { scopeKind } from '#lib/domain/scope.ts';
import type { SlotRef } from '#lib/domain/slot.ts';
import { parkedReasonSchema } from '#lib/protocol/exchange.ts';
import {
  appointmentId,
  book,
  cancel,
  defer,
  grace,
  move,
  nora,
  northEyes,
  olive,
  openSmallWorld,
  patientOf,
  publish,
  referral,
  rita,
  sam,
  service,
  session,
  southEyes,
  time,
  tuesday,
  ubrnNumber,
  withdraw,
  type World,
} from './testing/small-world.ts';
import { verifyLedger } from './verify.ts';

/** Few of everything, so that claims meet. Of the times, the last two are there only once they are published on the way. */
const few = (max: number) => fc.integer({ min: 1, max });
const slots = fc
  .tuple(fc.constantFrom(northEyes, southEyes), fc.integer({ min: 6, max: 11 }))
  .map(([id, ordinal]): SlotRef => time(id, ordinal));
const choices = fc.array(slots, { minLength: 1, maxLength: 3 });
const appointments = few(6);
/** An appointment with the time that it began with, as most who ask would have seen it; or with some other. */
const seen = fc.oneof(
  { weight: 3, arbitrary: few(4).map((a) => [a, home(a)] as const) },
  { weight: 1, arbitrary: fc.tuple(appointments, slots) },
);
const referrals = few(4);

/** Four referrals are booked before the claims come, each at the time of its number. */
function home(n: number): SlotRef {
  return time(northEyes, 5 + n);
}

/** What a clerk would take away: a time with whoever they saw in it, or a free one. */
const takenAway = fc.oneof(
  seen.map(([a, from]) => [from, a] as const),
  slots.map((slot) => [slot, null] as const),
);

const intents: fc.Arbitrary<Intent> = fc.oneof(
  { weight: 6, arbitrary: fc.tuple(referrals, appointments, choices).map(([n, a, c]) => book(n, a, ...c)) },
  { weight: 4, arbitrary: fc.tuple(seen, choices).map(([[a, from], c]) => move(a, from, ...c)) },
  { weight: 3, arbitrary: seen.map(([a, from]) => cancel(a, from)) },
  { weight: 1, arbitrary: fc.tuple(referrals, slots).map(([n, { service: id }]) => defer(n, id)) },
  {
    weight: 1,
    arbitrary: referrals.map((n): Intent => ({ kind: 'close', ubrn: ubrnNumber(n), reason: 'PATIENT_DIED' })),
  },
  {
    weight: 2,
    arbitrary: fc.array(takenAway, { minLength: 1, maxLength: 4 }).map((list) => {
      const id = list[0]?.[0].service ?? northEyes;
      return withdraw(id, ...list.filter(([slot]) => slot.service === id));
    }),
  },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom(northEyes, southEyes)
      .map((id) => publish(id, session({ start: tuesday + 5 * hourMs, count: 2 }))),
  },
  {
    weight: 1,
    arbitrary: seen.map(([a, from]): Intent => ({
      kind: 'attend',
      appointment: appointmentId(a),
      from,
      outcome: 'arrived',
    })),
  },
);
const authors = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(rita, grace) },
  { weight: 1, arbitrary: fc.constantFrom(olive) },
  { weight: 2, arbitrary: fc.constantFrom(nora, sam) },
  { weight: 2, arbitrary: referrals.map((n) => patientOf(ubrnNumber(n))) },
);
const asks = fc.array(fc.tuple(authors, intents), { minLength: 1, maxLength: 40, size: 'max' });

test('any claims, together or one by one: the same verdicts, the same rows, and a journal that verifies', async () => {
  await fc.assert(
    fc.asyncProperty(asks, async (list) => {
      const together = await settled(list, 64);
      const alone = await settled(list, 1);
      expect(together).toEqual(alone);
    }),
    { numRuns: 30 },
  );
}, 60_000);

async function settled(list: readonly (readonly [Author, Intent])[], batchMax: number) {
  const world = await openSmallWorld(
    [1, 2, 3, 4].map((n) => referral(n, { shortlist: [northEyes, southEyes] })),
    { batchMax },
  );
  await world.ask(rita, ...[1, 2, 3, 4].map((n) => book(n, n, home(n))));
  // The time comes when some are due, so that attendance has something to say.
  world.time.now = tuesday - hourMs;
  await world.clerk.load({ id: claimsOf(world), services: [service(northEyes, { noticeHours: 0 })] });
  const sent = list.map(async ([author, intent]) => {
    const { answers, parked } = await world.send(author, [
      JSON.stringify(world.claim(author, withReason(author, intent))),
    ]);
    return answers[0]?.verdict ?? parked[0]?.reason;
  });
  const verdicts = await Promise.all(sent);
  expect(verdicts.filter((verdict) => parkedReasonSchema.safeParse(verdict).success)).toEqual([]);
  expect(world.alarms).toEqual([]);
  expect((await verifyLedger(world.readDb, world.time.now)).violations).toEqual([]);
  const tables = await rowsOf(world);
  await world.close();
  return { verdicts, tables };
}

/** A reason that this author may give, or most requests would stop at the reason. */
function withReason(author: Author, intent: Intent): Intent {
  const isClinic = scopeKind(author.scope) === 'clinic';
  if (intent.kind === 'cancel') return { ...intent, reason: isClinic ? 'CLINIC_CANCELLED' : 'PATIENT_ILL' };
  if (intent.kind === 'move' && isClinic) return { ...intent, reason: 'CLINIC_CANCELLED' };
  return intent;
}

const claimsOf = (world: World) => world.claim(rita, publish(northEyes)).id;

async function rowsOf({ readDb }: World) {
  return {
    journal: await readDb.selectFrom('journal').selectAll().orderBy('seq').execute(),
    touched: await readDb.selectFrom('touched').selectAll().orderBy('seq').orderBy('scope').execute(),
    appointment: await readDb.selectFrom('appointment').selectAll().orderBy('id').execute(),
    slot: await readDb.selectFrom('slot').selectAll().orderBy('service').orderBy('ordinal').execute(),
    notice: await readDb.selectFrom('notice').selectAll().orderBy('id').execute(),
    referral: await readDb.selectFrom('referral').selectAll().orderBy('ubrn').execute(),
  };
}
