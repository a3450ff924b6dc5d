/** The command as an operator runs it: a process of its own, beside a server at work, killed outright, and run again. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { ledgerFile, openForReading, openLedger } from '../ledger/open.ts';
import { Bookings, exchange, loadBusyWorld } from '../ledger/testing/busy-world.ts';
import { monday, rita } from '../ledger/testing/small-world.ts';
import { verifyLedger } from '../ledger/verify.ts';
import { migrations } from '../migrations.ts';
import { generateFiles, ubrnOf, type GeneratedFiles } from './testing/generate.ts';

const root = mkdtempSync(join(tmpdir(), 'holdfast-import-'));
afterAll(() => rmSync(root, { recursive: true }));
const files = await generateFiles(folderOf('large'), { rows: 3_000, seed: 7, badShare: 0.02 });
const fewer = await generateFiles(folderOf('small'), { rows: 1_000, seed: 8, badShare: 0.02 });
/** Each process starts by itself, on a machine that does other things as well. */
const timeoutMs = 120_000;

const all = ({ sites, practices, services, referrals }: GeneratedFiles) => [
  ...['--sites', sites, '--practices', practices],
  ...['--services', services, '--referrals', referrals],
];

function folderOf(name: string): string {
  const folder = join(root, name);
  mkdirSync(folder);
  return folder;
}

function start(folder: string, args: readonly string[]) {
  const script = fileURLToPath(new URL('../../../../scripts/import.ts', import.meta.url));
  const environment = { ...process.env, HOLDFAST_TODAY: '2026-12-07' };
  const child = spawn(process.execPath, [script, ...args, '--data', folder], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: environment,
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (text: Buffer) => (said += String(text)));
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, said }));
  return { child, ended };
}

const run = (folder: string, ...args: string[]) => start(folder, args).ended;

async function held(folder: string) {
  const db = openForReading(join(folder, ledgerFile));
  const { violations } = await verifyLedger(db, monday);
  const ubrns = (await db.selectFrom('referral').select('ubrn').orderBy('ubrn').execute()).map(
    ({ ubrn }) => ubrn,
  );
  const { seq } = await db.selectFrom('head').select('seq').executeTakeFirstOrThrow();
  await db.destroy();
  return { violations, ubrns, seq };
}

/** The booking references of the lines that were not spoilt. */
const goodOf = ({ rows, bad, waits }: GeneratedFiles) =>
  Array.from({ length: rows }, (_, n) => n)
    .filter((n) => !bad.has(n + 2) && !waits.has(n + 2))
    .map(ubrnOf);

test(
  'all good rows of a large file are in, every bad one is named by its line, and the same again changes nothing',
  async () => {
    const folder = folderOf('whole');
    const good = goodOf(files);
    const left = files.bad.size + files.waits.size;
    const first = await run(folder, ...all(files));
    expect(first.code).toBe(1);
    expect(first.said).toContain(
      `referrals: 3,000 rows: ${good.length.toLocaleString('en-GB')} added, ${files.bad.size} not loaded, ${files.waits.size} need a person`,
    );
    expect(first.said).toContain(`… and ${left - 20} more`);
    const before = await held(folder);
    expect(before).toMatchObject({ violations: [], ubrns: good });

    const [report = ''] = readdirSync(folder).filter((name) => name.startsWith('import-'));
    expect(statSync(join(folder, report)).mode & 0o777).toBe(0o600);
    const lines = readFileSync(join(folder, report), 'utf8').trimEnd().split('\r\n').slice(1);
    const named = new Map(
      lines
        .map((line) => line.split(','))
        .map(([, line, column, what]) => [Number(line), `${column} ${what}`]),
    );
    expect(named).toEqual(
      new Map([
        ...[...files.bad].map(([line, column]) => [line, `${column} not loaded`] as const),
        ...[...files.waits].map(([line, column]) => [line, `${column} needs a person`] as const),
      ]),
    );

    const again = await run(folder, ...all(files));
    expect(again.said).toContain(`${good.length.toLocaleString('en-GB')} unchanged`);
    expect(again.said).not.toMatch(/added|updated/);
    expect(await held(folder)).toEqual(before);
  },
  timeoutMs,
);

test(
  'killed outright in the middle, three times over: run again, everything is in once',
  async () => {
    const folder = folderOf('killed');
    // Two entries are the places, one the services; the others a hundred rows each.
    for (const entries of [2, 5, 9]) {
      const { child, ended } = start(folder, all(fewer));
      const file = join(folder, ledgerFile);
      while (child.exitCode === null && (await entriesIn(file)) < entries) await wait(5);
      expect(child.exitCode).toBeNull();
      child.kill('SIGKILL');
      await ended;
      expect((await held(folder)).violations).toEqual([]);
    }
    const last = await run(folder, ...all(fewer));
    expect(last.said).toContain(' unchanged');
    expect(await held(folder)).toMatchObject({ violations: [], ubrns: goodOf(fewer) });
  },
  timeoutMs,
);

