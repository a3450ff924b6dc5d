/** Base64 without the DOM or Node: the pure layers run on phones, servers and in the simulator. */
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const values = new Int16Array(128).fill(-1);
for (let i = 0; i < alphabet.length; i += 1) values[alphabet.charCodeAt(i)] = i;

export function encodeBase64(bytes: Uint8Array): string {
  let text = '';
  for (let i = 0; i < bytes.length; i += 3) {
    const a = bytes[i] ?? 0;
    const b = bytes[i + 1];
    const c = bytes[i + 2];
    const bits = (a << 16) | ((b ?? 0) << 8) | (c ?? 0);
    text += alphabet.charAt(bits >> 18) + alphabet.charAt((bits >> 12) & 63);
    text +=
      (b === undefined ? '=' : alphabet.charAt((bits >> 6) & 63)) +
      (c === undefined ? '=' : alphabet.charAt(bits & 63));
  }
  return text;
}

/** Undefined when the text is not base64. */
export function decodeBase64(text: string): Uint8Array | undefined {
  if (text.length % 4 !== 0) return undefined;
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  const bytes = new Uint8Array((text.length / 4) * 3 - padding);
  let at = 0;
  for (let i = 0; i < text.length; i += 4) {
    let bits = 0;
    for (let j = 0; j < 4; j += 1) {
      const isPadding = i + j >= text.length - padding;
      const value = isPadding ? 0 : (values[text.charCodeAt(i + j)] ?? -1);
      if (value < 0) return undefined;
      bits = (bits << 6) | value;
    }
    bytes[at] = bits >> 16;
    if (at + 1 < bytes.length) bytes[at + 1] = (bits >> 8) & 255;
    if (at + 2 < bytes.length) bytes[at + 2] = bits & 255;
    at += 3;
  }
  return bytes;
}
