/** Where the device's side is put together: one home a page, opened by the layouts. The only place here that knows `window`. */
import { version } from '$app/environment';
import { scopeKind, type Scope, type ScopeKind } from '#lib/domain/scope.ts';
import { AppUpdates } from './app-update.svelte.ts';
import type { Desk } from './desk.ts';
import { askToPersist, deviceFitness } from './device-fit.ts';
import { HeldDirectory } from './directory.svelte.ts';
import type { Home } from './front-door.ts';
import { OpenDesk } from './open-desk.svelte.ts';
import { LineHint } from './line-hint.ts';
import { HeldPacks } from './packs.ts';
import { Sessions } from './sessions.svelte.ts';
import { desksHere } from './store/desk-db.ts';
import { DexieStore } from './store/dexie-store.ts';
import { createWebDrainLock, drainLockName } from './store/lock.ts';
import { SlotsDb } from './store/slots-db.ts';
import { countUnsent } from './store/unsent.ts';
import { LiveStream } from './stream.ts';
import { createFetchTransport } from './transport.ts';
import { plainVault } from './vault.ts';

const deviceNow = () => Date.now();

const timers = {
  after(ms: number, callback: () => void) {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
};

let home: Home | undefined;

/** The home of this page; in a browser only. Opening it again gives the same. */
export function openHome(): Home {
  home ??= buildHome(window);
  return home;
}

function buildHome(page: Window & typeof globalThis): Home {
  const fitness = deviceFitness(page);
  const locks = page.navigator.locks as LockManager | undefined;
  const slots = new SlotsDb();
  const packs = new HeldPacks(slots);
  const directory = new HeldDirectory(slots, deviceNow);
  const update = new AppUpdates();
  const hint = new LineHint(() => page.navigator.onLine, deviceNow);
  const desks = new Map<Scope, Promise<OpenDesk>>();
  const wanted = new Map<Scope, readonly string[]>();

  const door = new Sessions({
    now: deviceNow,
    storage: page.localStorage,
    async clearDesk(scope) {
      await closeDesk(scope);
      if (!(await desksHere()).includes(scope)) return;
      const store = openStore(scope, () => undefined);
      await store.leave().finally(() => store.close());
    },
    countUnsent,
    onChange() {
      for (const [scope, desk] of desks) {
        if (door.sessionOf(scopeKind(scope))?.author.scope !== scope) void closeDesk(scope);
        else if (door.isLive(scope)) void desk.then((open) => open.wake('signedIn'));
      }
      stream.hurry();
    },
  });

  const stream = new LiveStream(
    {
      locks,
      openChannel: (name) => new BroadcastChannel(name),
      openSource: (url) => new EventSource(url),
      fraction: Math.random,
      // Absent on an insecure origin, where there is no stream either.
      tab: fitness.kind === 'fit' ? page.crypto.randomUUID() : '',
    },
    (poke) => {
      for (const [scope, desk] of desks) {
        const isConcerned =
          poke.scopes.includes(scope) ||
          poke.services.some((service) => wanted.get(scope)?.includes(service));
        if (isConcerned) void desk.then((open) => open.wake('stream'));
      }
    },
  );

  function tellStream(): void {
    stream.want({ scopes: [...desks.keys()], services: [...new Set([...wanted.values()].flat())] });
  }

  function openStore(scope: Scope, onPacksLost: (cause: unknown) => void): DexieStore {
    return new DexieStore({
      scope,
      vault: plainVault,
      slots,
      now: deviceNow,
      isLineDown: () => hint.isDown(),
      onPacksLost,
    });
  }

  async function closeDesk(scope: Scope): Promise<void> {
    const desk = desks.get(scope);
    desks.delete(scope);
    wanted.delete(scope);
    if (!desk) return;
    tellStream();
    (await desk.catch(() => undefined))?.close();
  }

  function makeDesk(scope: Scope): OpenDesk {
    const kind = scopeKind(scope);
    const desk: OpenDesk = new OpenDesk({
      store: openStore(scope, (cause) => desk.onPacksLost(cause)),
      slots,
      vault: plainVault,
      packs,
      directory,
      transport: hint.watch(createFetchTransport()),
      lock: createWebDrainLock(drainLockName(scope), locks),
      timers,
      deviceNow,
      appVersion: version,
      fraction: Math.random,
      newId: () => page.crypto.randomUUID(),
      isOnline: () => page.navigator.onLine,
      session: () => (door.isLive(scope) ? (door.sessionOf(kind) ?? null) : null),
      isUpdateReady: () => update.isReady,
      askToPersist: () => askToPersist(page.navigator.storage),
      onSignedOut: () => door.ended(scope),
      onWanted(services) {
        wanted.set(scope, services);
        tellStream();
      },
      onWaiting: () => void askForBackgroundSync(page.navigator),
    });
    return desk;
  }

  function wakeAll(why: 'online' | 'focus' | 'visible'): void {
    for (const desk of desks.values()) void desk.then((open) => open.wake(why));
  }

  if (fitness.kind === 'fit') {
    door.watch(page);
    void door.ask();
    // Without its worker the app works while its page is open; only an offline start needs it.
    update.watch(page).catch((cause: unknown) => console.error('The offline app was not installed', cause));
    page.addEventListener('online', () => {
      void door.ask();
      stream.hurry();
      wakeAll('online');
    });
    page.addEventListener('offline', () => {
      for (const desk of desks.values()) void desk.then((open) => open.lineChanged());
    });
    page.addEventListener('focus', () => wakeAll('focus'));
    page.document.addEventListener('visibilitychange', () => {
      if (page.document.visibilityState !== 'visible') return;
      void door.ask();
      wakeAll('visible');
    });
  }

  return {
    fitness,
    door,
    update,
    async openDesk(kind: ScopeKind): Promise<Desk | undefined> {
      const scope = door.sessionOf(kind)?.author.scope;
      if (!scope || fitness.kind !== 'fit') return undefined;
      const known = desks.get(scope);
      if (known) return known;
      const opening = makeDesk(scope).open();
      desks.set(scope, opening);
      tellStream();
      // One that could not be opened is tried anew, not remembered.
      opening.catch(() => desks.delete(scope));
      return opening;
    },
  };
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
