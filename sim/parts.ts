/**
 * The long run is run in parts, on whatever evening there is time: each part is kept as a file of its own in `sim/parts/`,
 * with its seeds, its commit and all its counts, and docs/proof.md is written from all of them together.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from '#lib/domain/zod.ts';
import { Counts } from './counts.ts';

export const partSchema = z.object({
  lane: z.enum(['sqlite', 'memory']),
  /** How people worked: `both` is every second seed each. */
  pace: z.enum(['meeting', 'busy', 'both']),
  first: z.int(),
  /** In place of those that each seed brings; none: as the seeds bring them. */
  faults: z._default(z.array(z.string()), []),
  /** How many seeds from the first on. */
  seeds: z.int(),
  commit: z.string(),
  claims: z.int(),
  /** Seeds that showed something which may not be. */
  failures: z.int(),
  /** Of all its traces, chained: the same seeds of the same commit give the same one. */
  trace: z.string(),
  /** Processor time of one core. */
  seconds: z.number(),
  machine: z.string(),
  counts: z.record(z.string(), z.int()),
});
export type Part = Readonly<z.infer<typeof partSchema>>;

const folder = fileURLToPath(new URL('parts', import.meta.url));

export function savePart(name: string, part: Part): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${name}.json`), `${JSON.stringify(part, null, 2)}\n`);
}

/** By lane, then by seed. */
export function readParts(): Part[] {
  const names = readdirSync(folder).filter((name) => name.endsWith('.json'));
  const parts = names.map((name) => partSchema.parse(JSON.parse(readFileSync(join(folder, name), 'utf8'))));
  return parts.sort((a, b) => (a.lane === b.lane ? a.first - b.first : a.lane < b.lane ? 1 : -1));
}

export function countsOf(parts: readonly Part[]): Counts {
  const counts = new Counts();
  for (const part of parts) for (const [name, times] of Object.entries(part.counts)) counts.add(name, times);
  return counts;
}
