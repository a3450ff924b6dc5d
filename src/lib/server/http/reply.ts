/** Answers: compressed where it pays, with an ETag where the client may keep them. */
import { promisify } from 'node:util';
import { brotliCompress, brotliCompressSync, constants, gzip, gzipSync } from 'node:zlib';

/** Below this a packet is a packet, and compressing costs more than it saves. */
const worthCompressingBytes = 1_024;
/** Below this a helper thread costs eight times what the work itself does (5 KB, gzip: 320 µs against 40). */
const worthAThreadBytes = 65_536;

type Bytes = Uint8Array;
const brotli = (level: number) => ({ params: { [constants.BROTLI_PARAM_QUALITY]: level } });
const compressors = {
  br: {
    inThread: (bytes: Bytes, level: number) => promisify(brotliCompress)(bytes, brotli(level)),
    atOnce: (bytes: Bytes, level: number) => brotliCompressSync(bytes, brotli(level)),
  },
  gzip: {
    inThread: (bytes: Bytes, level: number) => promisify(gzip)(bytes, { level }),
    atOnce: (bytes: Bytes, level: number) => gzipSync(bytes, { level }),
  },
};
export type Encoding = keyof typeof compressors | 'identity';

/** Quick enough for each answer; what is made once and kept deserves more. */
const answerLevel = 4;
const keptLevel = 9;

export async function jsonReply(
  request: Request,
  value: unknown,
  init: ResponseInit = {},
): Promise<Response> {
  const bytes = Buffer.from(JSON.stringify(value));
  const encoding = bytes.byteLength < worthCompressingBytes ? 'identity' : acceptedEncoding(request.headers);
  const body = encoding === 'identity' ? bytes : await compressed(bytes, encoding, answerLevel);
  return bytesReply(body, encoding, init);
}

/** A body that many ask for: encoded once in each way that somebody accepted. */
export class KeptBody {
  readonly etag: string;
  readonly #bytes: Bytes;
  readonly #encoded = new Map<Encoding, Promise<Bytes>>();

  constructor(revision: string, value: unknown) {
    this.etag = `"${revision}"`;
    this.#bytes = Buffer.from(JSON.stringify(value));
  }

  /** 304 where the client holds this revision already. */
  async reply(request: Request): Promise<Response> {
    if (holds(request.headers, this.etag)) return notModified(this.etag);
    const encoding = acceptedEncoding(request.headers);
    return bytesReply(await this.#as(encoding), encoding, { headers: keepable(this.etag) });
  }

  #as(encoding: Encoding): Promise<Bytes> {
    if (encoding === 'identity') return Promise.resolve(this.#bytes);
    const known = this.#encoded.get(encoding) ?? compressed(this.#bytes, encoding, keptLevel);
    this.#encoded.set(encoding, known);
    return known;
  }
}

async function compressed(bytes: Bytes, encoding: keyof typeof compressors, level: number): Promise<Bytes> {
  const { inThread, atOnce } = compressors[encoding];
  return bytes.byteLength < worthAThreadBytes ? atOnce(bytes, level) : inThread(bytes, level);
}

/** Kept by this client alone, and asked about each time. */
export const keepable = (etag: string) => ({ 'cache-control': 'private, no-cache', etag });

export function notModified(etag: string): Response {
  return new Response(null, { status: 304, headers: keepable(etag) });
}

export function holds(headers: Headers, etag: string): boolean {
  return heldTags(headers).includes(etag);
}

/** The tags of `if-none-match`, weak or strong: a proxy that compresses makes them weak. */
export function heldTags(headers: Headers): string[] {
  const tags = (headers.get('if-none-match') ?? '').split(',');
  return tags.map((tag) => tag.trim().replace(/^W\//, '')).filter((tag) => tag !== '');
}

/** What the client takes and we like best. */
export function acceptedEncoding(headers: Headers): Encoding {
  const accepted = new Map(
    (headers.get('accept-encoding') ?? '').split(',').map((part) => {
      const [name = '', ...parameters] = part.split(';').map((piece) => piece.trim().toLowerCase());
      const quality = parameters.find((parameter) => parameter.startsWith('q='));
      return [name, quality === undefined ? 1 : Number(quality.slice(2))] as const;
    }),
  );
  const takes = (name: Encoding) => (accepted.get(name) ?? accepted.get('*') ?? 0) > 0;
  return takes('br') ? 'br' : takes('gzip') ? 'gzip' : 'identity';
}

function bytesReply(body: Bytes, encoding: Encoding, init: ResponseInit): Response {
  const headers = new Headers(init.headers);
  headers.set('content-type', 'application/json');
  headers.set('content-length', String(body.byteLength));
  headers.set('vary', 'accept-encoding');
  if (!headers.has('cache-control')) headers.set('cache-control', 'no-store');
  if (encoding !== 'identity') headers.set('content-encoding', encoding);
  // A Uint8Array is a BodyInit; the library's types ask for one over a plain ArrayBuffer, which Node's Buffers may not be.
  return new Response(body as BodyInit, { ...init, headers });
}
