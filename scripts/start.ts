// `npm start`: from a fresh clone to a page, with a word about each step.
import { build, isBuilt } from './build.ts';
import type { DemoPeople } from '../src/lib/protocol/session.ts';
import { introductions } from './introductions.ts';
import { problem, run } from './server.ts';

const firstPageLimitMs = 30_000;

async function start() {
  if (isBuilt()) {
    console.log('The build is up to date');
  } else {
    console.log('Building (about 20 seconds the first time)');
    build();
  }
  console.log('Starting the server; the first time, this also makes the demonstration world');
  const { origin, local } = await run();
  await firstPage(local);
  const lines = [`Holdfast is ready: ${origin}`, ...(await whomToBe(local)), 'Stop it with Ctrl-C'];
  console.log(`\n${lines.map((line) => (line ? `  ${line}` : '')).join('\n')}\n`);
}

/** A name at the desk and a patient's letter, so that nobody has to look for a way in; nothing where the demonstration is off. */
async function whomToBe(local: string): Promise<readonly string[]> {
  const response = await fetch(`${local}/api/demo/people`, { signal: AbortSignal.timeout(firstPageLimitMs) });
  if (!response.ok) return [];
  return introductions((await response.json()) as DemoPeople);
}

async function firstPage(local: string) {
  const response = await fetch(`${local}/`, {
    redirect: 'manual',
    signal: AbortSignal.timeout(firstPageLimitMs),
  });
  if (response.status >= 500) throw new Error(`The first page answered ${response.status}`);
}

try {
  await start();
} catch (error) {
  console.error(problem(error));
  process.exit(1);
}
