/** What an exchange carries up: many waiting requests are much alike, and a phone's way up is its slow one. */

/** Below this a packet is a packet. */
const worthFromChars = 4_000;

export interface RequestBody {
  readonly body: string | ArrayBuffer;
  readonly headers: Readonly<Record<string, string>>;
  readonly isCompressed: boolean;
}

export async function requestBody(text: string, mayCompress: boolean): Promise<RequestBody> {
  const json = { 'content-type': 'application/json', accept: 'application/json' };
  // Not every browser in use can compress.
  if (!mayCompress || text.length < worthFromChars || typeof CompressionStream === 'undefined') {
    return { body: text, headers: json, isCompressed: false };
  }
  const zipped = new Response(text).body?.pipeThrough(new CompressionStream('gzip'));
  return {
    body: await new Response(zipped).arrayBuffer(),
    headers: { ...json, 'content-encoding': 'gzip' },
    isCompressed: true,
  };
}
