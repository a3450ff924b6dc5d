/**
 * One tab, or the worker: a process that runs the driver that ships over the desk's disk, and in which a person looks at
 * the screen and acts. It can die, freeze and thaw.
 */
import { claimVersion, isOneAReferral, type Claim, type Intent } from '#lib/domain/claim.ts';
import type { AppointmentId, ClaimId, Ubrn } from '#lib/domain/ids.ts';
import type { Instant } from '#lib/domain/instant.ts';
import { latestUse } from '#lib/domain/latest-use.ts';
import { actorOf } from '#lib/domain/person.ts';
import { isPressing } from '#lib/domain/priority.ts';
import { project } from '#lib/domain/project.ts';
import type { Truth } from '#lib/domain/truth.ts';
import { createDriver, type Driver } from '#lib/sync/driver.ts';
import type { SyncStatus, Wake } from '#lib/sync/ports.ts';
import type { Chance } from './chance.ts';
import type { Device, DevicePorts } from './device.ts';
import { heldClaims, heldTimes } from './people/screen.ts';
import type { Screen, Wish } from './people/wish.ts';
import { wishOf } from './people/wishes.ts';
import { createLine } from './network.ts';
import { TabStore } from './tab-store.ts';

/** How long somebody waits who waits for little. */
const hastyMs = 30_000;
/** A disk that is busy with something else. */
const slowStoreMs = 3_000;

export class Tab {
  readonly name: string;
  readonly store: TabStore;
  readonly kind: 'page' | 'worker';
  /** A page keeps the version that it was loaded in, whatever others run. */
  readonly appVersion: number;
  readonly #device: Device;
  readonly #ports: DevicePorts;
  readonly #chance: Chance;
  readonly #driver: Driver;
  status: SyncStatus = { kind: 'idle', lastReplyAt: null };
  #isDead = false;
  #thaw: (() => void)[] | undefined;
  /** By how much the server's clock is ahead of this device's, as of the last answer. */
  #correction = 0;

