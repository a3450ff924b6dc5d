/**
 * The worker: policy only. It keeps the app for offline starts, answers navigations with the shell, lets a new version
 * wait until a person wants it, and sends what waits when the browser says that the line is back. It never keeps /api.
 */
import { build, files, prerendered, version } from '$service-worker';
import { cleanupOutdatedCaches, PrecacheController, PrecacheRoute } from 'workbox-precaching';
import { NavigationRoute, registerRoute } from 'workbox-routing';
import { drainDesks } from '#lib/client/store/drain-desks.ts';

/** As far as the worker's own types do not know it (Background Sync is Chromium's). */
interface SyncEvent extends ExtendableEvent {
  readonly tag: string;
}

// In a module the global is typed as a page's.
const worker = globalThis as unknown as ServiceWorkerGlobalScope;

// Where postcode districts lie is large and seldom needed: a device that asks for it keeps it beside the directory.
const kept = files.filter((file) => file !== '/outcodes.json');

const precache = new PrecacheController();
precache.addToCacheList([
  ...build.map((url) => ({ url, revision: null })),
  ...[...kept, ...prerendered].map((url) => ({ url, revision: version })),
]);
worker.addEventListener('install', (event) => event.waitUntil(fetchAll(event)));
worker.addEventListener('activate', (event) => void precache.activate(event));
registerRoute(new PrecacheRoute(precache));
cleanupOutdatedCaches();
registerRoute(new NavigationRoute(precache.createHandlerBoundToURL('/shell'), { denylist: [/^\/api\//] }));

/** Fetched at the same time: half of what a browser opens to one server, for the page has its own to fetch meanwhile. */
const lanes = 3;

/** What `precache.install` does one by one, a round trip of the line for each. What is there already is not fetched again. */
async function fetchAll(event: ExtendableEvent): Promise<void> {
  const waiting = [...precache.getURLsToCacheKeys()];
  const lane = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const [url, cacheKey] = next;
      // A name that stays while its content changes is not taken from the browser's own cache.
      const cache = cacheKey === url ? 'default' : 'reload';
      const request = new Request(url, { cache, credentials: 'same-origin' });
      await Promise.all(precache.strategy.handleAll({ params: { cacheKey }, request, event }));
    }
  };
  try {
    await Promise.all(Array.from({ length: lanes }, lane));
  } finally {
    // Where one of them failed, the others have nothing more to fetch for: this worker comes to nothing.
    waiting.length = 0;
  }
}

/** As far as browsers have static routing; the types do not know it. */
interface RoutedInstall extends ExtendableEvent {
  addRoutes?(rule: { condition: { urlPattern: string }; source: 'network' }): Promise<void>;
}

/**
 * What goes to the server does not pass this worker, which would do nothing with it but be woken, and be kept from giving way
 * to the next one: a request that comes in while it is stopping starts it again, and Chromium asks it to go but once.
 */
worker.addEventListener('install', (event: RoutedInstall) => {
  const routed = event.addRoutes?.({ condition: { urlPattern: '/api/*' }, source: 'network' });
  // A browser that does not take the route is no reason to go without a worker.
  if (routed) event.waitUntil(routed.catch(() => undefined));
});

/** Ends what is being sent in the background, for good: it is unknown then, and the worker that comes next sends it again. */
const standDown = new AbortController();

worker.addEventListener('message', ({ data }) => {
  const kind = (data as { kind?: unknown } | null)?.kind;
  if (kind === 'SKIP_WAITING') void worker.skipWaiting();
  if (kind === 'STAND_DOWN') standDown.abort();
});

worker.addEventListener('activate', (event) => event.waitUntil(worker.clients.claim()));

worker.addEventListener('sync', (event) => {
  const sync = event as SyncEvent;
  if (sync.tag === 'holdfast-drain') sync.waitUntil(drainDesks(standDown.signal));
});
