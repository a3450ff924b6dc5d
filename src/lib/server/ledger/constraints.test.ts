// The constraint decides: whatever the code above it believes, these rows cannot be written.
import { sql } from 'kysely';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  appointmentId,
  book,
  northEyes,
  openSmallWorld,
  referral,
  rita,
  southEyes,
  time,
  ubrnNumber,
  type World,
} from './testing/small-world.ts';

let world: World;

beforeEach(async () => {
  world = await openSmallWorld([1, 2].map((n) => referral(n)));
  await world.ask(rita, book(1, 1, time(northEyes, 0)));
});

afterEach(() => world.close());

const id = appointmentId(1);
const another = appointmentId(2);
const copy = (changes: string) => `
  insert into appointment (id, ubrn, patient, service, ordinal, start, status, body)
  select '${another}', ${changes}, start, status, body from appointment where id = '${id}'`;
const [one, two] = [ubrnNumber(1), ubrnNumber(2)].map((ubrn) => `'${ubrn}'`);

test.each([
  ['a second appointment at one time', copy(`${two}, 'p2', service, ordinal`), /unique/i],
  ['a second appointment of one referral', copy(`${one}, patient, service, 1`), /unique/i],
  ['a referral with another’s patient', copy(`${two}, 'p1', service, 1`), /foreign key/i],
  ['an appointment given to another patient', `update appointment set patient = 'p2'`, /foreign key/i],
  ['a time that nobody published', `update appointment set ordinal = 4000`, /foreign key/i],
  [
    'one service with another’s time',
    `update appointment set service = 'NOWHERE-eyes' where service <> '${southEyes}'`,
    /foreign key/i,
  ],
  [
    'one claim twice in the journal',
    `insert into journal select 999, claim_id, digest, at, kind, scope, author_person, author_role, sender_person,
      sender_role, intent, expires_at, verdict, effects, prev, hash from journal where seq = 2`,
    /unique/i,
  ],
])('%s is refused by the database itself', async (_what, statement, expected) => {
  await expect(sql.raw(statement).execute(world.db)).rejects.toThrow(expected);
});

test('a cancelled appointment keeps neither its time nor its referral', async () => {
  await sql.raw(`update appointment set status = 'cancelled'`).execute(world.db);
  await sql
    .raw(copy(`${one}, patient, service, ordinal`).replace(', status, body from', `, 'booked', body from`))
    .execute(world.db);
  const rows = await world.db.selectFrom('appointment').select(['id', 'status']).orderBy('id').execute();
  expect(rows).toEqual([
    { id, status: 'cancelled' },
    { id: another, status: 'booked' },
  ]);
});
