/**
 * Keeping the app on the device: an icon, a window of its own, and storage that browsers are slower to clear. Offered once
 * something worked here, taken off for good when a person says no. How it is done is the browser's: Chromium lends us its
 * prompt, on an iPhone or iPad a person has to do it by hand, and elsewhere there is nothing to offer.
 */

/** Chromium's; in no library of types. */
export interface InstallPrompt extends Event {
  prompt(): Promise<unknown>;
}

export type InstallWay = 'prompt' | 'byHand';

type InstallPage = Pick<Window, 'addEventListener' | 'matchMedia'> & {
  readonly navigator: Pick<Navigator, 'userAgent' | 'maxTouchPoints'>;
};

let kept: AppInstall | undefined;

/** One a page, and from its first moment: the browser offers its prompt once, early, to whoever listens then. */
export function openInstall(page: InstallPage & Pick<Window, 'localStorage'>): AppInstall {
  if (!kept) {
    kept = new AppInstall(page.localStorage);
    kept.watch(page);
  }
  return kept;
}

const dismissedKey = 'holdfast:install-dismissed';

export class AppInstall {
  readonly #storage: Storage;
  #prompt = $state.raw<InstallPrompt>();
  #isByHand = $state(false);
  #isInstalled = $state(false);
  #isDismissed = $state(false);

  constructor(storage: Storage) {
    this.#storage = storage;
    this.#isDismissed = storage.getItem(dismissedKey) !== null;
  }

  watch(page: InstallPage): void {
    this.#isInstalled = page.matchMedia('(display-mode: standalone)').matches;
    this.#isByHand = isAppleTouch(page.navigator);
    page.addEventListener('beforeinstallprompt', (event) => {
      // Ours to show, at a better moment.
      event.preventDefault();
      this.#prompt = event as InstallPrompt;
    });
    page.addEventListener('appinstalled', () => (this.#isInstalled = true));
  }

  /** Reactive. Undefined when there is nothing to offer, or the answer was no. */
  get way(): InstallWay | undefined {
    if (this.#isInstalled || this.#isDismissed) return undefined;
    if (this.#prompt) return 'prompt';
    return this.#isByHand ? 'byHand' : undefined;
  }

  /** A prompt can be used once, whatever the person then says. */
  async install(): Promise<void> {
    const prompt = this.#prompt;
    this.#prompt = undefined;
    await prompt?.prompt();
  }

  /** For good, on this device. */
  dismiss(): void {
    this.#isDismissed = true;
    try {
      this.#storage.setItem(dismissedKey, '1');
    } catch {
      // Full or forbidden: not asked again while this page lives.
    }
  }
}

/** An iPad says that it is a Mac; a Mac has no touch screen. */
function isAppleTouch({ userAgent, maxTouchPoints }: InstallPage['navigator']): boolean {
  return /iPhone|iPad|iPod/.test(userAgent) || (/Macintosh/.test(userAgent) && maxTouchPoints > 1);
}
