// Of NHS.UK's styles only the rules that some screen can match go into the build: the others are a good part of what a
// first visit would weigh. Screens that put a class together (`nhsuk-tag--{colour}`) keep all that begins so. The styles
// of our own components are left alone: Svelte looks after those.
import { globSync, readFileSync } from 'node:fs';
import { PurgeCSS } from 'purgecss';
import type { Plugin } from 'vite';

/** For the build alone; in development every rule is there, whatever is being written. */
export function usedStyles(stylesheet: string): Plugin {
  return {
    name: 'used-styles',
    apply: 'build',
    // Among the plugins of no fixed order, so after Sass and before the file is made.
    async transform(code, id) {
      return id.endsWith(stylesheet)
        ? { code: await withoutUnused(code, readScreens()), map: null }
        : undefined;
    },
  };
}

/** The sheet without what nothing in these sources can match. */
export async function withoutUnused(css: string, sources: readonly string[]): Promise<string> {
  const beginnings = new Set(sources.flatMap((source) => source.match(/nhsuk-[\w-]*-(?=\$?\{)/g) ?? []));
  const [purged] = await new PurgeCSS().purge({
    content: [{ raw: sources.join('\n'), extension: 'svelte' }],
    css: [{ raw: css }],
    safelist: { standard: [...beginnings].map((beginning) => new RegExp(`^${beginning}`)) },
  });
  if (!purged) throw new Error('The styles were lost on the way');
  return purged.css;
}

const readScreens = () => globSync('src/**/*.{svelte,ts,html}').map((path) => readFileSync(path, 'utf8'));
