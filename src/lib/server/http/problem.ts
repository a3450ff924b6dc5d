/** Errors as RFC 9457 problem details: a status, a code that programs read, and a sentence that people do. */
import type { Problem, ProblemCode } from '#lib/protocol/problem.ts';
import type { SettledRow } from '#lib/protocol/rows.ts';

const problems = {
  malformed: [400, 'The request could not be read'],
  invalid: [422, 'The request does not have the right shape'],
  'too-large': [413, 'The request is too large'],
  'wrong-media-type': [415, 'The request must be application/json, in UTF-8, not compressed'],
  'signed-out': [401, 'Nobody is signed in for this'],
  forbidden: [403, 'This right has been withdrawn'],
  'not-found': [404, 'There is nothing here'],
  'method-not-allowed': [405, 'This cannot be done here'],
  closed: [409, 'The referral is closed, or its patient has died'],
  settled: [409, 'Somebody has settled this row already, in another way'],
  'operator-only': [409, 'Only the operator can say whom this row is about'],
  'reference-in-use': [409, 'The booking reference of this row is in use'],
  'faulty-row': [409, 'This row names something that is not held, or can no longer be read'],
  'not-a-candidate': [409, 'This row cannot be about that patient'],
  'number-unusable': [409, 'The NHS number of this row cannot be used for a new patient'],
  'not-recognised': [401, 'Those details were not recognised'],
  'slow-down': [429, 'Too many tries. Wait, then try again'],
  'update-needed': [426, 'The app and this server are of different versions. Reload the app'],
  busy: [503, 'The server is busy. Try again'],
  failed: [500, 'Something went wrong'],
} as const satisfies Record<ProblemCode, readonly [status: number, title: string]>;

export interface ProblemDetails {
  /** Never holds what was sent: an error must not carry a patient's text into a log or a page. */
  readonly detail?: string;
  readonly retryAfterMs?: number;
  readonly settled?: SettledRow;
  readonly headers?: Readonly<Record<string, string>>;
}

export function problem(code: ProblemCode, details: ProblemDetails = {}): Response {
  const [status, title] = problems[code];
  const body: Problem = {
    type: `urn:holdfast:problem:${code}`,
    title,
    status,
    code,
    ...(details.detail === undefined ? {} : { detail: details.detail }),
    ...(details.settled === undefined ? {} : { settled: details.settled }),
  };
  return new Response(JSON.stringify(body), {
    status,
    headers: {
      'content-type': 'application/problem+json',
      'cache-control': 'no-store',
      ...(details.retryAfterMs === undefined
        ? {}
        : { 'retry-after': String(Math.max(1, Math.ceil(details.retryAfterMs / 1000))) }),
      ...details.headers,
    },
  });
}

/** The code for a status that the framework chose. */
export function codeOfStatus(status: number): ProblemCode {
  const known = (Object.keys(problems) as ProblemCode[]).find((code) => problems[code][0] === status);
  return known ?? (status < 500 ? 'malformed' : 'failed');
}
