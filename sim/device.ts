/** One browser at one desk, or one phone: a disk, a clock that may be wrong, a line, and the tabs that people open. */
import { dayMs, hourMs, type Instant } from '#lib/domain/instant.ts';
import type { Author } from '#lib/domain/person.ts';
import type { Scope } from '#lib/domain/scope.ts';
import type { Pack } from '#lib/protocol/exchange.ts';
import type { MemoryDisk } from '#lib/sync/memory-store.ts';
import type { Wake } from '#lib/sync/ports.ts';
import type { Chance } from './chance.ts';
import { watchedDisk } from './disk.ts';
import { DeskLock } from './drain-lock.ts';
import type { LinePorts } from './network.ts';
import type { ReadClaims } from './people/screen.ts';
import { Tab } from './tab.ts';
import type { World } from './world.ts';

export interface DevicePorts extends LinePorts {
  readonly world: World;
  /** False once people have stopped acting. */
  mayAct(): boolean;
}

export class Device {
  readonly name: string;
  /** Who works here. */
  readonly people: readonly Author[];
  readonly scope: Scope;
  readonly chance: Chance;
  readonly lock = new DeskLock();
  readonly tabs = new Set<Tab>();
  disk: MemoryDisk;
  readonly read: ReadClaims = new Map();
  session: { readonly author: Author; readonly token: string } | undefined;
  appVersion = 1;
  /** A worker takes over when the last page of the old version is gone: until then it is behind the pages. */
  #workerVersion = 1;
  readonly #ports: DevicePorts;
  readonly #clock: { readonly off: number; readonly rate: number };
  #offlineUntil: Instant = 0;
  #isPoked = false;
  #count = 0;
  #packsYesterday: readonly Pack[] = [];

  constructor(name: string, people: readonly Author[], scope: Scope, chance: Chance, ports: DevicePorts) {
    this.name = name;
    this.scope = scope;
    this.chance = chance;
    this.people = people;
    this.#ports = ports;
    this.disk = watchedDisk(name, scope, ports.oracle);
    this.#clock = clockOf(ports, name);
  }

