/** How many rows need a person, where the worklist is: asked of the server, since no device keeps them. */
import type { Desk } from '#lib/client/desk.ts';

export function waitingRowCount(desk: Desk) {
  let count = $state<number>();

  async function ask(): Promise<void> {
    const answered = await desk.rows.count();
    count = answered.kind === 'ok' ? answered.value.count : undefined;
  }

  const isOnline = $derived(desk.line.isOnline);
  $effect(() => {
    if (isOnline) void ask();
    else count = undefined;
  });

  return {
    /** Undefined: not known here and now. */
    get count() {
      return count;
    },
  };
}
