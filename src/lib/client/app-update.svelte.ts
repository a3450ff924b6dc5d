/**
 * A new version of the app: offered, never forced. The waiting worker takes over when a person accepts; every tab then
 * reloads once. What is saved is on disk, and a claim that is on its way is simply unknown and is sent again.
 */
import type { AppUpdate } from './front-door.ts';

const workerUrl = '/service-worker.js';
/** Desks stay open for days: look for a new version by ourselves. */
const lookAgainMs = 60 * 60_000;

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

  get isReady(): boolean {
    return this.#isReady;
  }

  accept(): void {
    this.#registration?.waiting?.postMessage({ kind: 'SKIP_WAITING' });
  }

  decline(): void {
    this.#isDeclined = true;
    this.#isReady = false;
  }

  /** Registers the worker; without one the app works as long as the page is open, and says so elsewhere. */
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
    const registration = await container.register(trustedWorkerUrl(page), { updateViaCache: 'none' });
    this.#registration = registration;
    this.#look(container);
    registration.addEventListener('updatefound', () => {
      const { installing } = registration;
      installing?.addEventListener('statechange', () => this.#look(container));
    });
    const lookAgain = () => void registration.update().catch(() => undefined);
    page.setInterval(lookAgain, lookAgainMs);
    page.addEventListener('online', lookAgain);
  }

  #look(container: ServiceWorkerContainer): void {
    const isWaiting = this.#registration?.waiting !== null && this.#registration !== undefined;
    this.#isReady = isWaiting && container.controller !== null && !this.#isDeclined;
  }
}

/** The content security policy lets no text become a script's address but through this policy, and only our worker's. */
function trustedWorkerUrl(page: Window): string {
  const { trustedTypes } = page as Window & { trustedTypes?: TrustedTypes };
  if (!trustedTypes) return workerUrl;
  const policy = trustedTypes.createPolicy('holdfast-worker', {
    createScriptURL(url) {
      if (url !== workerUrl) throw new TypeError('not the worker');
      return url;
    },
  });
  return policy.createScriptURL(workerUrl);
}
