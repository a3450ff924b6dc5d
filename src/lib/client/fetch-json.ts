/** Asking the server for one document. A page that is not ours (a captive portal's) counts as no answer. Never throws. */
import { problemSchema, type ProblemCode } from '#lib/protocol/problem.ts';
import type { SettledRow } from '#lib/protocol/rows.ts';
import { isMedia, parseJson, retryAfter } from '#lib/sync/answer.ts';

const timeoutMs = 20_000;

export type Fetched<T> =
  | { readonly kind: 'ok'; readonly value: T; readonly etag: string }
  | { readonly kind: 'unchanged' }
  /** Our server said no; what its problem is. */
  | {
      readonly kind: 'problem';
      readonly code: ProblemCode;
      readonly retryAfterMs: number;
      /** With code `settled`: who was there before. */
      readonly settled?: SettledRow;
    }
  | { readonly kind: 'unreachable' };

/** As far as a Zod schema is needed here. */
interface Schema<T> {
  safeParse(value: unknown): { success: true; data: T } | { success: false };
}

export async function fetchJson<T>(
  url: string,
  schema: Schema<T>,
  init: RequestInit = {},
): Promise<Fetched<T>> {
  try {
    const response = await fetch(url, {
      credentials: 'same-origin',
      cache: 'no-store',
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMs),
      ...init,
    });
    if (response.status === 304) return { kind: 'unchanged' };
    const body = parseJson(await response.text());
    if (
      response.ok &&
      (response.status === 204 || isMedia(response.headers.get('content-type'), 'application/json'))
    ) {
      const parsed = schema.safeParse(body);
      if (parsed.success) return { kind: 'ok', value: parsed.data, etag: response.headers.get('etag') ?? '' };
    }
    const problem = isMedia(response.headers.get('content-type'), 'application/problem+json')
      ? problemSchema.safeParse(body)
      : undefined;
    if (problem?.success) {
      const retryAfterMs = retryAfter(response.headers.get('retry-after'));
      const { code, settled } = problem.data;
      return { kind: 'problem', code, retryAfterMs, ...(settled ? { settled } : {}) };
    }
  } catch {
    // No line, a time-out, a body cut short: nothing was learnt.
  }
  return { kind: 'unreachable' };
}
