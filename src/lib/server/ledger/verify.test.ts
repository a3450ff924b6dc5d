import { sql } from 'kysely';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  appointmentId,
  book,
  nora,
  northEyes,
  openSmallWorld,
  referral,
  rita,
  southEyes,
  time,
  withdraw,
  type World,
} from './testing/small-world.ts';
import { verifyLedger } from './verify.ts';

let world: World;

beforeEach(async () => {
  world = await openSmallWorld([1, 2, 3].map((n) => referral(n)));
  await world.ask(
    rita,
    book(1, 1, time(northEyes, 0)),
    book(2, 2, time(northEyes, 0), time(northEyes, 1)),
    book(3, 3, time(northEyes, 0)),
  );
  await world.ask(nora, withdraw(northEyes, [time(northEyes, 1), 2]));
});

afterEach(() => world.close());

const verify = () => verifyLedger(world.readDb, world.time.now);

/** As somebody could who has the file open: no constraint stands in the way. */
async function tamper(statement: string): Promise<readonly string[]> {
  await sql`pragma foreign_keys = 0`.execute(world.db);
  for (const index of ['one_appointment_a_slot', 'one_appointment_a_referral']) {
    await sql`drop index if exists ${sql.ref(index)}`.execute(world.db);
  }
  await sql.raw(statement).execute(world.db);
  return (await verify()).violations;
}

test('an untouched ledger verifies, and the counts say what was looked at', async () => {
  expect(await verify()).toEqual({
    violations: [],
    counts: {
      entries: 9,
      claims: 8,
      confirmed: 7,
      refused: 1,
      loads: 1,
      slots: 40,
      appointments: 2,
      cancelled: 1,
      notices: 7,
      'notices standing': 5,
      referrals: 3,
      'in booked': 1,
      'in toBook': 2,
    },
  });
});

const id = appointmentId(1);

test.each([
  [`delete from appointment where id = '${id}'`, /I11: appointment .* is missing/],
  [
    `update appointment set status = 'cancelled' where id = '${id}'`,
    /I11: appointment .* not as the journal/,
  ],
  [`update appointment set ordinal = 5 where id = '${id}'`, /I11: appointment .* not as the journal/],
  [`update appointment set patient = 'p2' where id = '${id}'`, /I11: appointment .* not as the journal/],
  [`update slot set start = start + 60000 where ordinal = 7`, /I11: slot .* not as the journal/],
  [`delete from notice where scope like 'practice:%'`, /I11: notice .* is missing/],
  [`update referral set state = 'closed' where ubrn = '000000000001'`, /I11: status of referral/],
  [`update referral set body = '{}' where ubrn = '000000000001'`, /I11: what was loaded: referral/],
  [`update patient set body = replace(body, 'Given1', 'Giver1')`, /I11: what was loaded: patient/],
  [`update service set next_ordinal = 3 where id = '${northEyes}'`, /would give ordinal 3 next/],
  [`update service set pack_seq = 0 where id = '${southEyes}'`, /I7: service .* as of entry 0/],
  [`update head set seq = 7`, /the head is not the last entry/],
  [`delete from journal where seq = 7`, /I3: entry 8 comes after 6/],
  [`update journal set at = at + 1 where seq = 7`, /I11: entry 7 is not what was written/],
  [`update journal set effects = '[]' where seq = 6`, /I11: entry 6 is not what was written/],
  [`delete from touched where seq = 6`, /I7: entry 6 touches no appointment/],
  [`update touched set named = '{}' where seq = 6`, /I7: entry 6 touches no notice/],
])('%s: is found', async (statement, expected) => {
  const violations = await tamper(statement);
  expect(violations.filter((line) => expected.test(line)).length, violations.join('\n')).toBeGreaterThan(0);
});

test('a journal rewritten with its hashes: the entry itself breaks the law', async () => {
  // The refused claim's entry is made to say "none was free" about a time that was.
  const intent = JSON.stringify(book(3, 3, time(northEyes, 5)));
  const violations = await tamper(`update journal set intent = '${intent}' where seq = 8`);
  expect(violations).toContain('I6: entry 8 refused though choice 1 was free');
  const better = JSON.stringify(book(2, 2, time(northEyes, 5), time(northEyes, 1)));
  expect(await tamper(`update journal set intent = '${better}' where seq = 7`)).toContain(
    'I6: entry 7 took choice 2 though choice 1 was free',
  );
  expect(await tamper(`update journal set intent = '${intent}' where seq = 6`)).toContain(
    'I5: entry 6 booked a time that was not asked for',
  );
  expect(await tamper(`update journal set expires_at = 5 where seq = 7`)).toContain(
    'I5: entry 7 was settled after it had expired',
  );
});
