// `npm run demo:reset [-- --data DIR]`: puts the demonstration back to its first morning, with today's date. Deletes the
// ledger's file and makes it anew, and only where that file holds a demonstration and nothing else, and no server uses it.
// The secret beside it stays, so patients keep their access codes.
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { openApp } from '#lib/server/app.ts';
import { readConfig } from '#lib/server/config.ts';
import { whoseWorld } from '#lib/server/demo/whose-world.ts';
import { defaultSeed } from '#lib/server/demo/world.ts';
import { ledgerFile, openForReading } from '#lib/server/ledger/open.ts';
import { logTo } from '#lib/server/log.ts';

/** What SQLite keeps of one database. */
const parts = ['', '-wal', '-shm', '-journal'];

const { values } = parseArgs({ options: { data: { type: 'string' } } });
const data = values.data ?? process.env['HOLDFAST_DATA'] ?? './data';
const file = join(data, ledgerFile);

async function reset(): Promise<number> {
  const config = readConfig({ ...process.env, HOLDFAST_DATA: data });
  if (config.demonstration === 'off' || config.world === 'none')
    return refuse('The demonstration is off here (HOLDFAST_DEMO, HOLDFAST_WORLD). Nothing was changed.');
  if (existsSync(file)) {
    // Looked at before it is touched: somebody else's file must stay as it is, to the byte.
    const why = await whyNot();
    if (why) return refuse(`${why} Nothing was changed.`);
    if (isInUse())
      return refuse(
        `A server is using ${file}. Stop it (Ctrl-C where it runs), then run this again. Nothing was changed.`,
      );
    for (const part of parts) rmSync(`${file}${part}`, { force: true });
    console.log(`Deleted ${file}, with all that visitors had done`);
  } else console.log(`There was nothing at ${file} yet`);

  const app = await openApp(config, {
    log: logTo((line) => console.log(line), config.clock),
    say: (text) => console.log(text),
    timer: { elapsed: () => performance.now(), sleep: (ms) => sleep(ms) },
  });
  await app.close();
  console.log(`The demonstration in ${data} is back at its beginning. Start it with npm start.`);
  console.log(
    'A browser that was here before takes this for a server put back to a backup, and asks again for what it had asked:',
  );
  console.log('for a fresh start there too, delete this site’s data in it, or use a private window.');
  return 0;
}

/** The one lock that no other connection may share: leaving the write-ahead log. Where it is had, nobody else is there. */
function isInUse(): boolean {
  const db = new DatabaseSync(file, { timeout: 0 });
  try {
    db.exec('pragma journal_mode = delete');
    return false;
  } catch {
    return true;
  } finally {
    db.close();
  }
}

async function whyNot(): Promise<string | undefined> {
  const db = openForReading(file);
  try {
    switch ((await whoseWorld(db, defaultSeed)).kind) {
      case 'demo':
      case 'empty':
        return undefined;
      case 'foreign':
        return `${file} does not hold the demonstration, but records of its own.`;
      case 'added':
        return `${file} holds the demonstration and records that were brought in beside it.`;
    }
  } catch {
    return `${file} cannot be read as a database of this app.`;
  } finally {
    await db.destroy();
  }
}

function refuse(why: string): number {
  console.error(why);
  return 1;
}

process.exitCode = await reset();
