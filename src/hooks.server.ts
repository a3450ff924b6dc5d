/** Opens the app once, puts it at the routes' hand, and lets every request through the gate. Headers are set by scripts/server.ts, which static files pass too. */
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Handle, HandleServerError, ServerInit } from '@sveltejs/kit';
import { building } from '$app/environment';
import { openApp, type App } from '#lib/server/app.ts';
import { readConfig } from '#lib/server/config.ts';
import { passGate } from '#lib/server/http/gate.ts';
import { errorFields, logTo } from '#lib/server/log.ts';

// In development this module is loaded again after each edit; the ledger must not be.
const kept = globalThis as { holdfastApp?: Promise<App> };

export const init: ServerInit = async () => {
  if (!building) await (kept.holdfastApp ??= open());
};

export const handle: Handle = async ({ event, resolve }) => {
  if (building) return resolve(event);
  const app = await (kept.holdfastApp ??= open());
  event.locals.app = app;
  const { request, url, route } = event;
  return passGate(app, { request, url, route: route.id }, async () => resolve(event));
};

export const handleError: HandleServerError = async ({ error, event, status }) => {
  if (status < 500 || building) return { message: 'Not found' };
  const reference = randomBytes(4).toString('hex');
  const app = await kept.holdfastApp;
  app?.log('error', 'unexpected', { reference, route: event.route.id, ...errorFields(error) });
  return { message: 'Something went wrong', reference };
};

async function open(): Promise<App> {
  const config = readConfig(process.env);
  const app = await openApp(config, {
    log: logTo((line) => process.stdout.write(`${line}\n`), config.clock),
    say: (text) => process.stdout.write(`${text}\n`),
    timer: { elapsed: () => performance.now(), sleep: (ms) => sleep(ms) },
  });
  // Ours, from scripts/server.ts: after the last answer is out.
  process.once('sveltekit:shutdown', () => void app.close());
  return app;
}
