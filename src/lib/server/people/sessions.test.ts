import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { hourMs } from '#lib/domain/instant.ts';
import { authorSchema } from '#lib/domain/person.ts';
import { Sessions } from './sessions.ts';
import { openPeopleDb, type TestPeople } from './testing/people-db.ts';

const author = authorSchema.parse({ person: 'rita', role: 'receptionist', scope: 'practice:A81001' });
const patient = authorSchema.parse({
  person: 'patient:012345678901',
  role: 'patient',
  scope: 'patient:012345678901',
});

let people: TestPeople;
let sessions: Sessions;
beforeEach(async () => {
  people = await openPeopleDb();
  await people.addPerson('rita', 'receptionist', 'practice:A81001');
  sessions = new Sessions(people.db, people.readDb, () => people.time.now);
});
afterEach(() => people.close());

describe('a session', () => {
  test('is found by its token, for twelve hours and no longer', async () => {
    const { token } = await sessions.open(author);
    expect(await sessions.find(token)).toMatchObject({ author, isActive: true });
    people.time.now += 12 * hourMs - 1;
    expect(await sessions.find(token)).toBeDefined();
    people.time.now += 1;
    expect(await sessions.find(token)).toBeUndefined();
  });

  test('of staff: all end at once, and no patient’s', async () => {
    const [theirs, staffs] = [await sessions.open(patient), await sessions.open(author)];
    expect(await sessions.endStaffs()).toEqual([staffs.session.key]);
    expect(await sessions.find(staffs.token)).toBeUndefined();
    expect(await sessions.find(theirs.token)).toBeDefined();
    expect(await sessions.endStaffs()).toEqual([]);
  });

  test('using it does not make it longer', async () => {
    const { token, session } = await sessions.open(author);
    people.time.now += 11 * hourMs;
    expect((await sessions.find(token))?.expiresAt).toBe(session.expiresAt);
    const row = await people.readDb.selectFrom('session').selectAll().executeTakeFirstOrThrow();
    expect(row.last_used_at).toBe(people.time.now);
  });

  test('whose token nobody was given is not found, nor by what the table holds', async () => {
    const { token } = await sessions.open(author);
    const row = await people.readDb.selectFrom('session').selectAll().executeTakeFirstOrThrow();
    expect(JSON.stringify(row)).not.toContain(token);
    expect(await sessions.find(row.id)).toBeUndefined();
    expect(await sessions.find('x'.repeat(43))).toBeUndefined();
  });

  test('ended is not found, and another’s goes on', async () => {
    const first = await sessions.open(author);
    const second = await sessions.open(author);
    expect(first.token).not.toBe(second.token);
    expect(await sessions.end(first.token)).toBe(first.session.key);
    expect(await sessions.find(first.token)).toBeUndefined();
    expect(await sessions.find(second.token)).toBeDefined();
  });

  test('of someone who left is known and inactive; so is one whose role or place changed', async () => {
    const { token } = await sessions.open(author);
    await people.setActive('rita', 0);
    expect(await sessions.find(token)).toMatchObject({ author, isActive: false });
    await people.setActive('rita', 1);
    await people.db.updateTable('person').set({ role: 'gp' }).execute();
    expect(await sessions.find(token)).toMatchObject({ isActive: false });
  });

  test('of a patient needs no entry among the staff', async () => {
    const { token } = await sessions.open(patient);
    expect(await sessions.find(token)).toMatchObject({ author: patient, isActive: true });
  });

  test('past its time is swept when somebody signs in', async () => {
    await sessions.open(author);
    people.time.now += 13 * hourMs;
    await sessions.open(author);
    expect(await people.readDb.selectFrom('session').selectAll().execute()).toHaveLength(1);
  });
});
