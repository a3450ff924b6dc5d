// An operator's file of referrals, one row in a hundred bad, by the command as it ships: alone, once more, and beside a server at
// work on the same ledger. All good rows must be in, every bad one named by its line, and nothing else in the ledger changed.
// `npm run bench import [-- --rows 100000]`
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { generateFiles, ubrnOf, type GeneratedFiles } from '#lib/server/import/testing/generate.ts';
import { ledgerFile, openForReading, openLedger } from '#lib/server/ledger/open.ts';
import { Bookings, exchange, loadBusyWorld } from '#lib/server/ledger/testing/busy-world.ts';
import { monday, rita } from '#lib/server/ledger/testing/small-world.ts';
import { verifyLedger } from '#lib/server/ledger/verify.ts';
import { migrations } from '#lib/server/migrations.ts';
import type { Figure, Report } from './figure.ts';
import { processorSeconds, residentMb } from './server-process.ts';

const seed = 1;
/** Between two requests of the server beside which rows come in. */
const restMs = 10;

export async function importRates(rows: number): Promise<Report> {
  const root = mkdtempSync(join(tmpdir(), 'holdfast-import-'));
  try {
    const files = await generateFiles(root, { rows, seed });
    const alone = join(root, 'alone');
    const first = await run(alone, files);
    const again = await run(alone, files);
    const whole = await account(alone, files);
    const isUnchanged =
      again.said.includes(`${counted(whole.good)} unchanged`) && again.entries === first.entries;
    const server = await besideServer(join(root, 'beside'), files);
    return {
      figures: [
        ...figuresOf(`${counted(rows)} referrals`, rows, first),
        ...figuresOf('the same file again', rows, again),
        ...server.figures,
      ],
      notes: [
        `${kept(whole.isAllIn)} of ${counted(rows)} rows ${counted(whole.good)} good ones are in, and nothing else`,
        `${kept(whole.isNamed)} ${counted(files.bad.size)} bad rows and ${counted(files.waits.size)} that need a person are named by line and column`,
        `${kept(isUnchanged)} the same file again: all unchanged, no entry in the journal`,
        `${kept(whole.violations === 0)} the journal verifies: ${whole.violations} violations`,
        server.note,
      ],
      isKept: whole.isAllIn && whole.isNamed && isUnchanged && whole.violations === 0 && server.isKept,
    };
  } finally {
    rmSync(root, { recursive: true });
  }
}

interface Ran {
  readonly said: string;
  readonly seconds: number;
  readonly processor: number;
  readonly peakMb: number;
  readonly entries: number;
}

async function run(folder: string, { sites, practices, services, referrals }: GeneratedFiles): Promise<Ran> {
  mkdirSync(folder, { recursive: true });
  const files = [
    '--sites',
    sites,
    '--practices',
    practices,
    '--services',
    services,
    '--referrals',
    referrals,
  ];
  const started = performance.now();
  const child = spawn(process.execPath, ['scripts/import.ts', ...files, '--data', folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
    // The world beside it lives in December.
    env: { ...process.env, HOLDFAST_TODAY: '2026-12-07' },
  });
  let said = '';
  child.stdout.on('data', (text: Buffer) => (said += String(text)));
  let [peakMb, processor] = [0, 0];
  const looking = setInterval(() => {
    peakMb = Math.max(peakMb, residentMb(child.pid) ?? 0);
    processor = processorSeconds(child.pid) ?? processor;
  }, 100);
  await once(child, 'close');
  clearInterval(looking);
  const seconds = (performance.now() - started) / 1000;
  return { said, seconds, processor, peakMb, entries: await entriesIn(folder) };
}

function figuresOf(what: string, rows: number, { seconds, processor, peakMb }: Ran): Figure[] {
  return [
    {
      what: `${what}, whole command`,
      got: seconds,
      unit: 's',
      beside: `${counted(Math.round(rows / seconds))} rows a second, ${processor.toFixed(1)} s of processor`,
    },
    { what: `${what}, memory at its most`, got: peakMb, unit: 'MB' },
  ];
}

