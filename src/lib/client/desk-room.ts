/** Where the desks of this page stand: opened, woken and closed here. Loaded when the first is needed, not at the front door. */
import { version } from '$app/environment';
import { scopeKind, type Scope, type ScopeKind } from '#lib/domain/scope.ts';
import type { Wake } from '#lib/sync/ports.ts';
import { createAccess } from './access.ts';
import { createRows } from './rows.ts';
import type { AppUpdates } from './app-update.svelte.ts';
import type { Desk } from './desk.ts';
import { askToPersist } from './device-fit.ts';
import { HeldDirectory } from './directory.svelte.ts';
import { LineHint } from './line-hint.ts';
import { OpenDesk } from './open-desk.svelte.ts';
import type { Plug } from './front-door.ts';
import { HeldPacks } from './packs.ts';
import { pluggable } from './plug.ts';
import type { Sessions } from './sessions.svelte.ts';
import { desksHere } from './store/desk-db.ts';
import { DexieStore } from './store/dexie-store.ts';
import { createWebDrainLock, drainLockName } from './store/lock.ts';
import { SlotsDb } from './store/slots-db.ts';
import { LiveStream, type Poke } from './stream.ts';
import { createFetchTransport } from './transport.ts';
import { plainVault } from './vault.ts';

const deviceNow = () => Date.now();
const idleWithinMs = 2_000;

