/** The server's composition root: everything that the routes call, made once from the operator's settings. */
import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Ubrn } from '#lib/domain/ids.ts';
import { formatDate, type Instant } from '#lib/domain/instant.ts';
import type { Author } from '#lib/domain/person.ts';
import type { Identity } from '#lib/domain/referral.ts';
import type { AppConfig } from './config.ts';
import { ClockWatch } from './clock-watch.ts';
import { loadingClock } from './demo/loading-clock.ts';
import type { WorldDeps } from './demo/world.ts';
import { DirectoryShelf } from './directory.ts';
import { Live } from './http/live.ts';
import { exchangesAMinute, Pace } from './http/pace.ts';
import { Turnstile } from './http/turnstile.ts';
import { PracticeRows } from './import/practice-rows.ts';
import type { Clerk } from './ledger/ledger.ts';
import { openLedger } from './ledger/open.ts';
import { whoIs } from './ledger/views.ts';
import type { Log } from './log.ts';
import { AccessActs } from './people/access-acts.ts';
import { AccessCodes } from './people/access-codes.ts';
import { Demonstration } from './people/demonstration.ts';
import { openSecret } from './people/secret.ts';
import { Sessions } from './people/sessions.ts';
import { signedIn, type SignedIn } from './people/signed-in.ts';
import { SlowDown, type Timer } from './people/slow-down.ts';
import { migrations } from './migrations.ts';
import type { PeopleDb, PeopleTables } from './people/tables.ts';

/** Of all browsers together: some hundred megabytes of bodies at the very worst. */
const exchangesMax = 1_000;
const clockLookMs = 30_000;
const shutWords =
  'The ledger holds records that the demonstration did not make: nobody can be one of its staff. HOLDFAST_DEMO=on opens it';
/** A press of a button now and then; each reads some hundred referrals. */
const demoTurnsMax = 4;

export interface App {
  readonly config: AppConfig;
  readonly clock: () => Instant;
  readonly log: Log;
  readonly clerk: Clerk;
  readonly readDb: PeopleDb;
  readonly demonstration: Demonstration;
  readonly sessions: Sessions;
  readonly codes: AccessCodes;
  readonly acts: AccessActs;
  /** Rows of the operator's files that somebody at a practice has to settle. */
  readonly rows: PracticeRows;
  /** Who a patient is, told to a person of the scope and written down; undefined where the scope sees no such referral. */
  whoIs(author: Author, ubrn: Ubrn): Promise<Identity | undefined>;
  readonly slowDown: SlowDown;
  readonly directory: DirectoryShelf;
  readonly live: Live;
  readonly exchanges: Turnstile;
  /** Of exchanges, by the key of the session: one device that has gone wild must not slow the others. */
  readonly pace: Pace;
  /** For what a visitor of the demonstration has the server do. */
  readonly demoTurns: Turnstile;
  signedIn(headers: Headers): Promise<SignedIn[]>;
  close(): Promise<void>;
}

export interface AppSurroundings {
  readonly log: Log;
  /** Start-up, in words, for whoever sits at the console. */
  readonly say: (text: string) => void;
  readonly timer: Timer;
}

export async function openApp(config: AppConfig, { log, say, timer }: AppSurroundings): Promise<App> {
  const { clock } = config;
  if (config.data !== ':memory:') mkdirSync(config.data, { recursive: true, mode: 0o700 });
  say(`Today is ${formatDate(clock())}, UK time`);
  const secret = openSecret(config.data, config.secret);
  // A demonstration's history is settled on the days on which it happened.
  const ledgerClock = loadingClock(clock);
  const ledger = await openLedger({
    file: config.data === ':memory:' ? ':memory:' : join(config.data, 'holdfast.db'),
    clock: ledgerClock.now,
    log: (level, message) => log(level === 'alarm' ? 'error' : 'info', 'ledger', { message }),
    migrations,
  });
  const db = ledger.db.withTables<PeopleTables>();
  const readDb = ledger.readDb.withTables<PeopleTables>();
  const codes = new AccessCodes(db, readDb, secret, clock);
  const acts = new AccessActs(db, readDb, clock);
  const sessions = new Sessions(db, readDb, clock);
  const live = new Live(clock);
  const endStaffs = async () => {
    const ended = await sessions.endStaffs();
    for (const key of ended) live.endSession(key);
    return ended.length;
  };
  const demonstration = new Demonstration(config.demonstration, readDb, async () => {
    const ended = await endStaffs();
    log('warn', 'demonstration', { message: shutWords, ended });
  });
  if ((await demonstration.isOpen()) && config.world !== 'none') {
    const world = { ledger, clock: ledgerClock, size: config.world, log: say };
    await openDemo({ ...world, issueAccessCode: (ubrn) => codes.demoCode(ubrn) });
  }
  if (config.demonstration === 'off') {
    // Staff sign in by choice, in the demonstration alone: whoever did while it was on is nobody now.
    const ended = await endStaffs();
    if (ended > 0) say(`The demonstration is off: ${ended} of its sessions ended`);
  }
  const head = await readDb.selectFrom('head').select('at').executeTakeFirstOrThrow();
  const watch = new ClockWatch({ clock, elapsed: () => timer.elapsed(), log }, head.at);
  const looking = setInterval(() => watch.look(), clockLookMs).unref();
  const deaf = ledger.clerk.onCommit((commit) => live.poke(commit));
  return {
    config,
    clock,
    log,
    clerk: ledger.clerk,
    readDb,
    demonstration,
    sessions,
    codes,
    acts,
    rows: new PracticeRows({ clerk: ledger.clerk, readDb: ledger.readDb, clock, newId: randomUUID }),
    async whoIs({ person, scope }, ubrn) {
      const who = await whoIs(ledger.readDb, scope, ubrn);
      // Written before it is told: nobody learns a name unseen.
      if (who) await acts.askedWho(ubrn, { person, scope });
      return who;
    },
    slowDown: new SlowDown(db, readDb, secret, clock, timer),
    directory: new DirectoryShelf(ledger.readDb, clock),
    live,
    exchanges: new Turnstile(exchangesMax),
    pace: new Pace(exchangesAMinute, () => timer.elapsed()),
    demoTurns: new Turnstile(demoTurnsMax),
    signedIn: (headers) => signedIn({ sessions, demonstration }, headers, config.isSecure),
    async close() {
      clearInterval(looking);
      deaf();
      live.close();
      await ledger.close();
    },
  };
}

async function openDemo(deps: WorldDeps): Promise<void> {
  // Its tables are large, and a server without a demonstration has no use for them.
  const { loadWorld, topUpWorld } = await import('./demo/world.ts');
  if ((await loadWorld(deps)) === 'foreign') {
    deps.log('The data folder holds records of its own: no demonstration world is added');
    return;
  }
  await topUpWorld(deps);
}
