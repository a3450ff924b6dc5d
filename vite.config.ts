import { sveltekit } from '@sveltejs/kit/vite';
import { defineConfig } from 'vite';
import { quickParts } from './scripts/quick-parts.ts';
import { quickStyles } from './scripts/quick-styles.ts';
import { usedStyles } from './scripts/used-styles.ts';

const isStyle = /\.s?css$|[?&]type=style/;
/** What one kind of person sees. */
const areaOf = (id: string) => /routes[\\/]\((\w+)\)/.exec(id)?.[1];

// Left alone, what screens share becomes dozens of files of a few hundred bytes, each with a request and a head as large
// as itself; and a device fetches them one by one before it can work offline. What most screens need goes together, and what
// the screens of one kind of person share; the front page needs the first group only.
const groups = [
  {
    name: 'svelte',
    test: /node_modules[\\/](svelte|@sveltejs|esm-env|clsx|devalue)[\\/]|vite[\\/]preload-helper/,
    priority: 4,
  },
  { name: (id: string) => (isStyle.test(id) ? (areaOf(id) ?? 'base') : null), priority: 3 },
  {
    name: 'common',
    test: /(node_modules[\\/]zod|src[\\/]lib[\\/](domain|protocol|client|ui))[\\/](?!SiteHeader|DemoBanner)/,
    minShareCount: 4,
    priority: 2,
  },
  {
    name: 'shared',
    test: /src[\\/]/,
    minShareCount: 2,
    priority: 1,
    entriesAware: true,
    entriesAwareMergeThreshold: 6_000,
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