test(
  'two people load one file at the same moment: everybody is made once',
  async () => {
    const folder = folderOf('two');
    const { sites, practices, services, referrals } = fewer;
    await run(folder, '--sites', sites, '--practices', practices, '--services', services);
    const both = await Promise.all([1, 2].map(() => run(folder, '--referrals', referrals)));
    const added = both.map(({ said }) => Number(/(\d+) added/.exec(said)?.[1] ?? 0));
    expect(added.reduce((sum, n) => sum + n)).toBe(goodOf(fewer).length);
    expect(await held(folder)).toMatchObject({ violations: [], ubrns: goodOf(fewer) });
  },
  timeoutMs,
);

test(
  'a server at work answers every request meanwhile, and both find their own in the journal',
  async () => {
    const folder = folderOf('beside');
    const file = join(folder, ledgerFile);
    const server = await openLedger({ file, clock: () => monday, log: () => undefined, migrations });
    await loadBusyWorld(server);
    const bookings = new Bookings(Math.random);
    const { ended } = start(folder, all(fewer));
    let isOver = false;
    void ended.then(() => (isOver = true));
    let { cursor } = (await server.clerk.settle(rita, exchange(rita, []))).delta;
    let answered = 0;
    let slowestMs = 0;
    while (!isOver) {
      const began = performance.now();
      const reply = await server.clerk.settle(rita, exchange(rita, [bookings.text()], cursor));
      slowestMs = Math.max(slowestMs, performance.now() - began);
      answered += reply.answers.length;
      for (const { verdict } of reply.answers) bookings.heard(verdict);
      ({ cursor } = reply.delta);
      await wait(5);
    }
    await server.close();
    const { code, said } = await ended;
    expect(said).toContain(`${goodOf(fewer).length} added`);
    expect(code).toBe(1);
    expect(answered).toBeGreaterThan(10);
    // As long as a connection waits for the ledger before it gives up: then somebody would have been turned away.
    expect(slowestMs).toBeLessThan(5_000);
    const { violations, ubrns } = await held(folder);
    expect(violations).toEqual([]);
    expect(ubrns).toEqual(expect.arrayContaining(goodOf(fewer)));
  },
  timeoutMs,
);

test(
  'rows that need a person are listed without where anybody lives, and come off the list by a note',
  async () => {
    const folder = folderOf('waiting');
    await run(folder, ...all(fewer));
    const { said, code } = await run(folder, '--waiting');
    expect(code).toBe(0);
    expect(said).toContain(`${fewer.waits.size} need a person`);
    expect(said).toContain('There is no NHS number');
    expect(said).not.toMatch(/Home Street|LS6|01632/);
    const [id = ''] = /^[0-9a-f]{16}/m.exec(said) ?? [];
    const again = await run(folder, '--again');
    expect(again.said).toContain(`${fewer.waits.size} rows: ${fewer.waits.size} need a person`);
    expect(await run(folder, '--done', id)).toMatchObject({ code: 2 });
    expect(await run(folder, '--done', id, '--note', 'Rita rang: not our patient')).toMatchObject({
      code: 0,
    });
    expect((await run(folder, '--waiting')).said).toContain(`${fewer.waits.size - 1} need a person`);
  },
  timeoutMs,
);

test(
  'the templates are files that can be loaded as they are',
  async () => {
    const folder = folderOf('templates');
    const args: string[] = [];
    for (const kind of ['sites', 'practices', 'services', 'referrals']) {
      const { said, code } = await run(folder, '--template', kind);
      expect(code).toBe(0);
      const path = join(folder, `${kind}.csv`);
      writeFileSync(path, said);
      args.push(`--${kind}`, path);
    }
    const { said, code } = await run(folder, ...args);
    expect(said.match(/: 1 rows: 1 added/g)).toHaveLength(4);
    expect(code).toBe(0);
  },
  timeoutMs,
);

test(
  'what cannot be taken is said in one line, and nothing of it is in',
  async () => {
    const folder = folderOf('refused');
    const wrong = await run(folder, '--sites', files.practices, '--referrals', files.services);
    expect(wrong.code).toBe(2);
    expect(wrong.said).toMatch(/services\.csv lacks the columns ubrn, .*Nothing of it was loaded/);
    expect(await run(folder, '--sites', join(root, 'no.csv'))).toMatchObject({
      code: 2,
      said: `There is no file ${join(root, 'no.csv')}\n`,
    });
    expect((await run(folder, '--referals', files.referrals)).said).toContain('--template sites|practices');
    expect((await run(folder)).code).toBe(2);
  },
  timeoutMs,
);

async function entriesIn(file: string): Promise<number> {
  if (!existsSync(file)) return 0;
  const db = openForReading(file);
  try {
    return (await db.selectFrom('head').select('seq').executeTakeFirst())?.seq ?? 0;
  } catch {
    // The tables are being made.
    return 0;
  } finally {
    await db.destroy();
  }
}
