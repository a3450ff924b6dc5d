// `npm run import -- --sites f.csv --practices f.csv --services f.csv --referrals f.csv|f.json [--data DIR]`: brings an
// operator's own data in, beside a running server or without one. docs/import.md has the columns.
// Ends with 0 when everything is in, 1 when rows were left out, 2 when a file could not be taken.
import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { formatNhsNumber, parseNhsNumber } from '#lib/domain/nhs-number.ts';
import { listName } from '#lib/domain/referral.ts';
import { clockFrom } from '#lib/server/config.ts';
import { importFile, type Counts, type ImportDeps } from '#lib/server/import/import.ts';
import { importKinds, type ImportKind, type Loader, type Source } from '#lib/server/import/loader.ts';
import { Organisations, practiceColumns, siteColumns } from '#lib/server/import/organisations.ts';
import { referralColumns } from '#lib/server/import/referral-row.ts';
import { Referrals } from '#lib/server/import/referrals.ts';
import { FileRefused } from '#lib/server/import/refused.ts';
import { Report, templateOf } from '#lib/server/import/report.ts';
import { serviceColumns, Services } from '#lib/server/import/services.ts';
import { sourceOf } from '#lib/server/import/source.ts';
import { formatInstant } from '#lib/domain/instant.ts';
import { closeWaiting, readSettled, readWaiting, type SettledBy } from '#lib/server/import/waiting.ts';
import { isSqliteOutage } from '#lib/server/ledger/engines/sqlite.ts';
import type { OpenLedger } from '#lib/server/ledger/ledger.ts';
import { ledgerFile, openLedger } from '#lib/server/ledger/open.ts';
import { migrations } from '#lib/server/migrations.ts';

const columns = {
  sites: siteColumns,
  practices: practiceColumns,
  services: serviceColumns,
  referrals: referralColumns,
} as const;

const usage = `npm run import -- [--sites FILE] [--practices FILE] [--services FILE] [--referrals FILE] [--data DIR]
npm run import -- --template ${importKinds.join('|')}      prints a file to start from
npm run import -- --waiting                                       lists the rows that need a person
npm run import -- --again                                         tries those rows once more
npm run import -- --done ID --note "who did what about it"        takes one off that list`;

/** How often somebody who watches hears how far it is. */
const progressEveryMs = 2_000;

const say = (line: string) => console.log(line);
const counted = (n: number) => n.toLocaleString('en-GB');

async function main(): Promise<number> {
  const values = asked();
  if (!values) return complain(usage);
  if (values.template !== undefined) return template(values.template);
  const paths = importKinds.flatMap((kind) =>
    values[kind] === undefined ? [] : { kind, path: values[kind] },
  );
  const isAsked = paths.length > 0 || values.waiting || values.again || values.done !== undefined;
  if (!isAsked) return complain(usage);
  const folder = values.data ?? process.env['HOLDFAST_DATA'] ?? './data';
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const clock = clockFrom(process.env['HOLDFAST_TODAY'], Date.now);
  const ledger = await openLedger({
    file: join(folder, ledgerFile),
    clock,
    log: (level, message) => level === 'alarm' && console.error(message),
    migrations,
  });
  try {
    if (values.done !== undefined) return await done(ledger, values.done, values.note, clock());
    if (values.waiting) return await list(ledger);
    return await importAll(
      ledger,
      clock,
      values.again ? await waitingSources(ledger) : sourcesOf(paths),
      folder,
    );
  } finally {
    await ledger.close();
  }
}

/** Undefined where a word is misspelt. */
function asked() {
  const file = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  try {
    const { values } = parseArgs({
      options: {
        ...{ sites: file, practices: file, services: file, referrals: file, data: file },
        ...{ template: file, waiting: flag, again: flag, done: file, note: file },
      },
    });
    return values;
  } catch {
    return undefined;
  }
}

function complain(text: string): number {
  console.error(text);
  return 2;
}

function template(kind: string): number {
  if (!importKinds.includes(kind as ImportKind)) return complain(usage);
  process.stdout.write(templateOf(columns[kind as ImportKind]));
  return 0;
}

/** Opened when its turn comes, since a bundle is read as it is opened. */
interface Coming {
  readonly kind: ImportKind;
  readonly path: string;
  readonly open: () => Promise<Source>;
}

function sourcesOf(paths: readonly { readonly kind: ImportKind; readonly path: string }[]): Coming[] {
  return paths.map(({ kind, path }) => ({
    kind,
    path,
    async open() {
      const source = await sourceOf(path, columns[kind]);
      if (source.unit === 'entry' && kind !== 'referrals')
        throw new FileRefused('is JSON: only referrals come as bundles');
      return source;
    },
  }));
}

/** By the files that they came in, so that two of one file still speak against each other. */
async function waitingSources(ledger: OpenLedger): Promise<Coming[]> {
  const byFile = Map.groupBy(await readWaiting(ledger.readDb), ({ file }) => file);
  return [...byFile].map(([file, rows]) => ({
    kind: 'referrals',
    path: file,
    // Judged anew: why it waited says nothing of whether it does.
    open: async () => ({ file, unit: 'line', rows: () => rows.map(({ line, cells }) => ({ line, cells })) }),
  }));
}