  now(): Instant {
    const { schedule, world } = this.#ports;
    const passed = schedule.now - world.shape.startsAt;
    return Math.max(0, Math.round(schedule.now + this.#clock.off + passed * this.#clock.rate));
  }

  isOnline = () => this.#ports.schedule.now >= this.#offlineUntil;

  goOffline(ms: number): void {
    const { schedule, history } = this.#ports;
    this.#offlineUntil = Math.max(this.#offlineUntil, schedule.now + ms);
    history.note('!net', `${this.name} has no line for ${Math.round(ms / 1000)} s`);
    schedule.after(ms + 1, () => this.wake('online'));
  }

  /** Somebody comes to the desk and opens so many tabs. */
  start(tabs: number): void {
    this.#packsYesterday = [...this.disk.packs.values()];
    this.signIn();
    for (let i = 0; i < tabs; i += 1) this.open('page');
  }

  open(kind: 'page' | 'worker'): Tab {
    this.#count += 1;
    const tab = new Tab(`${this.name}.${kind === 'page' ? 't' : 'w'}${this.#count}`, kind, this, this.#ports);
    this.tabs.add(tab);
    tab.begin();
    return tab;
  }

  updateTo(version: number): void {
    this.appVersion = Math.max(this.appVersion, version);
  }

  versionOf = (kind: Tab['kind']) => (kind === 'page' ? this.appVersion : this.#workerVersion);

  closed(tab: Tab): void {
    this.tabs.delete(tab);
    if (this.tabs.size === 0) this.#workerVersion = this.appVersion;
    this.lock.died(tab);
  }

  /** People go home. What was sent and not answered stays as it is. */
  closeAll(): void {
    for (const tab of [...this.tabs]) tab.close();
  }

  signIn(): void {
    const { server, history } = this.#ports;
    if (this.session) return;
    const able = this.people.filter(({ person }) => server.isActive(person));
    const author = this.chance.pick(able);
    const token = author && server.signIn(author);
    if (!author || !token) return;
    this.session = { author, token };
    history.note(this.name, `signs in as ${author.person}`);
    this.wake('signedIn');
  }

  /** Truth goes, claims stay, and another person may come. */
  async signOut(): Promise<void> {
    const { server, history, schedule, oracle } = this.#ports;
    if (!this.session) return;
    history.note(this.name, `signs out ${this.session.author.person}`);
    oracle.signedOut(this.name);
    server.endSession(this.session.token);
    this.session = undefined;
    const [last] = this.tabs;
    await last?.store.forget().catch(() => undefined);
    this.closeAll();
    schedule.after(this.chance.between(5_000, 60_000), () => this.#ports.mayAct() && this.start(1));
  }

  /** The cookie is gone, as after twelve hours; pages learn it from the next answer. */
  loseSession(): void {
    if (this.session) this.#ports.server.endSession(this.session.token);
  }

  sessionRefused(): void {
    this.session = undefined;
    const { schedule } = this.#ports;
    schedule.after(this.chance.wait(8_000), () => this.tabs.size > 0 && this.signIn());
  }

  losePower(): void {
    this.#ports.history.note('!power', `goes at ${this.name}`);
    for (const tab of [...this.tabs]) tab.die();
    // Packs are written with relaxed durability: the last of them may not have reached the disk. Claims are not.
    this.disk.packs.clear();
    for (const pack of this.#packsYesterday) this.disk.packs.set(pack.service, pack);
  }

  losePacks(): void {
    this.#ports.history.note('!browser', `evicts the packs of ${this.name}`);
    this.disk.packs.clear();
  }

  loseAll(): void {
    const { history, oracle } = this.#ports;
    history.note('!browser', `evicts all of ${this.name}`);
    for (const tab of [...this.tabs]) tab.die();
    oracle.originLost(this.name, this.disk);
    this.disk = watchedDisk(this.name, this.scope, oracle);
    this.session = undefined;
  }

  wake(why: Wake): void {
    for (const tab of this.tabs) tab.wake(why);
  }

  /** One page holds the stream for all, and tells the others; a nudge on the way serves for all that follow it. */
  poke(): void {
    const [tab] = this.tabs;
    if (this.#isPoked || !tab || !this.isOnline()) return;
    this.#isPoked = true;
    this.#ports.schedule.after(this.chance.between(20, this.#ports.world.shape.pace.pokeMs), () => {
      this.#isPoked = false;
      tab.wake('stream');
    });
  }

  /** A line that works, the newest app, and nobody signed in who may not be. */
  mend(): void {
    this.closeAll();
    this.findLine();
    this.session = undefined;
  }

  findLine(): void {
    this.#offlineUntil = 0;
  }

  /** Nothing waits, or nobody is there who could send it. */
  isDrained(): boolean {
    if (!this.#isWaiting() || !this.session) return true;
    return ![...this.tabs].some(({ kind, status }) => kind === 'page' && status.kind !== 'tooOld');
  }

  #isWaiting(): boolean {
    for (const { state, askAgain } of this.disk.claims.values()) {
      if (state === 'waiting' || state === 'sent' || askAgain) return true;
    }
    return false;
  }

  isAtRest(): boolean {
    if (this.#isWaiting()) return false;
    return [...this.tabs].every(({ status }) => status.kind === 'idle' && status.lastReplyAt !== null);
  }
}

function clockOf({ faults }: DevicePorts, name: string) {
  const off = faults.strikes('clockOff', name)
    ? faults.chance('clockOff', name).between(-4 * dayMs, 4 * dayMs)
    : 0;
  const rate = faults.strikes('clockDrift', name)
    ? faults.chance('clockDrift', name).between(-40, 40) / hourMs
    : 0;
  return { off, rate: rate * 1_000 };
}
