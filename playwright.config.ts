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
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter: [['line'], ...(jsonFile ? ([['json', { outputFile: jsonFile }]] as const) : [])],
  use: {
    locale: 'en-GB',
    timezoneId: 'Europe/London',
    trace: 'retain-on-failure',
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
