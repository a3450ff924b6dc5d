// `npm run sim:mutants [-- --only name,… --seeds N --write]`: plants each bug and plays seeds until it is caught; ends with
// 1 if one is not. `--file bugs.json` plants those of a file in place of ours: by somebody who has not seen the simulator.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { hunted, type Catch } from './catch.ts';
import type { Mutant } from './mutant.ts';
import { mutants as ours } from './roster.ts';
import { Scratch } from './scratch.ts';
import { writeTable } from './table.ts';

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    file: { type: 'string' },
    seeds: { type: 'string', default: '200' },
    write: { type: 'boolean', default: false },
  },
});
const project = join(import.meta.dirname, '../..');
const chosen = values.only.split(',').filter(Boolean);
const mutants = values.file ? readMutants(values.file) : ours;
const unknown = chosen.filter((name) => !mutants.some((mutant) => mutant.name === name));
if (unknown.length > 0) throw new Error(`mutants: there is no ${unknown.join(', ')}`);
if (values.write && (chosen.length > 0 || values.file))
  throw new Error('mutants: the table is written of all or not at all');

const started = performance.now();
const scratch = new Scratch(project);
const catches: Catch[] = [];
try {
  for (const mutant of mutants) {
    if (chosen.length > 0 && !chosen.includes(mutant.name)) continue;
    const one = attempt(mutant);
    if (one) catches.push(one);
  }
} finally {
  scratch.remove();
}
summary();

function readMutants(file: string): Mutant[] {
  return JSON.parse(readFileSync(file, 'utf8')) as Mutant[];
}

function attempt(mutant: Mutant): Catch | undefined {
  try {
    const one = hunted(mutant, scratch, Number(values.seeds));
    console.log(lineOf(one));
    return one;
  } catch (error) {
    console.log(`BROKEN     ${mutant.name}: ${(error as Error).message}`);
    process.exitCode = 1;
    return undefined;
  }
}

function lineOf({ mutant, found, laws, seeds, claims, seconds }: Catch): string {
  const name = mutant.name.padEnd(28);
  const cost = `${seeds} seed(s), ${claims.toLocaleString('en-GB')} claims, ${seconds.toFixed(1)} s`;
  if (!found) return `SURVIVED   ${name} ${cost}: ${mutant.what}`;
  return `caught     ${name} ${laws.join(', ')} after ${cost}; seed ${found.seed}, --pace meeting: ${found.law}, ${found.what.split('\n')[0]}`;
}

function summary(): void {
  const survivors = catches.filter(({ found }) => !found);
  const minutes = ((performance.now() - started) / 60_000).toFixed(1);
  console.log(`\n${catches.length - survivors.length} of ${catches.length} caught in ${minutes} minutes`);
  for (const { mutant } of survivors) console.log(`SURVIVED ${mutant.name}: ${mutant.what}`);
  if (survivors.length > 0) process.exitCode = 1;
  if (values.write && process.exitCode !== 1) writeTable(join(project, 'docs/proof.md'), catches, commit());
}

function commit(): string {
  return execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim();
}
