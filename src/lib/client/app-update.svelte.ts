/**
 * A new version of the app: offered, never forced. The waiting worker takes over when a person accepts; every tab then
 * reloads once. What is saved is on disk, and a claim that is on its way is simply unknown and is sent again.
 */
import type { AppUpdate } from './front-door.ts';

const workerUrl = '/service-worker.js';
/** Desks stay open for days: look for a new version by ourselves. */
const lookAgainMs = 60 * 60_000;
const askAgainMs = 2_000;
/** Longer than a browser keeps a worker awake that has nothing to do. */
const standDownAgainMs = 60_000;

/** As far as browsers have Trusted Types; Svelte's types do not know them. */
interface TrustedTypes {
  createPolicy(
    name: string,
    rules: { createScriptURL(url: string): string },
  ): { createScriptURL(url: string): string };
}

export class AppUpdates implements AppUpdate {
  #isReady = $state(false);
  #registration: ServiceWorkerRegistration | undefined;
  #isReloading = false;
  #isDeclined = false;
  #isAccepted = false;

  get isReady(): boolean {
    return this.#isReady;
  }

  /**
   * The next worker takes over once the one in charge has nothing to do. Any message wakes that one and keeps it awake, in
   * Chromium for up to five minutes: so it is told to stand down only where it did not give way by itself, since it is
   * sending, and seldom. Both are asked until this page is loaded anew: a worker may be starting or ending just then.
   */
  accept(): void {
    if (this.#isAccepted) return;
    this.#isAccepted = true;
    const takeOver = () => this.#registration?.waiting?.postMessage({ kind: 'SKIP_WAITING' });
    const standDown = () => {
      if (this.#registration?.waiting) this.#registration.active?.postMessage({ kind: 'STAND_DOWN' });
    };
    takeOver();
    setInterval(takeOver, askAgainMs);
    setTimeout(standDown, askAgainMs);
    setInterval(standDown, standDownAgainMs);
  }

  decline(): void {
    this.#isDeclined = true;
    this.#isReady = false;
  }

  /**
   * Registers the worker, again whenever the line comes back until it could. Without one the app works as long as the page
   * is open, and says so elsewhere.
   */
  async watch(page: Window): Promise<void> {
    const container = page.navigator.serviceWorker as ServiceWorkerContainer | undefined;
    if (!container) return;
    // The first worker taking hold of an uncontrolled page is no change of version.
    const hadWorker = container.controller !== null;
    container.addEventListener('controllerchange', () => {
      if (!hadWorker || this.#isReloading) return;
      this.#isReloading = true;
      page.location.reload();
    });
    const lookAgain = () => {
      const looking = this.#registration ? this.#registration.update() : this.#register(page, container);
      looking.catch(() => undefined);
    };
    page.setInterval(lookAgain, lookAgainMs);
    page.addEventListener('online', lookAgain);
    await this.#register(page, container);
  }

  async #register(page: Window, container: ServiceWorkerContainer): Promise<void> {
    const registration = await container.register(trustedWorkerUrl(page), { updateViaCache: 'none' });
    if (this.#registration) return;
    this.#registration = registration;
    this.#look(container);
    registration.addEventListener('updatefound', () => {
      const { installing } = registration;
      installing?.addEventListener('statechange', () => this.#look(container));
    });
  }

  #look(container: ServiceWorkerContainer): void {
    const isWaiting = this.#registration?.waiting !== null && this.#registration !== undefined;
    this.#isReady = isWaiting && container.controller !== null && !this.#isDeclined;
  }
}

let policy: ReturnType<TrustedTypes['createPolicy']> | undefined;

/** The content security policy lets no text become a script's address but through this policy, and only our worker's. */
function trustedWorkerUrl(page: Window): string {
  const { trustedTypes } = page as Window & { trustedTypes?: TrustedTypes };
  if (!trustedTypes) return workerUrl;
  // A second policy of the same name would be refused.
  policy ??= trustedTypes.createPolicy('holdfast-worker', {
    createScriptURL(url) {
      if (url !== workerUrl) throw new TypeError('not the worker');
      return url;
    },
  });
  return policy.createScriptURL(workerUrl);
}
