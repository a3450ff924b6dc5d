// The demonstration back at its beginning, and everybody else's records where they were.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { claimIdSchema } from '#lib/domain/ids.ts';
import { uuidOf } from '#lib/server/demo/chance.ts';
import { ledgerFile, openLedger } from '#lib/server/ledger/open.ts';
import { smallLoad } from '#lib/server/ledger/testing/small-world.ts';
import { migrations } from '#lib/server/migrations.ts';

const slow = { timeout: 120_000 };
let data = '';
beforeEach(() => (data = mkdtempSync(join(tmpdir(), 'holdfast-reset-'))));
afterEach(() => rmSync(data, { recursive: true }));

function reset(env: Readonly<Record<string, string>> = {}) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['scripts/demo-reset.ts', '--data', data], {
    encoding: 'utf8',
    env: { ...process.env, HOLDFAST_WORLD: 'small', HOLDFAST_TODAY: '2026-11-24', ...env },
  });
  return { status, said: stdout + stderr };
}

const file = () => join(data, ledgerFile);
const open = () =>
  openLedger({
    file: file(),
    clock: () => Date.UTC(2026, 10, 24, 10),
    log: () => undefined,
    migrations,
  });

async function headOf() {
  const ledger = await open();
  const head = await ledger.readDb.selectFrom('head').select(['seq', 'hash']).executeTakeFirstOrThrow();
  await ledger.close();
  return head;
}

test(
  'what visitors did is gone, the world is the one of the first morning, and codes stay',
  slow,
  async () => {
    expect(reset()).toMatchObject({
      status: 0,
      said: expect.stringContaining('back at its beginning') as string,
    });
    const fresh = await headOf();
    const secret = readFileSync(join(data, 'secret'), 'utf8');

    const ledger = await open();
    const notice = await ledger.readDb
      .selectFrom('notice')
      .select(['id', 'scope'])
      .where('done', '=', 0)
      .where('scope', '=', 'practice:L81015' as never)
      .executeTakeFirstOrThrow();
    const author = { person: 'L81015.reception1', role: 'receptionist', scope: notice.scope };
    const intent = { kind: 'acknowledge', notice: notice.id, told: { how: 'phone' } };
    const id = claimIdSchema.parse(uuidOf('a visitor'));
    const claim = JSON.stringify({ v: 1, id, author, madeAt: 0, intent });
    const reply = await ledger.clerk.settle(author as never, {
      protocol: 1,
      scope: notice.scope,
      cursor: null,
      claims: [claim],
      packs: {},
      seen: [],
    });
    expect(reply.answers[0]?.verdict.outcome).toBe('confirmed');
    await ledger.close();
    expect((await headOf()).seq).toBe(fresh.seq + 1);

    const again = reset();
    expect(again).toMatchObject({ status: 0, said: expect.stringContaining('Deleted') as string });
    expect(await headOf()).toEqual(fresh);
    expect(readFileSync(join(data, 'secret'), 'utf8')).toBe(secret);
  },
);

test('somebody’s own records are refused, and stay to the byte', slow, async () => {
  const ledger = await open();
  await ledger.clerk.load(smallLoad());
  await ledger.close();
  const before = readFileSync(file());
  const { status, said } = reset();
  expect([status, said]).toEqual([1, expect.stringContaining('records of its own. Nothing was changed.')]);
  expect(readFileSync(file()).equals(before)).toBe(true);
});

test(
  'so are a file of something else, and records that were brought in beside the demonstration',
  slow,
  async () => {
    writeFileSync(file(), 'a letter to my mother, which is no database at all');
    expect(reset()).toMatchObject({ status: 1, said: expect.stringContaining('cannot be read') as string });
    expect(readFileSync(file(), 'utf8')).toContain('mother');
    const other = new DatabaseSync(join(data, 'other.db'));
    other.exec('create table recipes (name text)');
    other.close();
    writeFileSync(file(), readFileSync(join(data, 'other.db')));
    expect(reset()).toMatchObject({ status: 1, said: expect.stringContaining('cannot be read') as string });

    rmSync(file());
    expect(reset().status).toBe(0);
    const ledger = await open();
    await ledger.clerk.load(smallLoad());
    await ledger.close();
    const head = await headOf();
    const { status, said } = reset();
    expect([status, said]).toEqual([
      1,
      expect.stringContaining('brought in beside it. Nothing was changed.'),
    ]);
    expect(await headOf()).toEqual(head);
  },
);

test('while a server uses it, it says what to do, and changes nothing', slow, async () => {
  expect(reset().status).toBe(0);
  const server = await open();
  const { status, said } = reset();
  expect([status, said]).toEqual([
    1,
    expect.stringMatching(/A server is using .*Stop it .*Nothing was changed/),
  ]);
  const { seq } = await server.readDb.selectFrom('head').select('seq').executeTakeFirstOrThrow();
  await server.close();
  expect((await headOf()).seq).toBe(seq);
});

test('where the demonstration is off there is none to put back', () => {
  const { status, said } = reset({ HOLDFAST_DEMO: 'off' });
  expect([status, said]).toEqual([1, expect.stringContaining('demonstration is off')]);
});
