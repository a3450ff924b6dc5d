/** Services: what is offered where, to whom, and how it is booked. */
import { serviceIdSchema, type OdsCode, type ServiceId } from '#lib/domain/ids.ts';
import type { Priority } from '#lib/domain/priority.ts';
import { serviceSchema, type Booking, type Service } from '#lib/domain/service.ts';
import { inPieces, type Tx } from '../ledger/rows.ts';
import { mostOf, type Cells, type Column, type Fault } from './cells.ts';
import { isSameRow, keyCell, missing, type Given, type Loader, type Outcome } from './loader.ts';
import { readOrganisations } from './organisations.ts';
import { clinicTypeCharsMax, specialtyCharsMax } from './referral-row.ts';

/** What a patient may read of a service whose name would tell more than they were told. */
const discreetName = 'Hospital specialist appointment';

export const serviceColumns: readonly Column[] = [
  { name: 'id', need: 'key', example: 'RA701-ent', about: 'Yours, for good: letters, digits, dots, dashes' },
  { name: 'name', need: 'new', example: 'Ear, nose and throat', about: 'Staff see it' },
  {
    name: 'patient_name',
    need: 'free',
    example: 'Ear, nose and throat clinic',
    about: `Patients see it; "${discreetName}" when empty`,
  },
  { name: 'provider', need: 'new', example: 'RA7', about: 'ODS code of the trust or company' },
  { name: 'provider_name', need: 'new', example: 'University Hospitals Bristol', about: '' },
  { name: 'site', need: 'new', example: 'RA701', about: 'ODS code of a site that is loaded; never changes' },
  { name: 'address', need: 'free', example: 'Upper Maudlin Street, Bristol', about: '' },
  { name: 'postcode', need: 'free', example: 'BS2 8HW', about: '' },
  { name: 'latitude', need: 'new', example: '51.4585', about: 'Degrees, for distances' },
  { name: 'longitude', need: 'new', example: '-2.5966', about: '' },
  { name: 'phone', need: 'free', example: '01632 960010', about: 'To book by phone, or to ask' },
  {
    name: 'specialty',
    need: 'new',
    example: 'ENT',
    about: `As referrals name it, ${specialtyCharsMax} characters at most`,
  },
  {
    name: 'clinic_types',
    need: 'free',
    example: 'Ear|Nose and sinus',
    about: `Separated by |, each ${clinicTypeCharsMax} characters at most`,
  },
  { name: 'priorities', need: 'new', example: 'routine|urgent', about: 'routine, urgent, TWO_WEEK_WAIT' },
  { name: 'age_from', need: 'free', example: '16', about: 'Whole years; 0 when empty' },
  { name: 'age_to', need: 'free', example: '120', about: 'Whole years; 120 when empty' },
  { name: 'sex', need: 'free', example: '', about: 'female, male, or any' },
  {
    name: 'booking',
    need: 'new',
    example: 'direct',
    about: 'direct, phone, or triage (the hospital reviews first)',
  },
  {
    name: 'window_routine',
    need: 'free',
    example: '180',
    about: 'Days ahead that may be booked; 180 when empty',
  },
  { name: 'window_urgent', need: 'free', example: '30', about: '30 when empty' },
  { name: 'window_two_week_wait', need: 'free', example: '14', about: '14 when empty' },
  { name: 'notice_hours', need: 'free', example: '48', about: 'The least notice; 48 when empty' },
  {
    name: 'median_weeks',
    need: 'free',
    example: '14.5',
    about: 'Half of patients started treatment within; 0 is unknown',
  },
];

const priorities: Readonly<Record<string, Priority>> = {
  routine: 'routine',
  urgent: 'urgent',
  two_week_wait: 'TWO_WEEK_WAIT',
};
const daysMax = mostOf(serviceSchema.shape.windowDays.shape.routine);

type ServiceRow = {
  readonly id: ServiceId;
  readonly site: OdsCode | undefined;
  readonly provider: OdsCode | undefined;
  readonly sex: Service['sex'] | undefined;
  readonly booking: Booking | undefined;
  readonly priorities: readonly Priority[] | undefined;
  readonly clinicTypes: readonly string[] | undefined;
  readonly windowDays: { readonly [P in Priority]: number | undefined };
} & {
  readonly [K in 'name' | 'patientName' | 'providerName' | 'address' | 'postcode' | 'phone' | 'specialty']:
    string | undefined;
} & {
  readonly [K in 'lat' | 'lon' | 'ageFrom' | 'ageTo' | 'noticeHours' | 'medianWeeksTenths']:
    number | undefined;
};

export class Services implements Loader<ServiceRow> {
  readonly kind = 'services';
  readonly columns = serviceColumns;

