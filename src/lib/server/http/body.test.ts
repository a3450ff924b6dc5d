import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { z } from '#lib/domain/zod.ts';
import { exchangeBody, readBody, smallBody, type BodyBound } from './body.ts';

const schema = z.strictObject({ name: z.string() });
const json = { 'content-type': 'application/json' };

const ask = (body: BodyInit | null, headers: Record<string, string> = json, bound?: BodyBound) =>
  readBody(requestOf(body, headers), schema, bound);

const requestOf = (body: BodyInit | null, headers: Record<string, string>) =>
  new Request('http://x/', { method: 'POST', body, headers, duplex: 'half' } as RequestInit);

async function codeOf(answer: unknown): Promise<[number, string]> {
  if (!(answer instanceof Response)) throw new Error('expected a problem');
  expect(answer.headers.get('content-type')).toBe('application/problem+json');
  return [answer.status, ((await answer.json()) as { code: string }).code];
}

describe('a body of each bad kind is a problem, and what is good is parsed', () => {
  test('good', async () => {
    expect(await ask('{"name":"x"}')).toEqual({ name: 'x' });
    expect(await ask('{"name":"x"}', { 'content-type': 'application/json; charset=UTF-8' })).toEqual({
      name: 'x',
    });
  });

  test.each([
    ['a form', 'name=x', { 'content-type': 'application/x-www-form-urlencoded' }],
    ['no type', '{"name":"x"}', { 'content-type': '' }],
    ['another charset', '{"name":"x"}', { 'content-type': 'application/json; charset=latin1' }],
    ['compressed as we do not read it', '{"name":"x"}', { ...json, 'content-encoding': 'br' }],
  ])('%s', async (_name, body, headers) => {
    expect(await codeOf(await ask(body, headers))).toEqual([415, 'wrong-media-type']);
  });

  test.each([
    ['no JSON', 'name'],
    ['cut short', '{"name":'],
    ['empty', ''],
    ['not UTF-8', Uint8Array.of(0x22, 0xff, 0x22)],
    ['nested very deep', '['.repeat(400_000)],
  ])('%s', async (_name, body) => {
    expect(await codeOf(await ask(body, json, exchangeBody))).toEqual([400, 'malformed']);
  });

  test.each([
    ['an unknown key', '{"name":"x","other":1}'],
    ['another type', '{"name":1}'],
    ['null', 'null'],
    ['a list', '[]'],
    ['a prototype', '{"name":"x","__proto__":{}}'],
  ])('%s', async (_name, body) => {
    expect(await codeOf(await ask(body))).toEqual([422, 'invalid']);
  });

  test('compressed: read, and given up where it is broken, cut short or swells beyond the limit', async () => {
    const zipped = { ...json, 'content-encoding': 'gzip' };
    const good = gzipSync('{"name":"x"}');
    expect(await ask(good, zipped)).toEqual({ name: 'x' });
    expect(await codeOf(await ask('{"name":"x"}', zipped))).toEqual([400, 'malformed']);
    expect(await codeOf(await ask(good.subarray(0, 12), zipped))).toEqual([400, 'malformed']);
    const bomb = gzipSync(`{"name":"${'x'.repeat(5 * exchangeBody.bytes)}"}`);
    expect(bomb.length).toBeLessThan(exchangeBody.bytes);
    expect(await codeOf(await ask(bomb, zipped, exchangeBody))).toEqual([413, 'too-large']);
  });

  test.each([
    ['a small one', smallBody],
    ['an exchange', exchangeBody],
  ])('%s up to its bound and not beyond, with its length told and without', async (_name, bound) => {
    const sized = (bytes: number) => `{"name":"${'x'.repeat(bytes - '{"name":""}'.length)}"}`;
    expect(await ask(sized(bound.bytes), json, bound)).toHaveProperty('name');
    const large = sized(bound.bytes + 1);
    const told = { ...json, 'content-length': String(large.length) };
    expect(await codeOf(await ask(large, told, bound))).toEqual([413, 'too-large']);
    expect(await codeOf(await ask(new Blob([large]).stream(), json, bound))).toEqual([413, 'too-large']);
  });

  test('small, unless more was asked for', async () => {
    expect(await codeOf(await ask(`{"name":"${'x'.repeat(smallBody.bytes)}"}`))).toEqual([413, 'too-large']);
  });

  test('sent more slowly than it may be is given up at its bound', async () => {
    let sender: ReadableStreamDefaultController<Uint8Array> | undefined;
    const slow = new ReadableStream<Uint8Array>({ start: (controller) => void (sender = controller) });
    const answer = ask(slow, json, { bytes: 100, ms: 50 });
    for (let n = 0; n < 4; n += 1) {
      sender?.enqueue(new TextEncoder().encode(' '));
      await sleep(20);
    }
    expect(await codeOf(await answer)).toEqual([400, 'malformed']);
  });

  test('a problem never repeats what was sent', async () => {
    const answer = await ask('{"name":"x","Jane Roe 9434765919":1}');
    expect(await (answer as Response).text()).not.toMatch(/Jane|9434/);
  });
});