  constructor(name: string, kind: 'page' | 'worker', device: Device, ports: DevicePorts) {
    this.name = name;
    this.kind = kind;
    this.appVersion = device.versionOf(kind);
    this.#device = device;
    this.#ports = ports;
    this.#chance = device.chance.split(name);
    this.store = new TabStore(device.scope, device.disk, {
      isDead: () => this.#isDead,
      writes: () => (ports.oracle.writer = this.name),
      befalls: (what) => this.#befalls(what),
      die: () => this.die(),
      added: (id) => this.#added(id),
      applied: (reply) => ports.oracle.applied(device.name, device.disk, reply),
      pause: () => this.#pause(),
    });
    this.#driver = createDriver({
      store: this.store,
      transport: createLine(ports, {
        name,
        chance: this.#chance,
        isOnline: device.isOnline,
        goOffline: (ms) => device.goOffline(ms),
        token: () => device.session?.token,
        appVersion: () => this.appVersion,
        freeze: (ms) => this.freeze(ms),
        deliver: (what) => this.#deliver(what),
      }),
      clock: { now: () => device.now(), after: (ms, callback) => this.after(ms, callback) },
      random: this.#chance,
      lock: device.lock.for(this),
      onStatus: (status) => this.#onStatus(status),
    });
  }

  begin(): void {
    if (this.kind === 'worker') return this.wake('backgroundSync');
    // What an older version could not get settled is tried again by a newer one.
    void this.store.unpark().then(
      () => this.wake('opened'),
      () => this.wake('opened'),
    );
    this.#actLater();
  }

  wake(why: Wake): void {
    this.#deliver(() => this.#driver.wake(why));
  }

  after(ms: number, callback: () => void): () => void {
    return this.#ports.schedule.after(ms, () => this.#deliver(callback));
  }

  close(): void {
    if (this.#isDead) return;
    this.#driver.stop();
    this.#isDead = true;
    this.#ports.oracle.processEnded(this.name);
    this.#device.closed(this);
  }

  /** Without a word: nothing that it had begun is finished. */
  die(): void {
    if (this.#isDead) return;
    this.#ports.history.note('!process', `${this.name} dies`);
    this.close();
    const { schedule } = this.#ports;
    schedule.after(this.#chance.between(1_000, 40_000), () => {
      if (this.#ports.mayAct() && this.kind === 'page') this.#device.start(1);
    });
  }

  freeze(ms: number): void {
    if (this.#isDead || this.#thaw) return;
    this.#ports.history.note('!process', `${this.name} freezes for ${Math.round(ms / 1000)} s`);
    this.#thaw = [];
    this.#ports.schedule.after(ms, () => {
      const waiting = this.#thaw ?? [];
      this.#thaw = undefined;
      for (const what of waiting) this.#deliver(what);
    });
  }

  /** What the person at it asks for, as a claim: what the Desk does. */
  async ask(intent: Intent, ubrn: string | undefined, isPressingOne: boolean): Promise<void> {
    const author = this.#device.session?.author;
    if (!author) return;
    const { world, history, oracle } = this.#ports;
    const latest = latestUse(intent, actorOf(author), (id) => world.services.get(id));
    // "Only if it is soon": people may want less time than there is, never more.
    const isHasty = this.#chance.isLucky(0.03);
    const expiresAt = isHasty ? Math.min(latest ?? Infinity, this.#now() + hastyMs) : latest;
    const claim: Claim = {
      v: claimVersion,
      id: this.#chance.uuid() as ClaimId,
      author,
      madeAt: this.#device.now(),
      ...(expiresAt === undefined ? {} : { expiresAt }),
      intent,
    };
    oracle.asked(this.#device.name, claim, this.name, isHasty);
    const draft = {
      claim,
      referralKey: isOneAReferral(intent) ? (ubrn ?? '') : null,
      pressing: isPressingOne,
      label: { who: '', what: intent.kind, when: '' },
    };
    const added = await this.store.add(draft).catch(() => undefined);
    history.note(this.name, `${oracle.say(claim)} = ${added ? added.kind : 'notSaved'}`);
  }

  newAppointmentId = () => this.#chance.uuid() as AppointmentId;

  #actLater(): void {
    this.after(this.#chance.wait(this.#ports.world.shape.pace.actsApartMs), () => {
      if (!this.#ports.mayAct()) return;
      this.#ports.oracle.counted('acts');
      void this.#act().catch((error: unknown) => (this.#ports.schedule.failure ??= error));
      this.#actLater();
    });
  }

  async #act(): Promise<void> {
    const { faults, history, world } = this.#ports;
    const device = this.#device;
    if (faults.strikes('tabCrash', this.name)) return this.die();
    if (faults.strikes('frozenTab', this.name))
      return this.freeze(faults.chance('frozenTab', this.name).between(2_000, 120_000));
    if (faults.strikes('powerLoss', device.name)) return device.losePower();
    if (faults.strikes('packsEvicted', device.name)) return device.losePacks();
    if (faults.strikes('originEvicted', device.name)) return device.loseAll();
    if (faults.strikes('sessionLost', device.name)) return device.loseSession();
    if (faults.strikes('signOut', device.name)) return device.signOut();
    if (faults.strikes('backgroundSync', device.name)) void device.open('worker');
    if (this.status.kind === 'tooOld') {
      device.updateTo(this.appVersion + 1);
      history.note(this.name, `reloads as version ${device.appVersion}`);
      this.close();
      device.start(1);
      return;
    }
    const { session } = device;
    if (!session) return;
    const screen = await this.#look();
    // People see to several things before they look up again.
    const [from, to] = world.shape.pace.wishes;
    const count = this.#chance.between(from, to);
    const seenTo = new Set<string>();
    for (let i = 0; i < count && !this.#isDead; i += 1) {
      const wish = wishOf(screen, session.author, this.#chance, () => this.newAppointmentId());
      if (!wish) continue;
      // Who works through a list comes to each line of it once; who looks anew for each may think twice.
      const about = from > 1 ? aboutOf(wish, screen.truth) : undefined;
      if (about !== undefined && seenTo.has(about)) continue;
      if (about !== undefined) seenTo.add(about);
      await this.#grant(wish, screen);
    }
    this.wake('queued');
  }

  async #look(): Promise<Screen> {
    const now = this.#now();
    const truth = await this.store.truth();
    await this.store.want([...truth.services.keys()]).catch(() => undefined);
    const claims = heldClaims(await this.store.claims(), this.#device.read);
    return {
      view: project(truth, claims, now),
      truth,
      now,
      times: heldTimes(this.#device.disk.packs.values()),
      freeEnough: this.#ports.world.shape.pace.freeEnough,
    };
  }

  async #grant(wish: Wish, { truth, view }: Screen): Promise<void> {
    const { history, oracle } = this.#ports;
    const session = this.#device.session;
    if (!session) return;
    switch (wish.kind) {
      case 'ask': {
        const ubrn = ubrnOf(wish.intent, truth);
        const referral = ubrn && view.byUbrn.get(ubrn)?.referral;
        return this.ask(wish.intent, ubrn, referral ? isPressing(referral.priority) : false);
      }
      case 'takeBack': {
        oracle.tookInHand(wish.id);
        const isTaken = await this.store.takeBack(wish.id).catch(() => false);
        history.note(
          this.name,
          `takes back ${oracle.nameOf(wish.id)} = ${isTaken ? 'taken back' : 'too late'}`,
        );
        return;
      }
      case 'callOff': {
        oracle.tookInHand(wish.id);
        const callOff = {
          id: this.#chance.uuid() as ClaimId,
          author: session.author,
          at: this.#device.now(),
        };
        const outcome = await this.store.callOff(wish.id, callOff).catch(() => 'notSaved' as const);
        if (outcome === 'calledOff') oracle.calledOff(this.#device.name, wish.id, callOff);
        history.note(this.name, `calls off ${oracle.nameOf(wish.id)} = ${outcome}`);
        return;
      }
      case 'dismiss':
        history.note(this.name, `dismisses ${oracle.nameOf(wish.id)}`);
        oracle.dismissed(wish.id);
        await this.store.dismiss(wish.id).catch(() => undefined);
        return;
      case 'open':
        await this.store
          .recordOpened({
            id: this.#chance.uuid() as ClaimId,
            person: session.author.person,
            ubrn: wish.ubrn,
            at: this.#device.now(),
          })
          .catch(() => undefined);
    }
  }

  #added(id: ClaimId): void {
    const isWaiting = this.#device.disk.claims.get(id)?.state === 'waiting';
    if (isWaiting && this.#ports.faults.strikes('newerClaim', this.name)) this.#rollBack(id);
  }

  /** As if a newer app had made it, and the device had been put back to this one while it waited. */
  #rollBack(id: ClaimId): void {
    const { claims } = this.#device.disk;
    const record = claims.get(id);
    if (record?.state !== 'waiting') return;
    const bytes = record.body.bytes.replace(`"v":${claimVersion}`, `"v":${claimVersion + 1}`);
    this.#ports.history.note('!app', `${this.#ports.oracle.nameOf(id)} is of a newer one`);
    this.#ports.oracle.madeByNewerApp(id, bytes);
    claims.set(id, { ...record, revision: record.revision + 1, body: { ...record.body, bytes } });
  }

  #onStatus(status: SyncStatus): void {
    this.status = status;
    if (this.#isDead) return;
    if (status.lastReplyAt !== null) this.#correction = status.lastReplyAt - this.#device.now();
    if (status.kind === 'signedOut' || status.kind === 'forbidden') {
      this.#ports.oracle.stoppedAs(this.name, status.kind);
      this.#device.sessionRefused();
    }
    const isAtRest = status.kind !== 'exchanging' && status.kind !== 'catchingUp';
    if (this.kind === 'worker' && isAtRest) this.close();
  }

  #befalls(what: string): 'diesBefore' | 'diesAfter' | 'full' | undefined {
    const { faults } = this.#ports;
    if (what !== 'read' && faults.strikes('quota', this.name)) return 'full';
    if (!faults.strikes('storeCrash', this.name)) return undefined;
    return faults.chance('storeCrash', this.name).isLucky(0.5) ? 'diesBefore' : 'diesAfter';
  }

  #pause(): Promise<void> | undefined {
    const { faults } = this.#ports;
    if (!faults.strikes('slowStore', this.name)) return undefined;
    const ms = faults.chance('slowStore', this.name).between(1, slowStoreMs);
    return new Promise((resolve) => this.after(ms, resolve));
  }

  #deliver(what: () => void): void {
    if (this.#isDead) return;
    if (this.#thaw) this.#thaw.push(what);
    else what();
  }

  #now(): Instant {
    return this.#device.now() + this.#correction;
  }
}

function ubrnOf(intent: Intent, truth: Truth): Ubrn | undefined {
  if ('ubrn' in intent) return intent.ubrn;
  return 'appointment' in intent ? truth.appointments.get(intent.appointment)?.ubrn : undefined;
}

/** The line of a list that a wish is about. */
function aboutOf(wish: Wish, truth: Truth): string | undefined {
  if (wish.kind !== 'ask') return 'id' in wish ? wish.id : wish.ubrn;
  const { intent } = wish;
  return ubrnOf(intent, truth) ?? ('notice' in intent ? intent.notice : undefined);
}
