/**
 * The exchange by fetch, for pages and the worker. Only a whole reply of ours, for this scope, counts as one; a captive
 * portal's page, an intermediary's error or half a body mean that nobody knows whether it arrived. Never throws.
 */
import { problemSchema, type ProblemCode } from '#lib/protocol/problem.ts';
import { syncReplySchema, type SyncRequest } from '#lib/protocol/exchange.ts';
import type { Transport, TransportResult } from '#lib/sync/ports.ts';
import { requestBody } from './request-body.ts';

/** Longer than any honest answer takes; a black hole is called one after this. */
const timeoutMs = 20_000;
/** Many times the largest page of a delta with its packs. */
const replyCharsMax = 32_000_000;
const retryAfterMs = { usual: 5_000, max: 10 * 60_000 };

export interface FetchTransportOptions {
  readonly fetch?: typeof fetch;
  readonly url?: string;
  readonly timeoutMs?: number;
}

export function createFetchTransport(options: FetchTransportOptions = {}): Transport {
  const send = options.fetch ?? ((input: RequestInfo | URL, init?: RequestInit) => fetch(input, init));
  let mayCompress = true;

  async function post(text: string): Promise<Response> {
    const { body, headers, isCompressed } = await requestBody(text, mayCompress);
    const response = await send(options.url ?? '/api/sync', {
      method: 'POST',
      headers,
      body,
      credentials: 'same-origin',
      cache: 'no-store',
      redirect: 'error',
      signal: AbortSignal.timeout(options.timeoutMs ?? timeoutMs),
    });
    if (response.status !== 415 || !isCompressed) return response;
    // A server from before this, or something on the way that reads what it passes on.
    mayCompress = false;
    return post(text);
  }

  return {
    async exchange(request) {
      try {
        const response = await post(JSON.stringify(request));
        return await read(response, request);
      } catch (error) {
        return unknown(error instanceof Error ? error.name : 'failed');
      }
    },
  };
}

async function read(response: Response, request: SyncRequest): Promise<TransportResult> {
  if (response.status === 429 || response.status === 503) {
    return { kind: 'busy', retryAfterMs: retryAfter(response.headers.get('retry-after')) };
  }
  const text = await response.text();
  if (text.length > replyCharsMax) return unknown('reply too large');
  if (response.status === 200) return readReply(response, text, request);
  // An intermediary may say this as well as we: smaller requests are the remedy either way.
  if (response.status === 413) return { kind: 'rejected', status: 413 };
  const code = problemCode(response, text);
  if (response.status === 401 && code === 'signed-out') return { kind: 'signedOut' };
  if (response.status === 403 && code === 'forbidden') return { kind: 'forbidden' };
  if (response.status === 426 && code === 'update-needed') return { kind: 'tooOld' };
  if ((response.status === 400 || response.status === 422) && code) {
    return { kind: 'rejected', status: response.status };
  }
  return unknown(`status ${response.status}`);
}

function readReply(response: Response, text: string, request: SyncRequest): TransportResult {
  if (!isMedia(response, 'application/json')) return unknown('not JSON');
  const parsed = syncReplySchema.safeParse(parseJson(text));
  if (!parsed.success) return unknown('not a reply of ours');
  if (parsed.data.scope !== request.scope) return unknown('reply for another scope');
  return { kind: 'reply', reply: parsed.data };
}

/** The code of our own error, or undefined when somebody else is speaking. */
function problemCode(response: Response, text: string): ProblemCode | undefined {
  if (!isMedia(response, 'application/problem+json')) return undefined;
  const parsed = problemSchema.safeParse(parseJson(text));
  return parsed.success && parsed.data.status === response.status ? parsed.data.code : undefined;
}

export function isMedia(response: Response, type: string): boolean {
  return response.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase() === type;
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
