/** Sites and practices. */
import { odsCodeSchema, type OdsCode } from '#lib/domain/ids.ts';
import type { Organisation } from '../ledger/load.ts';
import { inPieces, type Tx } from '../ledger/rows.ts';
import type { Cells, Column } from './cells.ts';
import { isSameRow, keyCell, missing, type Given, type Loader, type Outcome } from './loader.ts';

interface OrganisationRow {
  readonly code: OdsCode;
  readonly name: string | undefined;
  readonly phone: string | undefined;
  readonly town: string | undefined;
}

const columnsOf = (code: string, name: string): readonly Column[] => [
  { name: 'code', need: 'key', example: code, about: 'ODS code: 3 to 10 capital letters and digits' },
  { name: 'name', need: 'new', example: name, about: 'As letters and screens name it' },
  { name: 'phone', need: 'free', example: '01632 960001', about: 'Whom patients and staff ring' },
  { name: 'town', need: 'free', example: 'Bristol', about: '' },
];

export const siteColumns = columnsOf('RA701', 'Bristol Royal Infirmary');
export const practiceColumns = columnsOf('L81015', 'The Elm Surgery');

export class Organisations implements Loader<OrganisationRow> {
  readonly kind: 'sites' | 'practices';
  readonly columns: readonly Column[];

  constructor(kind: 'sites' | 'practices') {
    this.kind = kind;
    this.columns = kind === 'sites' ? siteColumns : practiceColumns;
  }

  read(cells: Cells): OrganisationRow | undefined {
    const code = keyCell(cells, 'code', odsCodeSchema, 'is not an ODS code');
    const row = { name: cells.text('name'), phone: cells.phone('phone'), town: cells.text('town') };
    return code && { code, ...row };
  }

  keyOf = ({ code }: OrganisationRow) => code;

  async compose(tx: Tx, rows: readonly Given<OrganisationRow>[]) {
    const held = await readOrganisations(
      tx,
      rows.map(({ row }) => row.code),
    );
    const organisations: Organisation[] = [];
    const outcomes = rows.map(({ row }): Outcome => {
      const old = held.get(row.code);
      const kind = this.kind === 'sites' ? 'site' : 'practice';
      if (old && old.kind !== kind) {
        const reason = `is the code of a ${old.kind} already`;
        return { is: 'bad', faults: [{ column: 'code', reason }] };
      }
      const name = row.name ?? old?.name;
      if (name === undefined) return { is: 'bad', faults: missing({ name }) };
      const { code, phone = old?.phone ?? '', town = old?.town ?? '' } = row;
      const next: Organisation = { ...old, code, kind, name, phone, town };
      if (isSameRow(old, next)) return { is: 'unchanged' };
      organisations.push(next);
      return { is: old ? 'updated' : 'added' };
    });
    return { load: { organisations }, outcomes };
  }
}

export async function readOrganisations(
  tx: Tx,
  codes: Iterable<OdsCode>,
): Promise<ReadonlyMap<OdsCode, Organisation>> {
  const rows = await inPieces(codes, (piece) =>
    tx.selectFrom('organisation').select(['code', 'body']).where('code', 'in', piece).execute(),
  );
  return new Map(rows.map(({ code, body }) => [code, JSON.parse(body) as Organisation]));
}