const timers = {
  after(ms: number, callback: () => void) {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
};

export class DeskRoom {
  readonly #page: Window & typeof globalThis;
  readonly #door: Sessions;
  readonly #update: AppUpdates;
  readonly #plug: Plug;
  readonly #slots = new SlotsDb();
  readonly #packs = new HeldPacks(this.#slots);
  #staffDirectory: HeldDirectory | undefined;
  readonly #hint: LineHint;
  readonly #stream: LiveStream;
  readonly #desks = new Map<Scope, Promise<OpenDesk>>();
  readonly #wanted = new Map<Scope, readonly string[]>();

  constructor(page: Window & typeof globalThis, door: Sessions, update: AppUpdates, plug: Plug) {
    this.#page = page;
    this.#door = door;
    this.#update = update;
    this.#plug = plug;
    this.#hint = new LineHint(() => this.#isOnline(), deviceNow);
    const ports = {
      locks: page.navigator.locks as LockManager | undefined,
      openChannel: (name: string) => new BroadcastChannel(name),
      openSource: (url: string) => new EventSource(url),
      fraction: () => Math.random(),
      tab: page.crypto.randomUUID(),
      isCut: () => plug.isOut,
    };
    this.#stream = new LiveStream(ports, (poke) => this.#onPoke(poke));
  }

  async openDesk(kind: ScopeKind): Promise<Desk | undefined> {
    const scope = this.#door.sessionOf(kind)?.author.scope;
    if (!scope) return undefined;
    const known = this.#desks.get(scope);
    if (known) return known;
    const opening = this.#makeDesk(scope).open();
    this.#desks.set(scope, opening);
    this.#tellStream();
    // One that could not be opened is tried anew, not remembered.
    opening.catch(() => this.#desks.delete(scope));
    return opening;
  }

  /** Somebody came or went, here or in another tab. */
  sessionsChanged(): void {
    for (const [scope, desk] of this.#desks) {
      if (this.#door.sessionOf(scopeKind(scope))?.author.scope !== scope) void this.#closeDesk(scope);
      else if (this.#door.isLive(scope)) void desk.then((open) => open.wake('signedIn'));
    }
    this.#stream.hurry();
  }

  /** Truth leaves this device, claims stay. */
  async clearDesk(scope: Scope): Promise<void> {
    await this.#closeDesk(scope);
    if (!(await desksHere()).includes(scope)) return;
    const store = this.#openStore(scope, () => undefined);
    await store.leave().finally(() => store.close());
  }

  wakeAll(why: Wake): void {
    if (why === 'online') this.#stream.hurry();
    for (const desk of this.#desks.values()) void desk.then((open) => open.wake(why));
  }

  lineChanged(): void {
    for (const desk of this.#desks.values()) void desk.then((open) => open.lineChanged());
  }

  /** Pulled out, the desks are told as a browser tells them that the network went; put in, that it is back. */
  plugChanged(): void {
    if (this.#plug.isOut) {
      this.#stream.cut();
      this.lineChanged();
    } else this.wakeAll('online');
  }

  #isOnline(): boolean {
    return this.#page.navigator.onLine && !this.#plug.isOut;
  }

  #makeDesk(scope: Scope): OpenDesk {
    const page = this.#page;
    const door = this.#door;
    const kind = scopeKind(scope);
    const line = {
      isLineDown: () => this.#plug.isOut || this.#hint.isDown(),
      onSignedOut: () => door.ended(scope),
    };
    const desk: OpenDesk = new OpenDesk({
      store: this.#openStore(scope, (cause) => desk.onPacksLost(cause)),
      slots: this.#slots,
      vault: plainVault,
      packs: this.#packs,
      directory: this.#directoryFor(scope),
      transport: this.#hint.watch(pluggable(createFetchTransport(), () => this.#plug.isOut)),
      access: createAccess(scope, line),
      rows: createRows(scope, line),
      lock: createWebDrainLock(drainLockName(scope), page.navigator.locks),
      timers,
      deviceNow,
      appVersion: version,
      fraction: () => Math.random(),
      newId: () => page.crypto.randomUUID(),
      isOnline: () => this.#isOnline(),
      session: () => (door.isLive(scope) ? (door.sessionOf(kind) ?? null) : null),
      isUpdateReady: () => this.#update.isReady,
      askToPersist: () => askToPersist(page.navigator.storage),
      whenIdle: (callback) => whenIdle(page, callback),
      onSignedOut: () => door.ended(scope),
      onWanted: (services) => {
        this.#wanted.set(scope, services);
        this.#tellStream();
      },
      onWaiting: () => void askForBackgroundSync(page.navigator),
    });
    return desk;
  }

  /** The whole country is held once for all staff; a patient's is theirs. */
  #directoryFor(scope: Scope): HeldDirectory {
    const make = () => new HeldDirectory(scope, this.#slots, deviceNow, () => this.#plug.isOut);
    return scopeKind(scope) === 'patient' ? make() : (this.#staffDirectory ??= make());
  }

  #openStore(scope: Scope, onPacksLost: (cause: unknown) => void): DexieStore {
    const isLineDown = () => this.#hint.isDown();
    return new DexieStore({
      scope,
      vault: plainVault,
      slots: this.#slots,
      now: deviceNow,
      isLineDown,
      signedIn: () => this.#door.sessionOf(scopeKind(scope))?.name,
      onPacksLost,
    });
  }

  async #closeDesk(scope: Scope): Promise<void> {
    const desk = this.#desks.get(scope);
    this.#desks.delete(scope);
    this.#wanted.delete(scope);
    if (!desk) return;
    this.#tellStream();
    (await desk.catch(() => undefined))?.close();
  }

  #tellStream(): void {
    this.#stream.want({
      scopes: [...this.#desks.keys()],
      services: [...new Set([...this.#wanted.values()].flat())],
    });
  }

  #onPoke({ scopes, services }: Poke): void {
    for (const [scope, desk] of this.#desks) {
      const wanted = this.#wanted.get(scope) ?? [];
      const isConcerned = scopes.includes(scope) || services.some((service) => wanted.includes(service));
      if (isConcerned) void desk.then((open) => open.wake('stream'));
    }
  }
}

/** Safari cannot tell; there a moment has to do. */
function whenIdle(page: Partial<Pick<Window, 'requestIdleCallback'>>, callback: () => void): void {
  if (page.requestIdleCallback) page.requestIdleCallback(callback, { timeout: idleWithinMs });
  else setTimeout(callback, idleWithinMs);
}

/** Chromium alone has it; elsewhere the page's own wakes do. */
async function askForBackgroundSync(navigator: Navigator): Promise<void> {
  const container = navigator.serviceWorker as ServiceWorkerContainer | undefined;
  if (!container?.controller) return;
  const registration = (await container.ready) as ServiceWorkerRegistration & {
    readonly sync?: { register(tag: string): Promise<void> };
  };
  // Refused where the person switched it off.
  await registration.sync?.register('holdfast-drain').catch(() => undefined);
}
