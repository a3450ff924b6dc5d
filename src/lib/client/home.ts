/**
 * Where the device's side is put together: one home a page, opened by the layouts. The front door stands at once; what
 * desks need (the database, the post office) is loaded with the first of them, so that signing in stays light.
 */
import { scopeKind } from '#lib/domain/scope.ts';
import { AppBadge } from './app-badge.ts';
import { openInstall } from './app-install.svelte.ts';
import { AppUpdates } from './app-update.svelte.ts';
import type { DeskRoom } from './desk-room.ts';
import { desksMayBeHere, deviceFitness } from './device-fit.ts';
import { createDoorKeep } from './door-keep.ts';
import type { Home } from './front-door.ts';
import { PagePlug } from './plug.svelte.ts';
import { Sessions } from './sessions.svelte.ts';

let home: Home | undefined;

/** The home of this page; in a browser only. Opening it again gives the same. */
export function openHome(): Home {
  home ??= buildHome(window);
  return home;
}

function buildHome(page: Window & typeof globalThis): Home {
  const fitness = deviceFitness(page);
  const update = new AppUpdates();
  const badge = new AppBadge(page.navigator, page.localStorage);
  let room: Promise<DeskRoom> | undefined;

  const plug = new PagePlug({
    store: page.caches,
    openChannel: (name) => new BroadcastChannel(name),
    onChange: () => {
      void room?.then((open) => open.plugChanged());
      // Who came and went meanwhile is told now.
      if (!plug.isOut) void door.ask();
    },
  });

  const enter = () => {
    // Nothing is sent before it is known whether the plug is out.
    room ??= Promise.all([import('./desk-room.ts'), plug.recalled]).then(
      ([{ DeskRoom }]) => new DeskRoom(page, door, update, plug),
    );
    // A part of the app that did not come through is asked for again the next time.
    room.catch(() => (room = undefined));
    return room;
  };

  const door = new Sessions({
    now: () => Date.now(),
    storage: page.localStorage,
    keep: createDoorKeep(page.indexedDB),
    async isCut() {
      await plug.recalled;
      return plug.isOut;
    },
    async clearDesk(scope) {
      badge.clear(scopeKind(scope));
      if (room || (await desksMayBeHere(page.indexedDB))) await (await enter()).clearDesk(scope);
    },
    async countUnsent(except) {
      if (!(await desksMayBeHere(page.indexedDB))) return [];
      const { countUnsent } = await import('./store/unsent.ts');
      return countUnsent(except);
    },
    onChange: () => void room?.then((open) => open.sessionsChanged()),
  });

  if (fitness.kind === 'fit') {
    door.watch(page);
    // Somebody is known here: the desk will be wanted, so it need not wait for the layout to ask.
    if (door.sessions.length > 0) void enter();
    void door.ask();
    // Without its worker the app works while its page is open; only an offline start needs it.
    update.watch(page).catch((cause: unknown) => console.error('The offline app was not installed', cause));
    page.addEventListener('online', () => {
      void door.ask();
      void room?.then((open) => open.wakeAll('online'));
    });
    page.addEventListener('offline', () => void room?.then((open) => open.lineChanged()));
    page.addEventListener('focus', () => void room?.then((open) => open.wakeAll('focus')));
    page.document.addEventListener('visibilitychange', () => {
      if (page.document.visibilityState !== 'visible') return;
      void door.ask();
      void room?.then((open) => open.wakeAll('visible'));
    });
  }

  return {
    fitness,
    door,
    update,
    plug,
    install: openInstall(page),
    badge,
    async openDesk(kind) {
      if (fitness.kind !== 'fit') return undefined;
      if (!door.sessionOf(kind)) await door.recalled;
      return door.sessionOf(kind) ? (await enter()).openDesk(kind) : undefined;
    },
  };
}
