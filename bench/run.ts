// `npm run bench [name…] [-- --write --world small --trials 5 --rows 3000]`: the benchmarks, one after the other. With --write their
// tables go into docs/performance.md, each between its own marks, so that one can be taken again without the others.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import { build, isBuilt } from '../scripts/build.ts';
import { ensureChromium } from '../scripts/chromium.ts';
import { deviceFigures } from './device.ts';
import { markdownTable, textTable, type Figure, type Report } from './figure.ts';
import { importRates } from './import.ts';
import { kill } from './kill.ts';
import { ledgerRates } from './ledger.ts';
import { presses } from './press.ts';
import { race } from './race.ts';
import { storm } from './storm.ts';
import { weight } from './weight.ts';

const document = 'docs/performance.md';

const { values: asked, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    write: { type: 'boolean', default: false },
    world: { type: 'string', default: 'region' },
    claims: { type: 'string', default: '10000' },
    trials: { type: 'string', default: '5' },
    rows: { type: 'string', default: '100000' },
  },
});

const benches: Readonly<Record<string, () => Promise<Report>>> = {
  ledger: async () => ({
    figures: ledgerFigures(await ledgerRates(Number(asked.claims))),
    notes: [],
    isKept: true,
  }),
  race: async () => promises(await race()),
  kill: async () => promises(await kill(Number(asked.trials), () => undefined)),
  import: () => importRates(Number(asked.rows)),
  device: async () => ({ figures: await deviceFigures(), notes: [], isKept: true }),
  storm: () => storm(),
  press: () => presses(),
  weight: () => weight({ world: asked.world === 'small' ? 'small' : 'region' }),
};

/** What holds or does not, in sentences instead of numbers. */
function promises({ lines, isKept }: { lines: readonly string[]; isKept: boolean }): Report {
  return { figures: [], notes: lines, isKept };
}

function ledgerFigures(rates: Awaited<ReturnType<typeof ledgerRates>>): Figure[] {
  const disk = rates.find(({ cpuUs }) => cpuUs === null)?.aSecond ?? Number.NaN;
  const fastest = Math.max(...rates.flatMap(({ cpuUs, aSecond }) => (cpuUs === null ? [] : aSecond)));
  return rates.map(({ name, aSecond, cpuUs }) => ({
    what: cpuUs === null ? name : `clerk, ${name}`,
    got: aSecond,
    unit: 'a second',
    isMoreBetter: true,
    // The budget is for the way the server works; the others stand beside it.
    ...(aSecond === fastest ? { floor: 5_000, target: 10_000 } : {}),
    beside:
      cpuUs === null
        ? 'what one commit waits for'
        : `${(aSecond / disk).toFixed(2)} × raw fsync, ${cpuUs.toFixed(0)} µs of processor a claim`,
  }));
}

function machine(): string {
  const model = cpus()[0]?.model.trim() ?? 'unknown processor';
  const chromium = execFileSync(ensureChromium(), ['--version'], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  }).trim();
  const memory = `${Math.round(totalmem() / 2 ** 30)} GB`;
  return `${model}, ${availableParallelism()} cores, ${memory}; Node ${process.version}; ${chromium}`;
}

/** Where this benchmark's part of the document is, marks excluded. */
function replaced(text: string, name: string, part: string): string {
  const [from, to] = [`<!-- bench:${name} -->`, `<!-- /bench:${name} -->`];
  const [start, end] = [text.indexOf(from), text.indexOf(to)];
  if (start < 0 || end < start) throw new Error(`${document} has no place for ${name}: ${from} … ${to}`);
  return `${text.slice(0, start + from.length)}\n\n${part}\n\n${text.slice(end)}`;
}

function write(name: string, command: string, report: Report): void {
  const { figures, notes } = report;
  const day = new Date().toISOString().slice(0, 10);
  const part = [
    `\`${command}\`, ${day}, ${machine()}.`,
    ...(figures.length > 0 ? [markdownTable(figures)] : []),
    notes.map((note) => `- ${note}`).join('\n'),
  ];
  const text = replaced(readFileSync(document, 'utf8'), name, part.filter(Boolean).join('\n\n'));
  writeFileSync(document, text);
}

/** As somebody would have to type it to take the same figures. */
function commandOf(name: string): string {
  const options = process.argv.slice(2).filter((word) => word !== '--write' && !(word in benches));
  return `npm run bench ${name}${options.length > 0 ? ` -- ${options.join(' ')}` : ''}`;
}

async function main(): Promise<boolean> {
  const names = positionals.length > 0 ? positionals : Object.keys(benches);
  const unknown = names.filter((name) => !(name in benches));
  if (unknown.length > 0) {
    console.error(`No such benchmark: ${unknown.join(', ')}. There are: ${Object.keys(benches).join(', ')}`);
    return false;
  }
  if (!isBuilt()) build();
  console.log(machine());
  let isKept = true;
  for (const name of names) {
    console.log(`\n${name}`);
    const report = await benches[name]?.();
    if (!report) continue;
    if (report.figures.length > 0) console.log(textTable(report.figures));
    for (const note of report.notes) console.log(`· ${note}`);
    if (asked.write) write(name, commandOf(name), report);
    isKept &&= report.isKept;
  }
  return isKept;
}

process.exitCode = (await main()) ? 0 : 1;
