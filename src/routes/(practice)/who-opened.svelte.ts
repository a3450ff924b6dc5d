/** The list of who opened records, page by page, as the server tells it now. */
import type { Answered, Desk } from '#lib/client/desk.ts';
import type { Ubrn } from '#lib/domain/ids.ts';
import type { AccessAct } from '#lib/protocol/access.ts';

export type WhyNot = Exclude<Answered<unknown>['kind'], 'ok'>;

export function whoOpened(desk: Desk, ubrn?: Ubrn) {
  let acts = $state.raw<readonly AccessAct[]>([]);
  let more = $state<string | null>(null);
  let isLoading = $state(true);
  let isRead = $state(false);
  let whyNot = $state<WhyNot>();

  async function read(before?: string): Promise<void> {
    isLoading = true;
    whyNot = undefined;
    const answered = await desk.access.whoOpened({
      ...(ubrn ? { ubrn } : {}),
      ...(before ? { before } : {}),
    });
    isLoading = false;
    if (answered.kind !== 'ok') {
      whyNot = answered.kind;
      return;
    }
    acts = before ? [...acts, ...answered.value.acts] : answered.value.acts;
    more = answered.value.more;
    isRead = true;
  }

  return {
    get acts() {
      return acts;
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
    /** From the top; what was read stays if nothing comes. */
    start: () => read(),
    next: () => (more === null ? Promise.resolve() : read(more)),
  };
}