/** What is in the ledger and in the report, held against what the file was made of. */
async function account(folder: string, { rows, bad, waits }: GeneratedFiles) {
  const good = Array.from({ length: rows }, (_, n) => n).filter((n) => !bad.has(n + 2) && !waits.has(n + 2));
  const db = openForReading(join(folder, ledgerFile));
  const held = await db.selectFrom('referral').select('ubrn').orderBy('ubrn').execute();
  const { violations } = await verifyLedger(db, monday);
  await db.destroy();
  const [report = ''] = readdirSync(folder)
    .filter((name) => name.endsWith('.csv'))
    .sort();
  const lines = readFileSync(join(folder, report), 'utf8').trimEnd().split('\r\n').slice(1);
  const named = new Set(lines.map((line) => line.split(',').slice(1, 4).join(' ')));
  const expected = [
    ...[...bad].map(([line, column]) => `${line} ${column} not loaded`),
    ...[...waits].map(([line, column]) => `${line} ${column} needs a person`),
  ];
  return {
    good: good.length,
    isAllIn: held.length === good.length && good.every((n, at) => held[at]?.ubrn === ubrnOf(n)),
    isNamed: named.size === expected.length && expected.every((each) => named.has(each)),
    violations: violations.length,
  };
}

/** One desk that asks and asks, first by itself and then while the file comes in. */
async function besideServer(folder: string, files: GeneratedFiles) {
  mkdirSync(folder);
  const file = join(folder, ledgerFile);
  const server = await openLedger({ file, clock: () => monday, log: () => undefined, migrations });
  await loadBusyWorld(server);
  const bookings = new Bookings(Math.random);
  let { cursor } = (await server.clerk.settle(rita, exchange(rita, []))).delta;
  const ask = async (until: () => boolean) => {
    const tookMs: number[] = [];
    while (!until()) {
      const began = performance.now();
      const reply = await server.clerk.settle(rita, exchange(rita, [bookings.text()], cursor));
      tookMs.push(performance.now() - began);
      for (const { verdict } of reply.answers) bookings.heard(verdict);
      ({ cursor } = reply.delta);
      await wait(restMs);
    }
    return tookMs.sort((a, b) => a - b);
  };
  const stop = performance.now() + 3_000;
  const before = await ask(() => performance.now() > stop);
  let isOver = false;
  const importing = run(folder, files).finally(() => (isOver = true));
  const during = await ask(() => isOver);
  const { seconds } = await importing;
  const { violations } = await verifyLedger(server.readDb, monday);
  await server.close();
  return {
    figures: [
      { what: 'the same beside a server at work', got: seconds, unit: 's' },
      delay('a request to that server, 95th percentile', 0.95, before, during),
      delay('a request to that server, the slowest', 1, before, during),
    ],
    note: `${kept(violations.length === 0)} beside the server: ${counted(during.length)} requests answered, none turned away, ${violations.length} violations`,
    isKept: violations.length === 0,
  };
}

function delay(what: string, share: number, before: readonly number[], during: readonly number[]): Figure {
  const at = (all: readonly number[]) =>
    all[Math.min(all.length - 1, Math.floor(all.length * share))] ?? Number.NaN;
  return {
    what,
    got: at(during),
    unit: 'ms',
    beside: `${at(before).toFixed(1)} ms with no import beside it`,
  };
}

async function entriesIn(folder: string): Promise<number> {
  const db = openForReading(join(folder, ledgerFile));
  const head = await db.selectFrom('head').select('seq').executeTakeFirstOrThrow();
  await db.destroy();
  return head.seq;
}

const counted = (n: number) => n.toLocaleString('en-GB');
const kept = (is: boolean) => (is ? 'kept  ' : 'BROKEN');
