/** Asking the server there and then: what a screen learns of it, whatever the line makes of it. */
import type { Answered } from './desk.ts';
import type { Fetched } from './fetch-json.ts';

export interface ThereAndThenPorts {
  /** No network, as far as this device can tell. */
  readonly isLineDown: () => boolean;
  /** The server said 401. */
  readonly onSignedOut: () => void;
}

export type AskThere = <T, More = never>(
  fetching: () => Promise<Fetched<T>>,
  /** What these answers mean besides what all of them may. */
  more?: (fetched: Fetched<T>) => More | undefined,
) => Promise<Answered<T> | More>;

export function thereAndThen({ isLineDown, onSignedOut }: ThereAndThenPorts): AskThere {
  return async (fetching, more) => {
    // Said before anything leaves: then nothing can have changed.
    if (isLineDown()) return { kind: 'offline' };
    const fetched = await fetching();
    const own = more?.(fetched);
    if (own !== undefined) return own;
    const answered = answerOf(fetched);
    if (answered.kind === 'signedOut') onSignedOut();
    return answered;
  };
}

export const posted = (body: unknown): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});

function answerOf<T>(fetched: Fetched<T>): Answered<T> {
  if (fetched.kind === 'ok') return { kind: 'ok', value: fetched.value };
  if (fetched.kind !== 'problem') return { kind: 'unknown' };
  switch (fetched.code) {
    case 'signed-out':
      return { kind: 'signedOut' };
    case 'forbidden':
      return { kind: 'forbidden' };
    case 'not-found':
      return { kind: 'notFound' };
    case 'closed':
      return { kind: 'closed' };
    case 'busy':
    case 'slow-down':
      return { kind: 'busy' };
    default:
      // What broke on the server may have broken after it was done.
      return { kind: 'unknown' };
  }
}
