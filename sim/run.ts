// `npm run sim -- --seeds N [--seed S] [--lane memory|sqlite] [--trace]`: plays seeds, and ends with 1 if one of them shows
// something that may not be. `--hash` prints each seed's, `--acts N` stops people after so many looks, `--no-shrink` leaves a
// failing world as large as it is. `--save NAME` keeps the run as a part of the long one, also while it runs; `--minutes M`
// ends it after the seed that is being played then. `--faults A,B` has these strike in place of those that each seed brings.
import { execFileSync } from 'node:child_process';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { Counts } from './counts.ts';
import { coverageTables, missingPairs, pairsInAll } from './pairs/table.ts';
import { savePart } from './parts.ts';
import { isFault, type LaneName, type SimOptions } from './options.ts';
import { runSeed, type SeedResult } from './seed.ts';
import { shrink } from './shrink.ts';
import type { PaceName } from './world.ts';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '100' },
    seed: { type: 'string', default: '1' },
    lane: { type: 'string', default: 'sqlite' },
    pace: { type: 'string', default: 'both' },
    trace: { type: 'boolean', default: false },
    hash: { type: 'boolean', default: false },
    coverage: { type: 'boolean', default: false },
    save: { type: 'string' },
    faults: { type: 'string' },
    minutes: { type: 'string' },
    acts: { type: 'string' },
    'no-shrink': { type: 'boolean', default: false },
  },
});
const brings = values.faults?.split(',').map((name) => {
  if (!isFault(name)) throw new Error(`sim: there is no fault ${name}`);
  return name;
});
const lane: LaneName = values.lane === 'memory' ? 'memory' : 'sqlite';
const first = Number(values.seed);
const last = first + Number(values.seeds) - 1;
/** More failures than these tell nobody more. */
const failuresMax = 5;

/** What was run is kept so often, in case that it never comes to its end. */
const saveEveryMs = 120_000;

const counts = new Counts();
const started = performance.now();
const startedWork = process.cpuUsage();
const startedOn = commit();
const minutesMax = values.minutes === undefined ? Infinity : Number(values.minutes);
const isTimeLeft = () => performance.now() - started < minutesMax * 60_000;
let savedAt = started;
let hash = '';
let failures = 0;
let seeds = 0;

for (let seed = first; seed <= last && failures < failuresMax && isTimeLeft(); seed += 1) {
  const actsMax = values.acts === undefined ? {} : { actsMax: Number(values.acts) };
  const options: SimOptions = {
    seed,
    lane,
    pace: paceOf(seed),
    keepsHistory: values.trace,
    ...actsMax,
    ...(brings ? { brings } : {}),
  };
  const result = await runSeed(options);
  seeds += 1;
  counts.addAll(result.counts);
  hash = chained(hash, result.hash);
  if (values.hash) console.log(`${seed} ${result.hash}`);
  if (values.trace) console.log(result.history.join('\n'));
  if (result.violations.length > 0) {
    failures += 1;
    await report(options, result);
  }
  if (performance.now() - savedAt > saveEveryMs) save();
}
summary();
save();
process.exitCode = failures === 0 ? 0 : 1;

/** Every second seed is of busy people, unless one kind is wanted. */
function paceOf(seed: number): PaceName {
  if (values.pace === 'meeting' || values.pace === 'busy') return values.pace;
  return seed % 2 === 0 ? 'busy' : 'meeting';
}

async function report(options: SimOptions, result: SeedResult): Promise<void> {
  console.log(`\nseed ${options.seed} (${lane}, commit ${startedOn}) shows what may not be:`);
  for (const { law, what } of result.violations) console.log(`  ${law}: ${what}`);
  if (values['no-shrink']) return;
  const small = await shrink(options, result);
  console.log(`\nthe smallest history of it that was found, in the notation of docs/histories.md:\n`);
  console.log(small.history.join('\n'));
  console.log(`\nfor sim/corpus/, once it is mended:\n${JSON.stringify(small.options)}`);
}

function summary(): void {
  const seconds = (performance.now() - started) / 1000;
  const { user, system } = process.cpuUsage(startedWork);
  const busySeconds = (user + system) / 1_000_000;
  const claims = counts.get('claims');
  const number = (value: number) => Math.round(value).toLocaleString('en-GB');
  console.log(`\n${number(seeds)} seeds from ${first}, lane ${lane}, commit ${startedOn}, trace ${hash}`);
  console.log(
    `${number(claims)} simulated claims in ${seconds.toFixed(1)} s, ${busySeconds.toFixed(1)} s of them of one core: ` +
      `${number(claims / busySeconds)} a second of a core; ` +
      `${number(counts.get('exchanges'))} exchanges, ${number(counts.get('replayed'))} answered again, ` +
      `${number(counts.get('told'))} told, ${number(counts.get('told otherwise'))} told otherwise after a restore, ` +
      `${number(counts.get('claims evicted'))} lost with their browser's whole origin`,
  );
  for (const [title, prefix] of [
    ['asked', 'kind:'],
    ['answered', 'verdict:'],
    ['stood aside', 'parked:'],
    ['faults', 'fault:'],
  ] as const) {
    console.log(
      `${title}: ${counts
        .under(prefix)
        .map(([name, times]) => `${name} ${number(times)}`)
        .join(', ')}`,
    );
  }
  console.log(failures === 0 ? 'no violation' : `${failures} seed(s) with violations`);
  if (values.coverage) printCoverage();
}

function save(): void {
  savedAt = performance.now();
  if (values.save === undefined) return;
  const { user, system } = process.cpuUsage(startedWork);
  savePart(values.save, {
    lane,
    pace: values.pace === 'meeting' || values.pace === 'busy' ? values.pace : 'both',
    first,
    seeds,
    commit: startedOn,
    claims: counts.get('claims'),
    failures,
    trace: hash,
    seconds: Math.round((user + system) / 1_000_000),
    machine: cpus()[0]?.model.trim() ?? 'unknown',
    faults: brings ?? [],
    counts: counts.all(),
  });
}

function printCoverage(): void {
  const missing = missingPairs(counts);
  console.log(`\n${coverageTables(counts)}\n`);
  console.log(`${missing.length} of ${pairsInAll} pairs are missing: ${missing.join(', ')}`);
}

function commit(): string {
  try {
    return execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim();
  } catch {
    return 'unknown';
  }
}

function chained(before: string, next: string): string {
  let mixed = 0x811c9dc5;
  for (const char of `${before}${next}`) mixed = Math.imul(mixed ^ char.charCodeAt(0), 0x01000193);
  return (mixed >>> 0).toString(16).padStart(8, '0');
}
