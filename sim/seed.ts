/**
 * One seed, from its world to its verdict: bursts of people at work with quiet hours between them, then everything mended,
 * everybody back, and the oracle's last look.
 */
import { dayMs, hourMs, minuteMs } from '#lib/domain/instant.ts';
import type { Author } from '#lib/domain/person.ts';
import { patientScope, scopeKind } from '#lib/domain/scope.ts';
import { Chance } from './chance.ts';
import { Counts } from './counts.ts';
import { Device, type DevicePorts } from './device.ts';
import { Faults } from './faults.ts';
import { History } from './history.ts';
import type { Lane } from './lanes/lane.ts';
import { openMemoryLane } from './lanes/memory.ts';
import { openSqlLane } from './lanes/sqlite.ts';
import type { SimOptions } from './options.ts';
import { judgeAtRest } from './oracle/at-rest.ts';
import { Oracle, type Violation } from './oracle/oracle.ts';
import { Schedule } from './schedule.ts';
import { Server } from './server.ts';
import { patientOf, range, shapes, staffOf, worldOf, type World } from './world.ts';

/** Once nothing is wrong any more, everything is answered within this. */
const restWithinMs = 10 * minuteMs;
/** The product's own verifier is slow; every so many seeds it looks too. */
const verifyEvery = 8;

/** Of what a device is given at once; where there is none, as much as usually. */
const pageRows = [undefined, undefined, 7] as const;

export interface SeedResult {
  readonly violations: readonly Violation[];
  readonly counts: Counts;
  readonly hash: string;
  readonly history: readonly string[];
  /** Names of all who took part, for shrinking. */
  readonly actors: readonly string[];
  readonly acts: number;
}

export async function runSeed(options: SimOptions): Promise<SeedResult> {
  const chance = new Chance(`${options.seed}`);
  const world = worldOf(chance.split('shape').pick(shapes[options.pace ?? 'meeting'])!);
  const schedule = new Schedule(world.shape.startsAt + minuteMs);
  const open = options.lane === 'sqlite' ? openSqlLane : openMemoryLane;
  const lane = await open(world, () => schedule.now, chance.split('pages').pick(pageRows));
  return new Run(options, chance, world, schedule, lane).play();
}

class Run {
  readonly #options: SimOptions;
  readonly #chance: Chance;
  readonly #world: World;
  readonly #schedule: Schedule;
  readonly #lane: Lane;
  readonly #counts = new Counts();
  readonly #history: History;
  readonly #oracle: Oracle;
  readonly #faults: Faults;
  readonly #server: Server;
  readonly #devices: readonly Device[];
  #isBurst = false;

  constructor(options: SimOptions, chance: Chance, world: World, schedule: Schedule, lane: Lane) {
    const now = () => schedule.now;
    this.#options = options;
    this.#chance = chance;
    this.#world = world;
    this.#schedule = schedule;
    this.#lane = lane;
    this.#history = new History(options.keepsHistory ?? false, now);
    this.#oracle = new Oracle(world, now, this.#history, this.#counts);
    this.#faults = new Faults(options, this.#counts);
    this.#faults.onStrike = (fault, actor) => this.#oracle.faultStruck(fault, actor);
    const ports = {
      world,
      schedule,
      lane,
      faults: this.#faults,
      history: this.#history,
      oracle: this.#oracle,
    };
    this.#server = new Server({ ...ports, chance: chance.split('server') });
    this.#devices = this.#makeDevices({ ...ports, server: this.#server, mayAct: () => this.#mayAct() });
    lane.onCommit = ({ scopes, services }) => {
      for (const device of this.#devices) {
        const wanted = device.disk.wanted;
        if (scopes.has(device.scope) || [...services].some((service) => wanted.has(service))) device.poke();
      }
    };
  }

