/**
 * The worker: policy only. It keeps the app for offline starts, answers navigations with the shell, lets a new version
 * wait until a person wants it, and sends what waits when the browser says that the line is back. It never keeps /api.
 */
import { build, files, prerendered, version } from '$service-worker';
import { cleanupOutdatedCaches, createHandlerBoundToURL, precacheAndRoute } from 'workbox-precaching';
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

precacheAndRoute([
  ...build.map((url) => ({ url, revision: null })),
  ...[...kept, ...prerendered].map((url) => ({ url, revision: version })),
]);
cleanupOutdatedCaches();
registerRoute(new NavigationRoute(createHandlerBoundToURL('/shell'), { denylist: [/^\/api\//] }));

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
