/** DOMAIN's table "Retrying safely", row by row: every status with every content type and body has one meaning. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { problemCodeSchema, type ProblemCode } from '#lib/protocol/problem.ts';
import { isMedia, readAnswer, retryAfter, type HttpAnswer } from './answer.ts';
import type { TransportResult } from './ports.ts';
import { aReply, answer, booked, deskScope, refused } from './testing/replies.ts';

const reply = aReply({ answers: [answer(booked(1)), answer(refused(2), true)] });
const whole = JSON.stringify(reply);
const problem = (status: number, code: string) =>
  JSON.stringify({ type: 'about:blank', title: 'No', status, code });

const status = fc.oneof(
  fc.constantFrom(
    200,
    201,
    204,
    301,
    302,
    304,
    400,
    401,
    403,
    404,
    408,
    413,
    422,
    426,
    429,
    500,
    502,
    503,
    504,
  ),
  fc.integer({ min: 200, max: 599 }),
);
const ourType = fc.constantFrom('application/json', 'application/json; charset=utf-8', 'Application/JSON');
const problemType = fc.constantFrom('application/problem+json', 'application/problem+json; charset=utf-8');
const contentType = fc.oneof(
  ourType,
  problemType,
  fc.constantFrom(null, '', 'text/html', 'text/plain', 'application/jsonp', 'application/json-seq', 'json'),
);
const code = fc.constantFrom(...problemCodeSchema.options);
/** Bodies of ours, of others, and of ours that were cut, changed or meant for another. */
const text = fc.oneof(
  fc.constant(whole),
  fc.constant('<html>Sign in to the hotel</html>'),
  fc.constantFrom('', '{}', '[]', 'null', '"ok"', '{"ok":true}'),
  fc.nat(whole.length - 1).map((at) => whole.slice(0, at)),
  fc.constant(JSON.stringify({ ...reply, scope: 'practice:B81001' })),
  fc.record({ status, code }).map((one) => problem(one.status, one.code)),
  fc.json(),
  fc.string({ maxLength: 60 }),
);
const retry = fc.oneof(
  fc.constantFrom(null, '', '0', '7', '-1', '1e9', 'soon', 'Sun, 22 Nov 2026 20:00:00 GMT', '999999'),
  fc.nat(100_000).map(String),
);
const belonging: readonly [number, ProblemCode][] = [
  [401, 'signed-out'],
  [403, 'forbidden'],
  [426, 'update-needed'],
  [422, 'invalid'],
];
const anyAnswer: fc.Arbitrary<HttpAnswer> = fc.oneof(
  fc.record({ status, contentType, retryAfter: retry, text }),
  // Replies and errors of ours as they come, else chance would seldom fit a body to its status.
  fc.record({ status: fc.constant(200), contentType, retryAfter: retry, text }),
  fc
    .record({ status, code, contentType: problemType, retryAfter: retry })
    .map(({ code: said, ...one }) => ({ ...one, text: problem(one.status, said) })),
  // And those that belong together, so that no run is without them.
  fc.tuple(fc.constantFrom(...belonging), problemType).map(([[at, said], type]) => ({
    status: at,
    contentType: type,
    retryAfter: null,
    text: problem(at, said),
  })),
);

/** The table, from the row that is asked first. */
function meaning({ status: at, contentType: type, text: body }: HttpAnswer): TransportResult['kind'] {
  if (at === 429 || at === 503) return 'busy';
  if (at === 413) return 'rejected';
  if (at === 200) {
    const isOurs = isMedia(type, 'application/json') && body === whole;
    return isOurs ? 'reply' : 'unknown';
  }
  const said = isMedia(type, 'application/problem+json') ? ourCode(body, at) : undefined;
  if (at === 401 && said === 'signed-out') return 'signedOut';
  if (at === 403 && said === 'forbidden') return 'forbidden';
  if (at === 426 && said === 'update-needed') return 'tooOld';
  if ((at === 400 || at === 422) && said) return 'rejected';
  return 'unknown';
}

function ourCode(body: string, at: number): ProblemCode | undefined {
  return problemCodeSchema.options.find((one) => body === problem(at, one));
}

describe('what came back, of any status, content type and body', () => {
  it('has the meaning of its row, and never throws', () => {
    const met = new Set<string>();
    fc.assert(
      fc.property(anyAnswer, (came) => {
        const { kind } = readAnswer(came, { scope: deskScope });
        met.add(kind);
        expect([came.status, kind]).toEqual([came.status, meaning(came)]);
      }),
      { numRuns: 5_000 },
    );
    expect([...met].toSorted()).toEqual(
      ['busy', 'forbidden', 'rejected', 'reply', 'signedOut', 'tooOld', 'unknown'].toSorted(),
    );
  });

  it('a reply is believed whole or not at all: with any part cut off, or for another desk, nobody knows', () => {
    const ours = { status: 200, contentType: 'application/json', retryAfter: null };
    expect(readAnswer({ ...ours, text: whole }, { scope: deskScope })).toEqual({ kind: 'reply', reply });
    for (let at = 0; at < whole.length; at += 1)
      expect(readAnswer({ ...ours, text: whole.slice(0, at) }, { scope: deskScope }).kind).toBe('unknown');
    const scope = 'practice:B81001' as typeof deskScope;
    expect(readAnswer({ ...ours, text: whole }, { scope }).kind).toBe('unknown');
  });

  it('with one letter of a reply changed, it is read as a reply of this desk or as nothing', () => {
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.string({ minLength: 1, maxLength: 1 }), (at, letter) => {
        const changed = `${whole.slice(0, at)}${letter}${whole.slice(at + 1)}`;
        const came = { status: 200, contentType: 'application/json', retryAfter: null, text: changed };
        const read = readAnswer(came, { scope: deskScope });
        expect(['reply', 'unknown']).toContain(read.kind);
        if (read.kind === 'reply') expect(read.reply.scope).toBe(deskScope);
      }),
      { numRuns: 1_000 },
    );
  });

  it('Retry-After is never less than nothing nor more than ten minutes, whatever it says', () => {
    fc.assert(
      fc.property(fc.oneof(retry, fc.string({ maxLength: 12 })), (header) => {
        const ms = retryAfter(header);
        expect(ms).toBeGreaterThanOrEqual(0);
        expect(ms).toBeLessThanOrEqual(10 * 60_000);
      }),
    );
  });
});
