/**
 * What is asked of the server there and then, and kept nowhere on the device: a new access code, who a restricted patient is,
 * and who opened a record. A code or such a name must not outlive the screen that it is shown on, and a list of who looked is
 * for those who ask for it.
 */
import type { Ubrn } from '#lib/domain/ids.ts';
import { identitySchema } from '#lib/domain/referral.ts';
import type { Scope } from '#lib/domain/scope.ts';
import { accessPageSchema, issuedCodeSchema } from '#lib/protocol/access.ts';
import type { Access } from './desk.ts';
import { fetchJson } from './fetch-json.ts';
import { posted, thereAndThen, type ThereAndThenPorts } from './there-and-then.ts';

export function createAccess(scope: Scope, ports: ThereAndThenPorts): Access {
  const ask = thereAndThen(ports);
  return {
    issueCode: (ubrn: Ubrn) =>
      ask(() => fetchJson(`/api/referrals/${ubrn}/access-code`, issuedCodeSchema, posted({ scope }))),
    // A question, yet a POST: no cache of anybody's keeps its answer, and that it was asked is written.
    whoIs: (ubrn: Ubrn) =>
      ask(() => fetchJson(`/api/referrals/${ubrn}/patient`, identitySchema, posted({ scope }))),
    whoOpened: ({ ubrn, before }) =>
      ask(() => {
        const query = new URLSearchParams({ scope });
        if (ubrn) query.set('ubrn', ubrn);
        if (before) query.set('before', before);
        return fetchJson(`/api/access?${query.toString()}`, accessPageSchema);
      }),
  };
}