  read(cells: Cells): ServiceRow | undefined {
    const id = keyCell(cells, 'id', serviceIdSchema, 'is not letters, digits, dots and dashes, 40 at most');
    const named = cells.list('priorities');
    const listed = named?.map((word) => priorities[word.toLowerCase()]);
    if (listed?.includes(undefined))
      cells.fault('priorities', 'has a word that is none of routine, urgent, TWO_WEEK_WAIT');
    const medianWeeks = cells.number('median_weeks', 0, 500, 1);
    const row = {
      site: codeCell(cells, 'site'),
      provider: codeCell(cells, 'provider'),
      name: cells.text('name'),
      patientName: cells.text('patient_name'),
      providerName: cells.text('provider_name'),
      address: cells.text('address'),
      postcode: cells.text('postcode', 10),
      phone: cells.phone('phone'),
      specialty: cells.text('specialty', specialtyCharsMax),
      lat: cells.number('latitude', -90, 90, 6),
      lon: cells.number('longitude', -180, 180, 6),
      sex: cells.oneOf('sex', { female: 'female', male: 'male', any: null } as const),
      booking: cells.oneOf('booking', { direct: 'direct', phone: 'phone', triage: 'triage' } as const),
      priorities: listed?.filter((priority) => priority !== undefined),
      clinicTypes: cells.list('clinic_types', { charsMax: clinicTypeCharsMax }),
      ageFrom: cells.number('age_from', 0, 150),
      ageTo: cells.number('age_to', 0, 150),
      noticeHours: cells.number('notice_hours', 0, 24 * daysMax),
      medianWeeksTenths: medianWeeks === undefined ? undefined : Math.round(medianWeeks * 10),
      windowDays: {
        routine: cells.number('window_routine', 0, daysMax),
        urgent: cells.number('window_urgent', 0, daysMax),
        TWO_WEEK_WAIT: cells.number('window_two_week_wait', 0, daysMax),
      },
    };
    return id && { id, ...row };
  }

  keyOf = ({ id }: ServiceRow) => id;

  async compose(tx: Tx, rows: readonly Given<ServiceRow>[]) {
    const ids = rows.map(({ row }) => row.id);
    const held = await readServices(tx, ids);
    const sites = await readOrganisations(
      tx,
      rows.flatMap(({ row }) => row.site ?? held.get(row.id)?.site ?? []),
    );
    const services: Service[] = [];
    const outcomes = rows.map(({ row }): Outcome => {
      const old = held.get(row.id);
      const code = row.site ?? old?.site;
      const site = code && sites.get(code);
      if (old && code !== old.site)
        return bad('site', 'is another site than before: give the service a new id');
      if (code && site?.kind !== 'site') return bad('site', `${code} is not loaded as a site`);
      const next = merged(row, old, site?.name);
      if (Array.isArray(next)) return { is: 'bad', faults: next };
      if (next.ageFrom > next.ageTo) return bad('age_to', 'is less than age_from');
      if (next.priorities.includes('TWO_WEEK_WAIT') && /cancer|oncolog|2ww|two.week/i.test(next.patientName))
        return bad(
          'patient_name',
          `tells a patient more than they may have been told: leave it empty for "${discreetName}"`,
        );
      if (isSameRow(old, next)) return { is: 'unchanged' };
      services.push(next);
      return { is: old ? 'updated' : 'added' };
    });
    return { load: { services }, outcomes };
  }
}

const bad = (column: string, reason: string): Outcome => ({ is: 'bad', faults: [{ column, reason }] });

const codeCell = (cells: Cells, column: string) =>
  cells.matching(column, /^[A-Z0-9]{3,10}$/, 'is not an ODS code') as OdsCode | undefined;

/** What the row does not say stays as it is. */
function merged(row: ServiceRow, old: Service | undefined, siteName: string | undefined): Service | Fault[] {
  const site = row.site ?? old?.site;
  const name = row.name ?? old?.name;
  const provider = row.provider ?? old?.provider;
  const providerName = row.providerName ?? old?.providerName;
  const lat = row.lat ?? old?.lat;
  const lon = row.lon ?? old?.lon;
  const specialty = row.specialty ?? old?.specialty;
  const booking = row.booking ?? old?.booking;
  const offered = row.priorities ?? old?.priorities;
  if (
    site === undefined ||
    siteName === undefined ||
    name === undefined ||
    provider === undefined ||
    providerName === undefined ||
    lat === undefined ||
    lon === undefined ||
    specialty === undefined ||
    booking === undefined ||
    offered === undefined
  ) {
    const needed = {
      site,
      name,
      provider,
      provider_name: providerName,
      latitude: lat,
      longitude: lon,
      specialty,
      booking,
    };
    return [...missing({ ...needed, priorities: offered })];
  }
  return {
    ...old,
    id: row.id,
    provider,
    providerName,
    site,
    siteName,
    address: row.address ?? old?.address ?? '',
    postcode: row.postcode ?? old?.postcode ?? '',
    lat,
    lon,
    phone: row.phone ?? old?.phone ?? '',
    name,
    patientName: row.patientName ?? old?.patientName ?? discreetName,
    specialty,
    clinicTypes: [...(row.clinicTypes ?? old?.clinicTypes ?? [])],
    priorities: [...offered],
    ageFrom: row.ageFrom ?? old?.ageFrom ?? 0,
    ageTo: row.ageTo ?? old?.ageTo ?? 120,
    sex: row.sex === undefined ? (old?.sex ?? null) : row.sex,
    booking,
    windowDays: {
      routine: row.windowDays.routine ?? old?.windowDays.routine ?? 180,
      urgent: row.windowDays.urgent ?? old?.windowDays.urgent ?? 30,
      TWO_WEEK_WAIT: row.windowDays.TWO_WEEK_WAIT ?? old?.windowDays.TWO_WEEK_WAIT ?? 14,
    },
    noticeHours: row.noticeHours ?? old?.noticeHours ?? 48,
    medianWeeksTenths: row.medianWeeksTenths ?? old?.medianWeeksTenths ?? 0,
  };
}

export async function readServices(
  tx: Tx,
  ids: Iterable<ServiceId>,
): Promise<ReadonlyMap<ServiceId, Service>> {
  const rows = await inPieces(ids, (piece) =>
    tx.selectFrom('service').select(['id', 'body']).where('id', 'in', piece).execute(),
  );
  return new Map(rows.map(({ id, body }) => [id, JSON.parse(body) as Service]));
}
