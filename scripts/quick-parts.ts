// A part of a screen that was fetched once is at hand at once. Asked again, at each navigation and for each layout of it, the
// browser's module system answers some tasks later, with a frame drawn in between: 10 ms of a press on a slow computer.
import type { Plugin } from 'vite';

const manifest = /\/generated\/client-optimized\/app\.js$/;
const part = /\(\) => (import\('\.\/nodes\/\d+'\))/g;

// One that could not be fetched is asked for again.
const once = `
function once(fetchPart) {
  let part;
  return () => (part ??= fetchPart().catch((why) => {
    part = undefined;
    throw why;
  }));
}
`;

export const quickParts: Plugin = {
  name: 'quick-parts',
  apply: 'build',
  transform: {
    filter: { id: manifest },
    handler(code) {
      const quick = code.replace(part, (_, fetched: string) => `once(() => ${fetched})`);
      if (quick === code) throw new Error('SvelteKit’s list of parts is another one: look at it again');
      return { code: quick + once, map: null };
    },
  },
};
