import fc from 'fast-check';
import { expect, test } from 'vitest';
import { aReferral, aService, serviceIdOf, ubrnAt } from '#lib/domain/testing/samples.ts';
import type { Row } from '#lib/protocol/exchange.ts';
import { RowTable } from './row-table.ts';
import { truthOf } from './truth-rows.ts';

const keys = fc.integer({ min: 1, max: 4 });

/** A row of one of two kinds that comes, comes anew or is gone; all that lie there go; or somebody looks. */
const act = fc.oneof(
  fc.record({ what: fc.constant('referral' as const), n: keys, name: fc.string() }),
  fc.record({ what: fc.constant('service' as const), n: keys, name: fc.string() }),
  fc.record({ what: fc.constantFrom('referralGone' as const, 'serviceGone' as const), n: keys }),
  fc.record({ what: fc.constantFrom('clear' as const, 'look' as const), cursor: keys }),
);

const referralRow = (n: number, practiceName: string): Row => ({
  entity: 'referral',
  key: ubrnAt(n),
  row: aReferral(n, { practiceName }),
});
const serviceRow = (n: number, name: string): Row => ({
  entity: 'service',
  key: serviceIdOf(n),
  row: aService(n, { name }),
});
const put = (table: RowTable, row: Row) => table.set(`${row.entity}|${row.key}`, row);

test('its truth is always the one that its rows make, in their order, and one that was given out stays as it was', () => {
  fc.assert(
    fc.property(fc.array(act, { maxLength: 60 }), (acts) => {
      const table = new RowTable();
      const given: { truth: unknown; then: unknown }[] = [];
      for (const one of acts) {
        switch (one.what) {
          case 'referral':
            put(table, referralRow(one.n, one.name));
            break;
          case 'service':
            put(table, serviceRow(one.n, one.name));
            break;
          case 'referralGone':
            table.delete(`referral|${ubrnAt(one.n)}`);
            break;
          case 'serviceGone':
            table.delete(`service|${serviceIdOf(one.n)}`);
            break;
          case 'clear':
            table.clear();
            break;
          case 'look': {
            const cursor = `${one.cursor}.head`;
            const truth = table.truthAt(cursor);
            expect(entriesOf(truth)).toEqual(entriesOf(truthOf(table.values(), cursor)));
            given.push({ truth, then: entriesOf(truth) });
          }
        }
      }
      for (const { truth, then } of given) expect(entriesOf(truth as never)).toEqual(then);
    }),
  );
});

/** Maps are compared with the order of their rows. */
function entriesOf({ seq, ...maps }: ReturnType<typeof truthOf>): unknown {
  return [
    seq,
    ...Object.entries(maps).map(([kind, rows]) => [kind, [...(rows as ReadonlyMap<string, unknown>)]]),
  ];
}
