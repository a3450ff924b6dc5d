/** Reads a JSON body: bounded in size and time, strict about its type, compressed or not, parsed once by a schema. */
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { z } from '#lib/domain/zod.ts';
import { problem } from './problem.ts';

export interface BodyBound {
  readonly bytes: number;
  /** To the last byte. */
  readonly ms: number;
}

/** A sign-in, a scope, a note of 200 characters however it is escaped. Devices give up after as long themselves. */
export const smallBody: BodyBound = { bytes: 4_096, ms: 20_000 };
/** Fifty claims at their longest, escaped, and three hundred revisions fit. The server ends a request after as long (scripts/server.ts). */
export const exchangeBody: BodyBound = { bytes: 1_000_000, ms: 30_000 };

/** The parsed body, or the answer that says what is wrong with it. */
export async function readBody<T>(
  request: Request,
  schema: z.ZodMiniType<T>,
  bound = smallBody,
): Promise<T | Response> {
  const json = await readJson(request, bound);
  return json instanceof Response ? json : parseBody(json.value, schema);
}

export async function readJson(
  request: Request,
  bound: BodyBound,
): Promise<{ readonly value: unknown } | Response> {
  if (!isPlainJson(request.headers)) return problem('wrong-media-type');
  const sent = await readBytes(request, bound);
  if (sent instanceof Response) return sent;
  const bytes = request.headers.get('content-encoding') === 'gzip' ? await unzipped(sent, bound) : sent;
  if (bytes instanceof Response) return bytes;
  try {
    return { value: JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as unknown };
  } catch {
    return problem('malformed', { detail: 'The body is not JSON in UTF-8.' });
  }
}

export function parseBody<T>(value: unknown, schema: z.ZodMiniType<T>): T | Response {
  const parsed = schema.safeParse(value);
  return parsed.success ? parsed.data : problem('invalid', { detail: whereWrong(parsed.error.issues) });
}

/** Names keys of the schema and says what was expected, and never what was sent. */
function whereWrong(issues: readonly z.core.$ZodIssue[]): string {
  const issue = issues[0];
  if (!issue) return 'The body does not have the right shape.';
  const path = issue.path
    .slice(0, 4)
    .map((part) => (typeof part === 'number' || /^[a-zA-Z]{1,20}$/.test(String(part)) ? String(part) : '…'))
    .join('.');
  return `${path === '' ? 'The body' : path}: ${issue.code}.`;
}

function isPlainJson(headers: Headers): boolean {
  const [type = '', ...parameters] = (headers.get('content-type') ?? '').toLowerCase().split(';');
  const charset = parameters
    .map((parameter) => parameter.trim())
    .find((parameter) => parameter.startsWith('charset='));
  const encoding = headers.get('content-encoding') ?? 'identity';
  return (
    type.trim() === 'application/json' &&
    (charset === undefined || /^charset="?utf-?8"?$/.test(charset)) &&
    (encoding === 'identity' || encoding === 'gzip')
  );
}

const inflate = promisify(gunzip);

/** What swells beyond the limit is given up at the limit. */
async function unzipped(bytes: Uint8Array, bound: BodyBound): Promise<Uint8Array | Response> {
  try {
    return await inflate(bytes, { maxOutputLength: bound.bytes });
  } catch (error) {
    if ((error as { code?: unknown }).code === 'ERR_BUFFER_TOO_LARGE') return problem('too-large');
    return problem('malformed', { detail: 'The body is not gzip, as its content-encoding says.' });
  }
}

async function readBytes(request: Request, bound: BodyBound): Promise<Uint8Array | Response> {
  let clock: NodeJS.Timeout | undefined;
  const late = new Promise<Response>((resolve) => {
    const tooLate = () => resolve(problem('malformed', { detail: 'The body took too long to arrive.' }));
    clock = setTimeout(tooLate, bound.ms);
  });
  try {
    // What is late is read on, and dropped, as `discard` says.
    return await Promise.race([readAll(request, bound.bytes), late]);
  } finally {
    clearTimeout(clock);
  }
}

async function readAll(request: Request, bytesMax: number): Promise<Uint8Array | Response> {
  const reader = (request.body as ReadableStream<Uint8Array> | null)?.getReader();
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) {
      size += part.value.byteLength;
      if (size > bytesMax) {
        void discard(reader);
        return problem('too-large');
      }
      chunks.push(part.value);
    }
  } catch (error) {
    // The adapter has a limit of its own and raises it while we read; anything else is a line that broke.
    if ((error as { status?: number }).status === 413) return problem('too-large');
    return problem('malformed', { detail: 'The body broke off.' });
  }
  return Buffer.concat(chunks);
}

/** The rest is read and dropped: to cancel would cut the line before our answer is through. The adapter's limit ends it. */
async function discard(reader: ReadableStreamDefaultReader<Uint8Array> | undefined): Promise<void> {
  try {
    while (reader && !(await reader.read()).done);
  } catch {
    // The line broke or the limit was reached: nothing is left to drop.
  }
}
