// Installing is offered where it can be done, once, and never again after a no.
import { expect, test, vi } from 'vitest';
import { AppInstall } from './app-install.svelte.ts';

function aStorage(): Storage {
  const kept = new Map<string, string>();
  return {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
  } as unknown as Storage;
}

function aPage({ userAgent = 'Chrome', maxTouchPoints = 0, isStandalone = false } = {}) {
  const page = new EventTarget();
  return Object.assign(page, {
    navigator: { userAgent, maxTouchPoints },
    matchMedia: () => ({ matches: isStandalone }),
  }) as unknown as Window;
}

function offer(page: Window) {
  const prompt = vi.fn(() => Promise.resolve());
  const event = Object.assign(new Event('beforeinstallprompt', { cancelable: true }), { prompt });
  page.dispatchEvent(event);
  return { prompt, event };
}

function watching(page: Window, storage = aStorage()): AppInstall {
  const install = new AppInstall(storage);
  install.watch(page);
  return install;
}

test('Chromium’s prompt is held back for a better moment, and used once', async () => {
  const page = aPage();
  const install = watching(page);
  expect(install.way).toBeUndefined();
  const { prompt, event } = offer(page);
  expect(event.defaultPrevented).toBe(true);
  expect(install.way).toBe('prompt');
  await install.install();
  await install.install();
  expect(prompt).toHaveBeenCalledTimes(1);
  expect(install.way).toBeUndefined();
});

test('an iPhone, and an iPad that says it is a Mac, are told how; a Mac is not', () => {
  expect(watching(aPage({ userAgent: 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0)' })).way).toBe('byHand');
  expect(watching(aPage({ userAgent: 'Mozilla/5.0 (Macintosh)', maxTouchPoints: 5 })).way).toBe('byHand');
  expect(watching(aPage({ userAgent: 'Mozilla/5.0 (Macintosh)' })).way).toBeUndefined();
});

test('a no is for good on this device, also when the browser offers again', () => {
  const storage = aStorage();
  const first = aPage();
  const install = watching(first, storage);
  offer(first);
  install.dismiss();
  expect(install.way).toBeUndefined();
  const later = aPage();
  const again = watching(later, storage);
  offer(later);
  expect(again.way).toBeUndefined();
});

test('in its own window, or once installed, there is nothing to offer', () => {
  const own = aPage({ userAgent: 'iPhone', isStandalone: true });
  expect(watching(own).way).toBeUndefined();
  const page = aPage();
  const install = watching(page);
  offer(page);
  page.dispatchEvent(new Event('appinstalled'));
  expect(install.way).toBeUndefined();
});
