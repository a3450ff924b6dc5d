/**
 * The exchange by fetch, for pages and the worker. What came back is read by sync/answer.ts; a line that failed means that
 * nobody knows whether it arrived. Never throws.
 */
import type { SyncRequest } from '#lib/protocol/exchange.ts';
import { isBusy, readAnswer } from '#lib/sync/answer.ts';
import type { Transport, TransportResult } from '#lib/sync/ports.ts';
import { requestBody } from './request-body.ts';

/** Longer than any honest answer takes; a black hole is called one after this. */
const timeoutMs = 20_000;

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
        return { kind: 'unknown', cause: error instanceof Error ? error.name : 'failed' };
      }
    },
  };
}

async function read(response: Response, request: SyncRequest): Promise<TransportResult> {
  const { status, headers } = response;
  const answer = {
    status,
    contentType: headers.get('content-type'),
    retryAfter: headers.get('retry-after'),
    text: isBusy(status) ? '' : await response.text(),
  };
  return readAnswer(answer, request);
}
