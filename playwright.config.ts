import { defineConfig } from '@playwright/test';
import { ensureChromium } from './scripts/chromium.ts';

// The path is found once; each worker evaluates this file again and reads it from the environment.
const executablePath = (process.env['CHROMIUM_PATH'] ??= ensureChromium());
const jsonFile = process.env['HOLDFAST_E2E_JSON'];

// Tests start servers of their own (a fixture does it), on ports and data folders that nobody shares.
export default defineConfig({
  testDir: 'e2e',
  globalSetup: './e2e/seed.ts',
  outputDir: 'test-results',
  workers: 2,
  fullyParallel: false,
  forbidOnly: true,
  // A history of several devices takes ten seconds alone and a minute on a machine that has other work.
  timeout: 120_000,
  // A starved browser is not a broken promise; what passes only the second time is named as flaky, and looked into.
  retries: 1,
  expect: { timeout: 15_000 },
  reporter: [['line'], ...(jsonFile ? ([['json', { outputFile: jsonFile }]] as const) : [])],
  use: {
    locale: 'en-GB',
    timezoneId: 'Europe/London',
    // Costs a third of the time; a failure comes with a picture and what the page said anyway.
    trace: process.env['HOLDFAST_E2E_TRACE'] ? 'retain-on-failure' : 'off',
    screenshot: 'only-on-failure',
    video: 'off', // needs an ffmpeg that is not there
    launchOptions: {
      executablePath,
      args: [
        '--no-sandbox',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
});
