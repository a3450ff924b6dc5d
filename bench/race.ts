// Many desks, one time: over HTTP, against the real server process. One is confirmed and everybody is told the truth.
//   1. 200 desks at once for one time, 20 rounds: one confirmed each, the others refused with other times to choose, no 5xx
//   2. 40 times with eight desks each, all at once: none is given twice
//   3. one time asked for five times in sequence by every door (practice, patient, clinic), each door first in turn: one
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Ubrn } from '#lib/domain/ids.ts';
import { dayMs } from '#lib/domain/instant.ts';
import { patientScope } from '#lib/domain/scope.ts';
import type { SlotRef } from '#lib/domain/slot.ts';
import { monday, patientOf } from '#lib/server/ledger/testing/small-world.ts';
import { AppServer } from '../e2e/app-server.ts';
import { build, isBuilt } from '../scripts/build.ts';
import { HttpDesk, type Told } from './http-desk.ts';
import { fullServices, makeRaceWorld, openService, site, type RaceWorld } from './race-world.ts';

const deskCount = 200;
const rounds = 20;
const slotCount = 40;
const racersASlot = 8;
const triesADoor = 5;
const referralCount = 900;

/** Every promise that the race holds the server to, and whether it was kept. */
export interface RaceResult {
  readonly lines: readonly string[];
  readonly isKept: boolean;
}

export async function race(): Promise<RaceResult> {
  const data = mkdtempSync(join(tmpdir(), 'holdfast-race-'));
  try {
    const world = await makeRaceWorld(data, deskCount, referralCount);
    const server = await AppServer.start({ data, env: world.env });
    try {
      const run = new Race(server.origin, world);
      await run.open();
      await run.oneTime();
      await run.manyTimes();
      await run.everyDoor();
      await server.stop();
      run.countInLedger(join(data, 'holdfast.db'));
      return run.result();
    } finally {
      await server.stop();
    }
  } finally {
    rmSync(data, { recursive: true, force: true });
  }
}

class Race {
  readonly #origin: string;
  readonly #world: RaceWorld;
  readonly #lines: string[] = [];
  #isKept = true;
  #desks: readonly HttpDesk[] = [];
  #clinic: HttpDesk | undefined;
  /** Unbooked referrals of each practice; a desk takes of its own. */
  readonly #waiting: Ubrn[][];

  constructor(origin: string, world: RaceWorld) {
    this.#origin = origin;
    this.#world = world;
    // Those with codes are for the patients' own door.
    this.#waiting = world.ubrns.map((ubrns) => ubrns.filter((ubrn) => !world.codes.has(ubrn)));
  }

