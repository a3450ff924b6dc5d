// What the app weighs and how it feels: the built server on a demonstration world, and real Chromium. Not one number is
// taken inside the app; the browser, a line that counts, and the operating system tell them.
// `npm run bench weight`, or `node bench/weight.ts [--world small] [--only first,repeat,live,requests,memory]`
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Browser, BrowserContext } from '@playwright/test';
import { AppServer } from '../e2e/app-server.ts';
import { Correspondent, demoPeople, type DemoPeople, type StaffMember } from '../e2e/letters.ts';
import { build, isBuilt } from '../scripts/build.ts';
import { freshContext, launch } from './browser.ts';
import { textTable, type Figure, type Report } from './figure.ts';
import { firstVisits } from './first-visit.ts';
import { Line } from './line.ts';
import { findRivals, openToBook, timesGo } from './live.ts';
import { pageMemory, serverMemory } from './memory.ts';
import { isReadyForOffline, receptionists, signInAtPractice } from './people.ts';
import { repeatVisits } from './repeat-visit.ts';
import { requests, watchRequests } from './request.ts';

/** What is seen live comes before the requests, which leave few referrals to book. */
const parts = ['first', 'repeat', 'live', 'requests', 'memory'] as const;
type Part = (typeof parts)[number];

/** The region's world takes the better part of a minute to load; a busy machine longer. */
const loadLimitMs = 300_000;

export interface WeightOptions {
  readonly world?: 'small' | 'region';
  readonly only?: readonly Part[];
}

export async function weight({ world = 'region', only = parts }: WeightOptions = {}): Promise<Report> {
  if (!isBuilt()) build();
  const data = mkdtempSync(join(tmpdir(), 'holdfast-weight-'));
  const server = await AppServer.start({ data, env: { HOLDFAST_WORLD: world }, readyLimitMs: loadLimitMs });
  try {
    const loaded = serverMemory(`${world} world, having just loaded it`, server.pid);
    await server.restart();
    const browser = await launch();
    try {
      const weighing = new Weighing(server, browser, await demoPeople(server.origin));
      const { figures, failures } = await weighing.all(only);
      const after = serverMemory(`${world} world, after all of this`, server.pid);
      return {
        figures: [...figures, ...after, ...loaded],
        notes: [...failures, ...notesOf(world)],
        isKept: failures.length === 0,
      };
    } finally {
      await browser.close();
    }
  } finally {
    await server.stop();
    rmSync(data, { recursive: true, force: true });
  }
}

class Weighing {
  readonly #server: AppServer;
  readonly #browser: Browser;
  readonly #people: DemoPeople;
  readonly #here: StaffMember;

  constructor(server: AppServer, browser: Browser, people: DemoPeople) {
    const [here] = receptionists(people);
    if (!here) throw new Error('The world has no receptionist');
    this.#server = server;
    this.#browser = browser;
    this.#people = people;
    this.#here = here;
  }

  /** One part that cannot be measured does not lose the others. */
  async all(only: readonly Part[]): Promise<{ figures: Figure[]; failures: string[] }> {
    const figures: Figure[] = [];
    const failures: string[] = [];
    for (const part of parts.filter((one) => only.includes(one))) {
      console.error(`… ${part}`);
      try {
        figures.push(...(await this[part]()));
      } catch (error) {
        failures.push(`NOT MEASURED, ${part}: ${(error as Error).message}`);
      }
    }
    return { figures, failures };
  }

  async first(): Promise<Figure[]> {
    const patient = this.#people.patients[0];
    if (!patient) throw new Error('The world has no patients who can sign in');
    return firstVisits(this.#browser, () => this.#server.port, { staff: this.#here, patient });
  }

  repeat(): Promise<Figure[]> {
    return this.#atTheDesk(repeatVisits);
  }

  async requests(): Promise<Figure[]> {
    const truth = await (await this.#letter(this.#here)).truth();
    const ubrns = openToBook(truth).map(({ ubrn }) => ubrn);
    return this.#atTheDesk((context, line) => requests(context, line, ubrns));
  }

  async live(): Promise<Figure[]> {
    const watching = await (await this.#letter(this.#here)).truth();
    const others = receptionists(this.#people).filter(({ scope }) => scope !== this.#here.scope);
    const pairs = await Promise.all(
      others.map(async (one) => {
        const other = await this.#letter(one);
        return { other, rivals: findRivals(watching, await other.truth()) };
      }),
    );
    const count = (pair: (typeof pairs)[number]) => pair.rivals?.bookable.length ?? 0;
    const best = pairs.toSorted((a, b) => count(b) - count(a))[0];
    if (!best?.rivals) throw new Error('no two practices refer to the same hospital');
    const { other, rivals } = best;
    return this.#atTheDesk(async (context, line) => [
      await timesGo(await context.newPage(), line.origin, other, rivals),
    ]);
  }

  async memory(): Promise<Figure[]> {
    const figures = await this.#atTheDesk((context, line) => pageMemory(context, line.origin));
    return [...figures, ...serverMemory('restarted, one desk signed in', this.#server.pid)];
  }

  #letter({ person }: StaffMember): Promise<Correspondent> {
    return Correspondent.signIn(this.#server.origin, { kind: 'demo', person });
  }

  /** A browser on a line without delay, signed in at the practice, caught up and kept for offline. */
  async #atTheDesk(work: (context: BrowserContext, line: Line) => Promise<Figure[]>): Promise<Figure[]> {
    const line = await Line.start(() => this.#server.port);
    const context = await freshContext(this.#browser);
    await context.addInitScript(watchRequests);
    try {
      const page = await context.newPage();
      await page.goto(`${line.origin}/practice/sign-in`);
      await signInAtPractice(page, this.#here);
      await isReadyForOffline(page);
      await line.quiet(2_000);
      await page.close();
      return await work(context, line);
    } finally {
      await context.close();
      await line.stop();
    }
  }
}

const notesOf = (world: string) => [
  `The ${world} world; the server, the browser and the line share the machine.`,
  'First visits: a line of 1.6 Mbit/s down, 0.75 up and 150 ms there and back, one more for each new connection, HTTP/1.1 without TLS, shared by everything (the worker’s downloads too); the processor slowed four times. Bytes are those of whole answers, heads included, compressed as they went. Usable: what the page is for is on the screen and the last task of more than 50 ms is over.',
  'Repeat and offline visits: a new tab, the processor slowed four times, no delay on the line.',
  'Requests: made through the screens; the press is the browser’s own time stamp of the click, the disk is the `complete` event of the strict transaction on the desk’s database, the screen is the sentence that says so.',
  'Another device: two practices, one hospital; one has its times on the screen, the other books over HTTP; measured to the button’s disappearance.',
];

if (import.meta.main) {
  const { values } = parseArgs({
    options: { world: { type: 'string', default: 'region' }, only: { type: 'string' } },
  });
  const asked = values.only?.split(',');
  const { figures, notes, isKept } = await weight({
    world: values.world === 'small' ? 'small' : 'region',
    only: parts.filter((part) => asked?.includes(part) ?? true),
  });
  console.log(textTable(figures));
  for (const note of notes) console.log(`· ${note}`);
  process.exitCode = isKept ? 0 : 1;
}
