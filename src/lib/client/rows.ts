/**
 * Rows needing a person: read and settled there and then, and kept nowhere on the device. A row in doubt is somebody's identity,
 * and what it is about has to be judged against all that the server holds at that moment (docs/decisions/0022).
 */
import type { Scope } from '#lib/domain/scope.ts';
import { rowsCountSchema, rowsPageSchema, settledRowSchema, type SettledRow } from '#lib/protocol/rows.ts';
import type { RowRefusal, Rows, RowSettling } from './desk.ts';
import { fetchJson, type Fetched } from './fetch-json.ts';
import { posted, thereAndThen, type ThereAndThenPorts } from './there-and-then.ts';

export function createRows(scope: Scope, ports: ThereAndThenPorts): Rows {
  const ask = thereAndThen(ports);
  return {
    count: () => ask(() => fetchJson('/api/rows/count', rowsCountSchema, posted({ scope }))),
    page: (after) =>
      ask(() => fetchJson('/api/rows', rowsPageSchema, posted({ scope, ...(after ? { after } : {}) }))),
    settle: (id, as, note) =>
      ask(
        () =>
          fetchJson(`/api/rows/${id}`, settledRowSchema, posted({ scope, as, ...(note ? { note } : {}) })),
        refusalOf,
      ),
  };
}

function refusalOf(fetched: Fetched<SettledRow>): Exclude<RowSettling, { kind: 'ok' }> | undefined {
  if (fetched.kind !== 'problem') return undefined;
  const { code, settled } = fetched;
  if (code === 'settled' && settled) return { kind: 'settled', settled };
  const why = (refusals as Partial<Record<string, RowRefusal>>)[code];
  return why && { kind: 'refused', why };
}

const refusals = {
  'operator-only': 'operatorOnly',
  'reference-in-use': 'referenceInUse',
  'faulty-row': 'faulty',
  'not-a-candidate': 'notACandidate',
  'number-unusable': 'numberUnusable',
} as const satisfies Record<string, RowRefusal>;
