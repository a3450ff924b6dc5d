/**
 * Where a text stops being JSON, for a file that `JSON.parse` refused: what that says quotes the text around the fault, which is
 * as likely as not a patient's, and seldom tells the place.
 */

/** Both from 1, as an editor counts them. */
export interface Place {
  readonly line: number;
  readonly character: number;
}

type Wanted = 'value' | 'valueOrEnd' | 'key' | 'keyOrEnd' | 'colon' | 'commaOrEnd';
type End = '}' | ']';

const space = /[ \t\n\r]*/y;
const token = /[[\]{}:,]|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;
// eslint-disable-next-line no-control-regex -- no string of JSON has one as it is
const pieceOfString = /[^"\\\u0000-\u001f]+|\\(?:["\\/bfnrt]|u[\dA-Fa-f]{4})/y;

/** Of the first thing that may not stand where it does, or the end of a text that ends too soon. */
export function placeOfFault(text: string): Place {
  const ends: End[] = [];
  let wanted: Wanted | undefined = 'value';
  let at = 0;
  for (;;) {
    at = endOf(space, text, at) ?? at;
    const end = text[at] === '"' ? endOfString(text, at) : endOf(token, text, at);
    if (end === undefined) return placeOf(text, at);
    wanted = wantedAfter(text[at] ?? '', wanted, ends);
    if (wanted === undefined) return placeOf(text, at);
    at = end;
  }
}

function endOf(pattern: RegExp, text: string, at: number): number | undefined {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : undefined;
}

/** Piece by piece: one pattern for all of a long string runs out of stack. */
function endOfString(text: string, start: number): number | undefined {
  let at = start + 1;
  for (let end = endOf(pieceOfString, text, at); end !== undefined; end = endOf(pieceOfString, text, at))
    at = end;
  return text[at] === '"' ? at + 1 : undefined;
}

/** What may follow a thing that begins so, or undefined where it may not stand. `ends`: of what is open, kept up to date. */
function wantedAfter(begin: string, wanted: Wanted, ends: End[]): Wanted | undefined {
  const isValueWanted = wanted === 'value' || wanted === 'valueOrEnd';
  const isKeyWanted = wanted === 'key' || wanted === 'keyOrEnd';
  switch (begin) {
    case '{':
      return isValueWanted ? (ends.push('}'), 'keyOrEnd') : undefined;
    case '[':
      return isValueWanted ? (ends.push(']'), 'valueOrEnd') : undefined;
    case '}':
    case ']': {
      const mayEnd = wanted === 'commaOrEnd' || wanted === (begin === '}' ? 'keyOrEnd' : 'valueOrEnd');
      return mayEnd && ends.at(-1) === begin ? (ends.pop(), 'commaOrEnd') : undefined;
    }
    case ',':
      return wanted !== 'commaOrEnd' || ends.length === 0 ? undefined : ends.at(-1) === '}' ? 'key' : 'value';
    case ':':
      return wanted === 'colon' ? 'value' : undefined;
    default:
      if (isKeyWanted) return begin === '"' ? 'colon' : undefined;
      return isValueWanted ? 'commaOrEnd' : undefined;
  }
}

function placeOf(text: string, at: number): Place {
  const lines = text.slice(0, at).split(/\r\n|\n|\r/);
  return { line: lines.length, character: (lines.at(-1)?.length ?? 0) + 1 };
}
