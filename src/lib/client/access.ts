/**
 * What is asked of the server there and then, and kept nowhere on the device: a new access code, who a restricted patient is,
 * and who opened a record. A code or such a name must not outlive the screen that it is shown on, and a list of who looked is
 * for those who ask for it.
 */
import type { Ubrn } from '#lib/domain/ids.ts';
import { identitySchema } from '#lib/domain/referral.ts';
import type { Scope } from '#lib/domain/scope.ts';
import { accessPageSchema, issuedCodeSchema } from '#lib/protocol/access.ts';
import type { Access, Answered } from './desk.ts';
import { fetchJson, type Fetched } from './fetch-json.ts';

export interface AccessPorts {
  /** No network, as far as this device can tell. */
  readonly isLineDown: () => boolean;
  /** The server said 401. */
  readonly onSignedOut: () => void;
}

export function createAccess(scope: Scope, { isLineDown, onSignedOut }: AccessPorts): Access {
  async function ask<T>(fetching: () => Promise<Fetched<T>>): Promise<Answered<T>> {
    // Said before anything leaves: then nothing can have changed.
    if (isLineDown()) return { kind: 'offline' };
    const answered = answerOf(await fetching());
    if (answered.kind === 'signedOut') onSignedOut();
    return answered;
  }
  return {
    issueCode: (ubrn: Ubrn) =>
      ask(() =>
        fetchJson(`/api/referrals/${ubrn}/access-code`, issuedCodeSchema, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ scope }),
        }),
      ),
    // A question, yet a POST: no cache of anybody's keeps its answer, and that it was asked is written.
    whoIs: (ubrn: Ubrn) =>
      ask(() =>
        fetchJson(`/api/referrals/${ubrn}/patient`, identitySchema, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ scope }),
        }),
      ),
    whoOpened: ({ ubrn, before }) =>
      ask(() => {
        const query = new URLSearchParams({ scope });
        if (ubrn) query.set('ubrn', ubrn);
        if (before) query.set('before', before);
        return fetchJson(`/api/access?${query.toString()}`, accessPageSchema);
      }),
  };
}

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