async function importAll(
  ledger: OpenLedger,
  clock: ImportDeps['clock'],
  files: readonly Coming[],
  folder: string,
): Promise<number> {
  if (files.length === 0) say('No row needs a person');
  const stamp = new Date().toISOString().replace(/[:.]/g, '');
  const report = new Report(folder, `import-${stamp}`, say);
  let leftOut = 0;
  try {
    for (const { kind, path, open } of files) {
      try {
        const { bad, waits } = await importOne(ledger, clock, kind, open, report);
        leftOut += bad + waits;
      } catch (error) {
        const said = wordsFor(error, path);
        if (said === undefined) throw error;
        return complain(said);
      }
    }
  } finally {
    report.close();
  }
  return leftOut === 0 ? 0 : 1;
}

/** What an operator can do something about; undefined is our own fault. */
function wordsFor(error: unknown, path: string): string | undefined {
  const { code, message } = error as NodeJS.ErrnoException;
  if (error instanceof FileRefused) return `${path} ${message}. Nothing of it was loaded.`;
  if (code === 'ENOENT') return `There is no file ${path}`;
  if (code === 'EISDIR') return `${path} is a folder`;
  if (code === 'EACCES') return `${path} may not be read`;
  if (!isSqliteOutage(error)) return undefined;
  return `The database could not be reached: ${message}. What is in stays in: run the same again.`;
}

async function importOne(
  ledger: OpenLedger,
  clock: ImportDeps['clock'],
  kind: ImportKind,
  open: Coming['open'],
  report: Report,
): Promise<Counts> {
  const started = performance.now();
  let told = started;
  const deps: ImportDeps = {
    ledger,
    clock,
    ticks: () => performance.now(),
    newId: randomUUID,
    pause,
    isOutage: isSqliteOutage,
    log: (level, message) => level === 'alarm' && console.error(message),
    tell: (finding) => report.add(finding),
    progress(rows, of) {
      if (performance.now() - told < progressEveryMs) return;
      told = performance.now();
      say(`${kind}: ${counted(rows)} of ${counted(of)} rows…`);
    },
  };
  const counts = await importFile(deps, loaderOf(kind, clock()), await open());
  say(`${kind}: ${summaryOf(counts)}, ${((performance.now() - started) / 1000).toFixed(1)} s`);
  return counts;
}

function loaderOf(kind: ImportKind, now: number): Loader<never> {
  const loader =
    kind === 'services'
      ? new Services()
      : kind === 'referrals'
        ? new Referrals({ now, newId: randomUUID })
        : new Organisations(kind);
  // Each reads and takes rows of its own kind; here they only pass through.
  return loader as unknown as Loader<never>;
}

function summaryOf({ rows, added, updated, unchanged, bad, waits }: Counts): string {
  const parts = { added, updated, unchanged, 'not loaded': bad, 'need a person': waits };
  const said = Object.entries(parts).flatMap(([name, n]) => (n === 0 ? [] : `${counted(n)} ${name}`));
  return `${counted(rows)} rows: ${said.join(', ') || 'nothing to do'}`;
}

/** Names, birth dates and numbers, which it takes to find out; where somebody lives it does not take. */
async function list(ledger: OpenLedger): Promise<number> {
  const rows = await readWaiting(ledger.readDb);
  for (const { id, file, line, cells, fault, candidates, notOurs } of rows) {
    const { family_name = '', given_name = '', birth_date = '', nhs_number = '', ubrn = '' } = cells;
    say(`${id}  ${file}:${line}  booking reference ${ubrn}`);
    say(`    ${fault.reason}`);
    if (notOurs) say(`    ${settledWords(notOurs)}${notOurs.note === null ? '' : `: ${notOurs.note}`}`);
    say(
      `    the row:  ${family_name.toUpperCase()}, ${given_name}, born ${birth_date}, NHS number ${shown(nhs_number)}`,
    );
    for (const patient of candidates)
      say(
        `    is held:  ${listName(patient)}, born ${patient.birthDate}, NHS number ${shown(patient.nhsNumber)}`,
      );
  }
  say(rows.length === 0 ? 'No row needs a person' : `${counted(rows.length)} need a person`);
  return 0;
}

function shown(typed: string): string {
  const number = parseNhsNumber(typed);
  return number ? formatNhsNumber(number) : typed || 'none';
}

/** "Rita Shah of L81015 settled it on …, as a new patient" */
function settledWords({ practice, how, byName, at }: SettledBy): string {
  const what = { patient: 'settled it as a patient they know', new: 'settled it as a new patient' };
  const said = how === 'notOurs' ? 'said that it is not theirs' : what[how];
  return `${byName || 'Somebody'} of ${practice} ${said}, ${formatInstant(at)}`;
}

async function done(ledger: OpenLedger, id: string, note: string | undefined, now: number): Promise<number> {
  if (!note?.trim()) return complain('Say with --note who did what about it');
  if (!(await closeWaiting(ledger.db, id, note.trim(), now))) {
    const settled = (await readSettled(ledger.readDb, [id])).get(id);
    return complain(settled ? `${id}: ${settledWords(settled)}` : `No row ${id} is waiting`);
  }
  say(`${id} is off the list. Nothing of it was loaded.`);
  return 0;
}

process.exitCode = await main();
