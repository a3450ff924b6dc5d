/**
 * The practice's rows that need a person, page by page as the server tells them, in this page's memory alone. The page stays as
 * it is behind a cover, so a cover has them forgotten; whoever lifts it has them read anew.
 *
 *   reading ─ read ─┬ a row is settled ─→ it goes from the list
 *      │            └ covered ─→ forgotten ─ uncovered ─→ reading
 *      └ whyNot ─ try again, or the line comes back ─→ reading
 */
import { untrack } from 'svelte';
import type { Desk, RowRefusal } from '#lib/client/desk.ts';
import { openHome } from '#lib/client/home.ts';
import { scopeKind } from '#lib/domain/scope.ts';
import { rowsPageMax, type SettledRow, type SettleRow, type WaitingRow } from '#lib/protocol/rows.ts';
import type { WhyNot } from './row-words.ts';

export type Came =
  | { readonly kind: 'done'; readonly settled: SettledRow }
  /** Somebody was quicker, and said something else. */
  | { readonly kind: 'tooLate'; readonly settled: SettledRow };

export function waitingRows(desk: Desk) {
  let rows = $state.raw<readonly WaitingRow[]>([]);
  let count = $state(0);
  let more = $state<string | null>(null);
  let isLoading = $state(false);
  let isRead = $state(false);
  let whyNot = $state<WhyNot>();
  let isSettling = $state(false);
  /** An answer to what was asked before a cover is not shown behind it. */
  let asked = 0;

  function forget(): void {
    asked += 1;
    rows = [];
    count = 0;
    more = null;
    isRead = false;
    isLoading = false;
    whyNot = undefined;
  }

  async function read(after?: string): Promise<void> {
    if (isLoading) return;
    isLoading = true;
    whyNot = undefined;
    const mine = asked;
    const answered = await desk.rows.page(after);
    if (mine !== asked) return;
    isLoading = false;
    if (answered.kind !== 'ok') {
      whyNot = answered.kind;
      return;
    }
    const { value } = answered;
    const known = new Set(after ? rows.map(({ id }) => id) : []);
    rows = after ? [...rows, ...value.rows.filter(({ id }) => !known.has(id))] : value.rows;
    count = value.count;
    more = value.more;
    isRead = true;
  }

  function drop(id: string): void {
    if (!rows.some((row) => row.id === id)) return;
    rows = rows.filter((row) => row.id !== id);
    count = Math.max(rows.length, count - 1);
  }

  const { door } = openHome();
  const isCovered = $derived(door.isCovered(scopeKind(desk.scope)));
  const isOnline = $derived(desk.line.isOnline);
  $effect(() => {
    if (isCovered) return forget();
    // A line that came back is a reason to look again; what the reading itself changes is none.
    if (isOnline || !isRead) untrack(() => isRead || void read());
  });

  return {
    get rows() {
      return rows;
    },
    get count() {
      return count;
    },
    get isLoading() {
      return isLoading;
    },
    /** False until the first page came: then "none" would not be true. */
    get isRead() {
      return isRead;
    },
    get hasMore() {
      return more !== null;
    },
    get whyNot() {
      return whyNot;
    },
    get isSettling() {
      return isSettling;
    },
    /** From the top; what was read stays if nothing comes. */
    start: () => read(),
    /** Of several pages, what was read stays: whoever works on the third is not sent back to the first. */
    refresh(): void {
      if (rows.length <= rowsPageMax) void read();
    },
    next: () => (more === null ? Promise.resolve() : read(more)),
    /** What came of it, or why nothing did. */
    async settle(
      id: string,
      as: SettleRow['as'],
      note: string,
    ): Promise<Came | WhyNot | RowRefusal | undefined> {
      if (isSettling) return undefined;
      isSettling = true;
      const answered = await desk.rows.settle(id, as, note.trim());
      isSettling = false;
      switch (answered.kind) {
        case 'ok':
          drop(id);
          // What came in is on its way by the ordinary exchange; a look now has it here sooner.
          desk.retry();
          return { kind: 'done', settled: answered.value };
        case 'settled':
          drop(id);
          return { kind: 'tooLate', settled: answered.settled };
        case 'refused':
          return answered.why;
        default:
          return answered.kind;
      }
    },
  };
}

export type WaitingRows = ReturnType<typeof waitingRows>;
