import { sveltekit } from '@sveltejs/kit/vite';
import { defineConfig } from 'vite';
import { quickParts } from './scripts/quick-parts.ts';
import { quickStyles } from './scripts/quick-styles.ts';
import { usedStyles } from './scripts/used-styles.ts';

// Left alone, what screens share becomes dozens of files of a few hundred bytes, each with a request and a head as large
// as itself. What most screens need goes together; the front page needs the first group only.
const groups = [
  {
    name: 'svelte',
    test: /node_modules[\\/](svelte|@sveltejs|esm-env|clsx|devalue)[\\/]|vite[\\/]preload-helper/,
    priority: 2,
  },
  {
    name: 'common',
    test: /(node_modules[\\/]zod|src[\\/]lib[\\/](domain|protocol|client|ui))[\\/](?!SiteHeader|DemoBanner)/,
    minShareCount: 4,
    priority: 1,
  },
];

export default defineConfig({
  plugins: [sveltekit(), usedStyles('src/app.scss'), quickParts],
  css: { postcss: { plugins: [quickStyles] } },
  build: {
    reportCompressedSize: false,
    rolldownOptions: { checks: { pluginTimings: false } },
  },
  environments: { client: { build: { rolldownOptions: { output: { codeSplitting: { groups } } } } } },
});
