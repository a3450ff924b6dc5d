import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';

const runes = '**/*.svelte.test.ts';
const markup = '**/*.markup.test.ts';

export default defineConfig({
  test: {
    // A runner left to itself keeps one core free, which is half of the smallest machine.
    maxWorkers: '100%',
    projects: [
      {
        test: {
          name: 'pure',
          include: ['src/{lib/{domain,protocol,sync,ui},routes}/**/*.test.ts'],
          exclude: [runes, markup],
          // Thousands of histories on a machine that does something else as well.
          testTimeout: 30_000,
        },
      },
      {
        // Components as text: what they say, without a browser.
        plugins: [svelte()],
        test: { name: 'markup', include: [`src/lib/ui/${markup}`] },
      },
      {
        test: {
          name: 'server',
          include: ['src/lib/server/**/*.test.ts', 'scripts/**/*.test.ts', 'chaos/**/*.test.ts'],
          pool: 'forks',
          testTimeout: 20_000,
        },
      },
      {
        test: {
          name: 'sim',
          include: ['sim/**/*.test.ts'],
          pool: 'forks',
          testTimeout: 20_000,
        },
      },
      {
        test: {
          name: 'client',
          include: ['src/lib/client/**/*.test.ts'],
          exclude: [runes],
          setupFiles: ['fake-indexeddb/auto'],
        },
      },
      {
        // Runes compiled for the server run no effects, so half of a test would pass unseen.
        plugins: [svelte()],
        resolve: { conditions: ['browser'] },
        test: {
          name: 'runes',
          include: [`src/lib/${runes}`],
          environment: './scripts/vitest-client-env.ts',
        },
      },
    ],
  },
});
