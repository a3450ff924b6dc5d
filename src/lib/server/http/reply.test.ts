import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { acceptedEncoding, jsonReply, KeptBody } from './reply.ts';

const asking = (headers: Record<string, string>) => new Request('http://x/', { headers });
const large = { text: 'slot '.repeat(1_000) };
const bytesOf = async (response: Response) => Buffer.from(await response.arrayBuffer());

describe('answers', () => {
  test.each([
    ['br', 'gzip, deflate, br, zstd'],
    ['gzip', 'gzip, deflate'],
    ['gzip', 'br;q=0, gzip'],
    ['br', '*'],
    ['identity', ''],
    ['identity', 'deflate'],
    ['identity', '*;q=0'],
  ])('%s for "%s"', (encoding, accept) => {
    expect(acceptedEncoding(new Headers({ 'accept-encoding': accept }))).toBe(encoding);
  });

  test('a large one is compressed as asked, and its length is told', async () => {
    const br = await jsonReply(asking({ 'accept-encoding': 'br' }), large);
    expect(br.headers.get('content-encoding')).toBe('br');
    expect(br.headers.get('vary')).toBe('accept-encoding');
    expect(br.headers.get('cache-control')).toBe('no-store');
    const body = await bytesOf(br);
    expect(br.headers.get('content-length')).toBe(String(body.length));
    expect(body.length).toBeLessThan(200);
    expect(JSON.parse(brotliDecompressSync(body).toString())).toEqual(large);
    const gz = await jsonReply(asking({ 'accept-encoding': 'gzip' }), large);
    expect(JSON.parse(gunzipSync(await bytesOf(gz)).toString())).toEqual(large);
  });

  test('a small one is not', async () => {
    const response = await jsonReply(asking({ 'accept-encoding': 'br' }), { a: 1 });
    expect(response.headers.get('content-encoding')).toBeNull();
    expect(await response.json()).toEqual({ a: 1 });
  });
});

describe('a kept body', () => {
  const kept = new KeptBody('7.abc', large);

  test('who holds its revision is told so, and gets nothing', async () => {
    for (const tag of ['"7.abc"', 'W/"7.abc"', '"1.x", "7.abc"']) {
      const response = await kept.reply(asking({ 'if-none-match': tag }));
      expect(response.status).toBe(304);
      expect(await response.text()).toBe('');
      expect(response.headers.get('etag')).toBe('"7.abc"');
    }
  });

  test('who holds another gets it whole', async () => {
    const response = await kept.reply(asking({ 'if-none-match': '"6.abc"', 'accept-encoding': 'br' }));
    expect(response.status).toBe(200);
    expect(response.headers.get('cache-control')).toBe('private, no-cache');
    expect(JSON.parse(brotliDecompressSync(await bytesOf(response)).toString())).toEqual(large);
    expect(await (await kept.reply(asking({}))).json()).toEqual(large);
  });
});