  result(): RaceResult {
    return { lines: this.#lines, isKept: this.#isKept };
  }

  async open(): Promise<void> {
    const { desks, clerk } = this.#world;
    const signIn = (author: HttpDesk['author']) =>
      HttpDesk.signIn(this.#origin, author, { kind: 'demo', person: author.person });
    this.#clinic = await signIn(clerk);
    await this.#publish(openService, rounds + slotCount + 20);
    const signedIn: HttpDesk[] = [];
    for (const author of desks) signedIn.push(await signIn(author));
    for (const desk of signedIn) await desk.catchUp();
    this.#desks = signedIn;
  }

  /** 1 */
  async oneTime(): Promise<void> {
    const told: Told[] = [];
    let isEachRoundOne = true;
    const longest: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const time = await this.#nextTime();
      const answers = await Promise.all(this.#desks.map((desk, i) => desk.book(this.#waitingOf(i, i), time)));
      this.#leave(answers);
      isEachRoundOne &&= answers.filter(isConfirmed).length === 1;
      longest.push(Math.max(...answers.map(({ ms }) => ms)));
      told.push(...answers);
    }
    const refused = told.filter(isRefused);
    const helped = refused.filter(({ answer }) => answer.alternatives.length > 0);
    this.#say(
      isEachRoundOne && helped.length === rounds * (deskCount - 1) && told.every(isAnswer),
      `one time, ${deskCount} desks, ${rounds} rounds: ${told.filter(isConfirmed).length} confirmed, ` +
        `${refused.length} refused, ${helped.length} of them with other times, ${failures(told)} without an answer; ` +
        `a round took ${median(longest)} ms in the middle, ${Math.round(Math.max(...longest))} at most`,
    );
  }

  /** 2 */
  async manyTimes(): Promise<void> {
    const times = (await this.#times()).slice(0, slotCount);
    const asks = times.flatMap((time) => Array.from({ length: racersASlot }, () => time));
    const startedAt = performance.now();
    const told = await Promise.all(
      asks.map((time, i) => {
        const n = i % this.#desks.length;
        const desk = this.#desks[n];
        if (!desk) throw new Error('no desks');
        return desk.book(this.#waitingOf(n, i), time);
      }),
    );
    const took = Math.round(performance.now() - startedAt);
    this.#leave(told);
    const given = new Map<number, number>();
    for (const { answer } of told.filter(isConfirmed)) {
      const ordinal = answer.verdict.appointment?.slot.ordinal ?? -1;
      given.set(ordinal, (given.get(ordinal) ?? 0) + 1);
    }
    const double = [...given.values()].filter((count) => count > 1).length;
    this.#say(
      double === 0 && given.size === slotCount && told.every(isAnswer),
      `${slotCount} times, ${racersASlot} desks each: ${given.size} given, ${double} given twice, ` +
        `${failures(told)} without an answer; ${took} ms in all`,
    );
  }

  /** 3 */
  async everyDoor(): Promise<void> {
    const doors = ['practice', 'patient', 'clinic'] as const;
    const counts: number[] = [];
    const patients = [...this.#world.codes.keys()];
    for (const [turn, service] of fullServices.entries()) {
      const [first] = this.#desks;
      const clinic = this.#clinic;
      if (!first || !clinic) throw new Error('no desks');
      // The first practice's own: deferred while there is no time, so that the clinic may book them too.
      const take = () => this.#waiting[0]?.splice(0, triesADoor) ?? [];
      const [forPractice, forClinic] = [take(), take()];
      for (const ubrn of forClinic) await first.ask({ kind: 'defer', ubrn, service });
      await this.#publish(service, 1);
      const [time] = await clinic.times(service, site);
      if (!time) throw new Error(`${service} has no time`);
      const told: Told[] = [];
      for (const door of [...doors.slice(turn), ...doors.slice(0, turn)]) {
        for (let i = 0; i < triesADoor; i += 1) {
          if (door === 'practice') told.push(await first.book(forPractice[i] ?? missing(), time));
          if (door === 'clinic') told.push(await clinic.book(forClinic[i] ?? missing(), time));
          if (door === 'patient') {
            told.push(await this.#asPatient(patients[turn * triesADoor + i] ?? missing(), time));
          }
        }
      }
      counts.push(told.filter(isConfirmed).length);
      const firstToAsk = told[0];
      this.#isKept &&= firstToAsk !== undefined && isConfirmed(firstToAsk);
      this.#isKept &&= told.slice(1).every(isRefused);
    }
    this.#say(
      counts.every((count) => count === 1),
      `one time, ${triesADoor} tries by each of ${doors.length} doors, each door first once: ${counts.join(', ')} confirmed`,
    );
  }

  /** Not what was said but what is kept. */
  countInLedger(file: string): void {
    const db = new DatabaseSync(file, { readOnly: true });
    const twice = (by: string) =>
      db
        .prepare(
          `select count(*) as n from (select ${by} from appointment where status <> 'cancelled' group by ${by} having count(*) > 1)`,
        )
        .get() as { n: number };
    const held = db.prepare("select count(*) as n from appointment where status = 'booked'").get() as {
      n: number;
    };
    const [slots, referrals] = [twice('service, ordinal').n, twice('ubrn').n];
    db.close();
    const expected = rounds + slotCount + fullServices.length;
    this.#say(
      slots === 0 && referrals === 0 && held.n === expected,
      `in the ledger: ${held.n} of ${expected} appointments, ${slots} times given twice, ${referrals} referrals booked twice`,
    );
  }

  async #publish(service: typeof openService, count: number): Promise<void> {
    const sessions = [
      { start: monday + 2 * dayMs, minutes: 5, count: Math.min(count, 60), clinician: '', mode: 'inPerson' },
    ];
    if (count > 60) sessions.push({ ...sessions[0]!, start: monday + 3 * dayMs, count: count - 60 });
    const told = await this.#clinic?.ask({ kind: 'publish', service, sessions });
    if (!told || !isConfirmed(told))
      throw new Error(`The clinic could not add times: ${JSON.stringify(told)}`);
  }

  async #times(): Promise<SlotRef[]> {
    return (await this.#clinic?.times(openService, site)) ?? [];
  }

  async #nextTime(): Promise<SlotRef> {
    const [time] = await this.#times();
    return time ?? missing();
  }

  /** A referral of this desk's practice that nobody else races with. */
  #waitingOf(desk: number, racer: number): Ubrn {
    const waiting = this.#waiting[desk % this.#waiting.length] ?? [];
    return waiting[Math.floor(racer / this.#waiting.length)] ?? missing();
  }

  /** Who is booked races no more. */
  #leave(told: readonly Told[]): void {
    const booked = new Set(told.filter(isConfirmed).map(({ answer }) => answer.verdict.appointment?.ubrn));
    for (const [i, ubrns] of this.#waiting.entries())
      this.#waiting[i] = ubrns.filter((ubrn) => !booked.has(ubrn));
  }

  async #asPatient(ubrn: Ubrn, time: SlotRef): Promise<Told> {
    const how = { kind: 'patient', ubrn, code: this.#world.codes.get(ubrn), birthYear: 1961 };
    const desk = await HttpDesk.signIn(this.#origin, { ...patientOf(ubrn), scope: patientScope(ubrn) }, how);
    return desk.book(ubrn, time);
  }

  #say(isKept: boolean, line: string): void {
    this.#isKept &&= isKept;
    this.#lines.push(`${isKept ? 'kept  ' : 'BROKEN'} ${line}`);
  }
}

type Answered = Extract<Told, { kind: 'answer' }>;
const isAnswer = (told: Told): told is Answered => told.kind === 'answer';
const isConfirmed = (told: Told): told is Answered =>
  isAnswer(told) && told.answer.verdict.outcome === 'confirmed' && !told.answer.verdict.already;
const isRefused = (told: Told): told is Answered =>
  isAnswer(told) && told.answer.verdict.code === 'SLOT_NOT_AVAILABLE';

/** By status, where there were any. */
function failures(told: readonly Told[]): string {
  const statuses = told.flatMap((each) => (each.kind === 'other' ? [each.status] : []));
  return statuses.length === 0 ? '0' : `${statuses.length} (${[...new Set(statuses)].join(', ')})`;
}

const median = (numbers: readonly number[]) =>
  Math.round(numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0);

function missing(): never {
  throw new Error('The race ran out of patients or times');
}

if (import.meta.main) {
  if (!isBuilt()) build();
  const { lines, isKept } = await race();
  for (const line of lines) console.log(line);
  process.exitCode = isKept ? 0 : 1;
}
