// `npm start`: from a fresh clone to a page, with a word about each step.
import { build, isBuilt } from './build.ts';
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
  console.log(`\n  Holdfast is ready: ${origin}\n  Stop it with Ctrl-C\n`);
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
