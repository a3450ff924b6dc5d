import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ubrnSchema } from '#lib/domain/ids.ts';
import { authorSchema } from '#lib/domain/person.ts';
import { AccessCodes, codeAlphabet, codeLength } from './access-codes.ts';
import { secretOf } from './secret.ts';
import { Sessions } from './sessions.ts';
import { openPeopleDb, type TestPeople } from './testing/people-db.ts';

const ubrn = ubrnSchema.parse('012345678901');
const birthYear = 1961;

let people: TestPeople;
let codes: AccessCodes;
const codesWith = (key: string) =>
  new AccessCodes(people.db, people.readDb, secretOf(key), () => people.time.now);
beforeEach(async () => {
  people = await openPeopleDb();
  await people.addReferral(ubrn, '1961-08-06');
  await people.addReferral('555555555555', '1961-01-01');
  codes = codesWith('k'.repeat(32));
});
afterEach(() => people.close());

async function issued(): Promise<string> {
  const code = await codes.issue(ubrn);
  if (code === undefined) throw new Error('no such referral');
  return code;
}

describe('an access code', () => {
  test('has at least 50 bits and nothing that looks like something else', async () => {
    expect(Math.log2(codeAlphabet.length) * codeLength).toBeGreaterThan(50);
    expect(new Set(codeAlphabet).size).toBe(codeAlphabet.length);
    expect(codeAlphabet).not.toMatch(/[01258OILSZBUAE6]/);
    expect(await issued()).toMatch(/^([CDFGHJKMNPQRTVWXY3479]{4} ){2}[CDFGHJKMNPQRTVWXY3479]{4}$/);
  });

  test('is right in any case and spacing, with the year of birth', async () => {
    const code = await issued();
    const spellings = [code, code.toLowerCase(), code.replaceAll(' ', ''), ` ${code.replaceAll(' ', '-')} `];
    for (const spelling of spellings) {
      expect(await codes.isRight({ ubrn, code: spelling, birthYear })).toBe(true);
    }
  });

  test('is wrong with anything else', async () => {
    const code = await issued();
    const other = ubrnSchema.parse('555555555555');
    const nobody = ubrnSchema.parse('999999999999');
    expect(await codes.isRight({ ubrn, code, birthYear: 1962 })).toBe(false);
    expect(await codes.isRight({ ubrn, code: `${code}C`, birthYear })).toBe(false);
    expect(await codes.isRight({ ubrn, code: '', birthYear })).toBe(false);
    expect(await codes.isRight({ ubrn: other, code, birthYear })).toBe(false);
    expect(await codes.isRight({ ubrn: nobody, code, birthYear: 0 })).toBe(false);
  });

  test('dies when a new one is issued, and so does what it opened', async () => {
    const sessions = new Sessions(people.db, people.readDb, () => people.time.now);
    const scope = `patient:${ubrn}`;
    const { token } = await sessions.open(authorSchema.parse({ person: scope, role: 'patient', scope }));
    const first = await issued();
    const second = await issued();
    expect(await codes.isRight({ ubrn, code: first, birthYear })).toBe(false);
    expect(await codes.isRight({ ubrn, code: second, birthYear })).toBe(true);
    expect(await sessions.find(token)).toBeUndefined();
  });

  test('opens nothing once a new one was issued, though it was right when it was checked', async () => {
    const sessions = new Sessions(people.db, people.readDb, () => people.time.now);
    const scope = `patient:${ubrn}`;
    const author = authorSchema.parse({ person: scope, role: 'patient', scope });
    const first = await issued();
    expect(await codes.isRight({ ubrn, code: first, birthYear })).toBe(true);
    const second = await issued();
    const openBy = (code: string) => sessions.openIf((db) => codes.isCurrent(db, { ubrn, code }), author);
    expect(await openBy(first)).toBeUndefined();
    const opened = await openBy(second.toLowerCase());
    expect(opened && (await sessions.find(opened.token))?.author).toEqual(author);
    expect(await people.db.selectFrom('session').select('id').execute()).toHaveLength(1);
  });

  test('is held, not only read, where it is acted on: who may not write cannot tell', async () => {
    const code = await issued();
    await expect(codes.isCurrent(people.readDb, { ubrn, code })).rejects.toThrow(/readonly/);
    expect(await codes.isCurrent(people.db, { ubrn, code })).toBe(true);
    expect(await codes.isCurrent(people.db, { ubrn, code: `${code}C` })).toBe(false);
  });

  test('cannot be checked by who has the database and not the key', async () => {
    const code = await issued();
    expect(await codesWith('x'.repeat(32)).isRight({ ubrn, code, birthYear })).toBe(false);
    const table = JSON.stringify(await people.readDb.selectFrom('access_code').selectAll().execute());
    expect(table).not.toContain(code.replaceAll(' ', ''));
  });

  test('is not issued for a referral that does not exist', async () => {
    expect(await codes.issue(ubrnSchema.parse('999999999999'))).toBeUndefined();
  });
});

describe('a demo code', () => {
  test('is the same each time and opens; a code issued since is not given away', async () => {
    const code = await codes.demoCode(ubrn);
    expect(await codes.demoCode(ubrn)).toBe(code);
    expect(await codes.isRight({ ubrn, code: code ?? '', birthYear })).toBe(true);
    await issued();
    expect(await codes.demoCode(ubrn)).toBeUndefined();
  });
});
