/**
 * What an HTTP answer to an exchange means. Only a whole reply of ours, for this scope, counts as one; a captive portal's
 * page, an intermediary's error or half a body mean that nobody knows whether it arrived.
 */
import { problemSchema, type ProblemCode } from '#lib/protocol/problem.ts';
import { syncReplySchema, type SyncRequest } from '#lib/protocol/exchange.ts';
import type { TransportResult } from './ports.ts';

/** Many times the largest page of a delta with its packs. */
const replyCharsMax = 32_000_000;
const retryAfterMs = { usual: 5_000, max: 10 * 60_000 };

export interface HttpAnswer {
  readonly status: number;
  readonly contentType: string | null;
  readonly retryAfter: string | null;
  readonly text: string;
}

/** Whoever says so is believed, and what else it says is not read. */
export const isBusy = (status: number) => status === 429 || status === 503;

export function readAnswer(answer: HttpAnswer, request: Pick<SyncRequest, 'scope'>): TransportResult {
  const { status, text } = answer;
  if (isBusy(status)) return { kind: 'busy', retryAfterMs: retryAfter(answer.retryAfter) };
  if (text.length > replyCharsMax) return unknown('reply too large');
  if (status === 200) return readReply(answer, request);
  // An intermediary may say this as well as we: smaller requests are the remedy either way.
  if (status === 413) return { kind: 'rejected', status };
  const code = problemCode(answer);
  if (status === 401 && code === 'signed-out') return { kind: 'signedOut' };
  if (status === 403 && code === 'forbidden') return { kind: 'forbidden' };
  if (status === 426 && code === 'update-needed') return { kind: 'tooOld' };
  if ((status === 400 || status === 422) && code) return { kind: 'rejected', status };
  return unknown(`status ${status}`);
}

function readReply(
  { contentType, text }: HttpAnswer,
  { scope }: Pick<SyncRequest, 'scope'>,
): TransportResult {
  if (!isMedia(contentType, 'application/json')) return unknown('not JSON');
  const parsed = syncReplySchema.safeParse(parseJson(text));
  if (!parsed.success) return unknown('not a reply of ours');
  if (parsed.data.scope !== scope) return unknown('reply for another scope');
  return { kind: 'reply', reply: parsed.data };
}

/** The code of our own error, or undefined when somebody else is speaking. */
function problemCode({ status, contentType, text }: HttpAnswer): ProblemCode | undefined {
  if (!isMedia(contentType, 'application/problem+json')) return undefined;
  const parsed = problemSchema.safeParse(parseJson(text));
  return parsed.success && parsed.data.status === status ? parsed.data.code : undefined;
}

export function isMedia(contentType: string | null, type: string): boolean {
  return contentType?.split(';')[0]?.trim().toLowerCase() === type;
}

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** Seconds, as our server says it; a date or nonsense counts as not said. */
export function retryAfter(header: string | null): number {
  const seconds = Number(header);
  if (!header?.trim() || !Number.isFinite(seconds) || seconds < 0) return retryAfterMs.usual;
  return Math.min(seconds * 1000, retryAfterMs.max);
}

const unknown = (cause: string): TransportResult => ({ kind: 'unknown', cause });