  async play(): Promise<SeedResult> {
    await this.#oracle.begin(this.#lane);
    try {
      const bursts = this.#chance.between(2, 4);
      for (let i = 0; i < bursts; i += 1) {
        if (i > 0) await this.#goHome(`burst${i}`);
        await this.#burst(`burst${i}`);
      }
      await this.#rest();
      await judgeAtRest(this.#oracle, this.#lane, this.#devices, this.#schedule.now);
      if (this.#options.seed % verifyEvery === 0) await this.#verify();
      await this.#lateLetter();
    } catch (error) {
      this.#oracle.blame('crash', error instanceof Error ? (error.stack ?? error.message) : String(error));
    }
    for (const device of this.#devices) device.closeAll();
    return {
      violations: this.#oracle.violations,
      counts: this.#counts,
      hash: this.#history.hash,
      history: this.#history.lines,
      actors: this.#devices.map(({ name }) => name),
      acts: this.#counts.get('acts'),
    };
  }

  #mayAct(): boolean {
    return this.#isBurst && this.#counts.get('acts') < (this.#options.actsMax ?? Infinity);
  }

  async #burst(name: string): Promise<void> {
    const chance = this.#chance.split(name);
    const schedule = this.#schedule;
    const ms = chance.between(...this.#world.shape.pace.burstMs);
    this.#isBurst = true;
    for (const device of this.#devices) {
      const { tabsMax } = this.#world.shape.pace;
      const [isThere, wait] = [chance.isLucky(0.85), chance.between(0, 30_000)];
      const tabs = chance.between(1, tabsMax);
      if (isThere)
        schedule.after(wait, () => device.start(scopeKind(device.scope) === 'practice' ? tabs : 1));
    }
    if (name !== 'burst0' && this.#faults.strikes('restore', name)) {
      schedule.after(chance.between(0, ms), () => {
        this.#server.restore();
      });
    } else if (chance.isLucky(0.7) || this.#faults.has('restore')) {
      schedule.after(chance.between(0, ms), () => this.#server.backUp());
    }
    this.#arrangeRights(name, ms);
    if (this.#faults.strikes('appUpdate', name)) {
      schedule.after(chance.between(0, ms), () => {
        this.#history.note('!server', 'serves newer apps only');
        this.#server.oldestAppServed += 1;
        this.#oracle.faultStruck('appUpdate', 'server');
      });
    }
    if (this.#faults.strikes('newerServer', name)) {
      schedule.after(chance.between(0, ms), () => {
        this.#history.note('!server', 'is of a newer version');
        this.#server.isNewer = true;
        this.#oracle.faultStruck('newerServer', 'server');
      });
    }
    await schedule.runUntil(schedule.now + ms);
    this.#isBurst = false;
  }

  async #goHome(name: string): Promise<void> {
    for (const device of this.#devices) device.closeAll();
    const gaps = [10 * minuteMs, 2 * hourMs, 9 * hourMs, dayMs, 3 * dayMs];
    const gap = this.#chance.split(`before ${name}`).pick(gaps) ?? hourMs;
    await this.#schedule.runUntil(this.#schedule.now + gap);
  }

  #arrangeRights(name: string, ms: number): void {
    if (!this.#faults.strikes('rightLost', name)) return;
    const chance = this.#faults.chance('rightLost', name);
    const person = chance.pick([...this.#world.people.keys()]);
    if (!person) return;
    const at = chance.between(0, ms);
    this.#schedule.after(at, () => {
      this.#oracle.faultStruck('rightLost', 'server');
      this.#server.setRight(person, false);
    });
    if (chance.isLucky(0.5))
      this.#schedule.after(at + chance.between(1_000, ms), () => this.#server.setRight(person, true));
  }

  /** Every fault lifted, everybody back: from here all has to be answered within a bound (I9). */
  async #rest(): Promise<void> {
    const schedule = this.#schedule;
    this.#history.note('all', 'is mended');
    this.#faults.lift();
    await this.#server.mend();
    for (const person of this.#world.people.keys()) {
      this.#server.setRight(person, true);
      await schedule.settled();
    }
    await this.#drainByThemselves();
    for (const device of this.#devices) device.closeAll();
    // Letters that were still on their way are history too.
    await schedule.runUntil(schedule.now + 2 * minuteMs);
    for (const device of this.#devices) {
      device.mend();
      device.start(1);
    }
    const end = schedule.now + restWithinMs;
    // Once more when nothing waits any more: what the last of them did, the others have to hear of.
    for (let i = 0; i < 3; i += 1) {
      for (const device of this.#devices) device.wake('focus');
      await schedule.runUntil(schedule.now + 3_000);
      while (schedule.now < end && !this.#devices.every((device) => device.isAtRest()))
        await schedule.runUntil(schedule.now + 5_000);
    }
    for (const device of this.#devices) device.closeAll();
    await schedule.runUntil(schedule.now + minuteMs);
  }

  /** I9 without anybody's help: a page that is open and signed in needs no reload, once its line is back. */
  async #drainByThemselves(): Promise<void> {
    const schedule = this.#schedule;
    for (const device of this.#devices) device.findLine();
    const end = schedule.now + restWithinMs;
    while (schedule.now < end && !this.#devices.every((device) => device.isDrained()))
      await schedule.runUntil(schedule.now + 5_000);
    for (const device of this.#devices) {
      if (!device.isDrained()) this.#oracle.blame('I9', `${device.name} does not drain while it is open`);
    }
  }

  async #verify(): Promise<void> {
    for (const what of await this.#lane.verify(this.#schedule.now)) this.#oracle.blame('verify', what);
  }

  /** A letter that lay somewhere for 400 days: it is answered as it was then, and changes nothing. */
  async #lateLetter(): Promise<void> {
    const letter = this.#oracle.letters.at(-1);
    if (!letter || !this.#faults.active.has('lateLetter')) return;
    this.#schedule.now += 400 * dayMs;
    const scope = (
      JSON.parse(letter.text.startsWith('{"protocol"') ? safe(letter.text) : '{}') as { scope?: string }
    ).scope;
    const device = this.#devices.find((one) => one.scope === scope);
    const token = device && this.#server.signIn(device.people[0]!);
    if (!token) return;
    const before = this.#oracle.model.seq;
    this.#server.receive({
      ...letter,
      token,
      appVersion: 1_000,
      answer: () => undefined,
      lose: () => undefined,
    });
    await this.#schedule.runUntil(this.#schedule.now + 10_000);
    const isOld = [...this.#oracle.asks.values()].every(({ fate }) => fate === 'held' || fate === 'gone');
    if (isOld && this.#oracle.model.seq !== before)
      this.#oracle.blame('I3', 'a letter of 400 days ago was settled anew');
    this.#counts.add('fault:lateLetter');
  }

  #makeDevices(ports: DevicePorts): Device[] {
    const { people, referrals, shape } = this.#world;
    const { pace } = shape;
    const byScope = Map.groupBy([...people.values()].map(staffOf), ({ scope }) => scope);
    const desks = [...byScope].flatMap(([scope, staff]) => {
      const name = scope.slice(scope.indexOf(':') + 1, -2).toLowerCase();
      const desk = (n: number) => this.#device(`${name}.d${n}`, staff, ports);
      return range(pace.desksEach).map((n) => desk(n + 1));
    });
    const chance = this.#chance.split('phones');
    const phones = chance.some(
      [...referrals.keys()],
      Math.min(pace.phonesMax, Math.ceil(referrals.size / 2)),
    );
    return [
      ...desks,
      ...phones.map((ubrn) => this.#device(`phone${Number(ubrn)}`, [patientOf(ubrn)], ports)),
    ].filter(({ name }) => !this.#options.without?.includes(name));
  }

  #device(name: string, people: readonly Author[], ports: DevicePorts): Device {
    const scope = people[0]?.scope ?? patientScope('000000000000' as never);
    return new Device(name, people, scope, this.#chance.split(name), ports);
  }
}

function safe(text: string): string {
  try {
    JSON.parse(text);
    return text;
  } catch {
    return '{}';
  }
}
