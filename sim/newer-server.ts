/** What a server of the next version says: all that today's does, and in every object keys that no app of today knows. */
import type { SyncReply } from '#lib/protocol/exchange.ts';

export function sayMore(reply: SyncReply): string {
  return JSON.stringify(withMore(reply));
}

function withMore(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(withMore);
  const more: Record<string, unknown> = { next: { since: 'the next version' } };
  for (const [key, inner] of Object.entries(value)) more[key] = withMore(inner);
  more['nextList'] = [1, 'two'];
  return more;
}
