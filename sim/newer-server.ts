/** What a server of the next version says: all that today's does, and in every object keys that no app of today knows. */
import type { SyncReply } from '#lib/protocol/exchange.ts';

export function sayMore(reply: SyncReply): string {
  return JSON.stringify(withMore(reply));
}

function withMore(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withMore);
  if (typeof value !== 'object' || value === null) return value;
  const known = Object.entries(value).map(([key, inner]) => [key, withMore(inner)]);
  return { next: { since: 'the next version' }, ...Object.fromEntries(known), nextList: [1, 'two'] };
}
