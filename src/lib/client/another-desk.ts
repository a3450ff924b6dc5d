/**
 * Demonstration only: lets another practice have a time. It goes past the plug, on purpose: it is the other desk's line that
 * is used, and pulling out ours does not keep anybody else from booking.
 */
import type { SlotRef } from '#lib/domain/slot.ts';
import { timeTakenSchema, type TimeTaken } from '#lib/protocol/demo.ts';
import { fetchJson } from './fetch-json.ts';

/** `unreachable`: no answer of the server's, which is then really out of reach. */
export type Taken = TimeTaken | { readonly kind: 'busy' | 'signedOut' | 'unreachable' };

export async function letAnotherDeskTake(slot: SlotRef): Promise<Taken> {
  const fetched = await fetchJson('/api/demo/take-time', timeTakenSchema, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ slot }),
  });
  if (fetched.kind === 'ok') return fetched.value;
  if (fetched.kind !== 'problem') return { kind: 'unreachable' };
  if (fetched.code === 'busy') return { kind: 'busy' };
  return { kind: fetched.code === 'signed-out' ? 'signedOut' : 'unreachable' };
}
