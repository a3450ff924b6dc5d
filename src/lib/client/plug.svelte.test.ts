import { expect, test } from 'vitest';
import { PagePlug } from './plug.svelte.ts';
import type { PlugStore } from './plug.ts';

const names = new Set<string>();
const store: PlugStore = {
  has: async (name) => names.has(name),
  open: async (name) => void names.add(name),
  delete: async (name) => names.delete(name),
};

type Channel = Pick<BroadcastChannel, 'postMessage' | 'onmessage'>;

/** Two tabs of one browser. */
function tabs() {
  const channels: Channel[] = [];
  const changes: string[] = [];
  const open = (tab: string) =>
    new PagePlug({
      store,
      openChannel: () => {
        const channel: Channel = {
          onmessage: null,
          postMessage: (data: unknown) => {
            for (const other of channels)
              if (other !== channel) other.onmessage?.call(null as never, { data } as MessageEvent);
          },
        };
        channels.push(channel);
        return channel;
      },
      onChange: () => void changes.push(tab),
    });
  return { open, changes };
}

test('pulled out in one tab, it is out in the other, and after a reload', async () => {
  const { open, changes } = tabs();
  const one = open('one');
  const other = open('other');
  await Promise.all([one.recalled, other.recalled]);
  expect([one.isOut, other.isOut, changes]).toEqual([false, false, []]);

  await one.pullOut();
  await expect.poll(() => other.isOut).toBe(true);
  expect(changes.sort()).toEqual(['one', 'other']);

  const reloaded = open('reloaded');
  await reloaded.recalled;
  expect(reloaded.isOut).toBe(true);
  // Before its first desk is made, so that nothing is sent first.
  expect(changes).toContain('reloaded');

  await reloaded.putIn();
  await expect.poll(() => [one.isOut, other.isOut, reloaded.isOut]).toEqual([false, false, false]);
});
