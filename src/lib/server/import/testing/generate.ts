/** An operator's files of any size, the same for the same seed, with a known share of bad rows: for tests and benchmarks. */
import { createWriteStream } from 'node:fs';
import { once } from 'node:events';
import { join } from 'node:path';
import { testNhsNumber } from '#lib/domain/nhs-number.ts';
import { csvLine } from '../report.ts';

export interface GeneratedFiles {
  readonly sites: string;
  readonly practices: string;
  readonly services: string;
  readonly referrals: string;
  readonly rows: number;
  /** Of the referrals: lines that must be left out, with the column that is to blame. */
  readonly bad: ReadonlyMap<number, string>;
  readonly waits: ReadonlyMap<number, string>;
}

const practices = 40;
const sites = 8;
const servicesOfSite = 5;

export async function generateFiles(
  folder: string,
  {
    rows,
    badShare = 0.01,
    seed,
  }: { readonly rows: number; readonly badShare?: number; readonly seed: number },
): Promise<GeneratedFiles> {
  const bad = new Map<number, string>();
  const waits = new Map<number, string>();
  const chance = chanceOf(seed);
  const file = (name: string) => join(folder, `${name}.csv`);
  await write(file('sites'), [
    ['code', 'name', 'phone', 'town'],
    ...count(sites, (n) => [`RX${n}01`, `Hospital ${n}`, '01632 960001', 'Leeds']),
  ]);
  await write(file('practices'), [
    ['code', 'name', 'phone', 'town'],
    ...count(practices, (n) => [practiceCode(n), `Surgery ${n}`, '01632 960002', 'Leeds']),
  ]);
  await write(file('services'), [
    'id,name,provider,provider_name,site,latitude,longitude,specialty,priorities,booking'.split(','),
    ...count(sites * servicesOfSite, (n) => [
      serviceId(n),
      `Clinic ${n}`,
      `RX${n % sites}`,
      'Trust',
      `RX${n % sites}01`,
      '53.8',
      '-1.5',
      'ENT',
      'routine|urgent',
      'direct',
    ]),
  ]);
  await write(file('referrals'), referralLines());
  return {
    sites: file('sites'),
    practices: file('practices'),
    services: file('services'),
    referrals: file('referrals'),
    rows,
    bad,
    waits,
  };

  function* referralLines(): Generator<readonly string[]> {
    yield 'ubrn,nhs_number,family_name,given_name,birth_date,sex,phone,address,postcode,practice,referrer,specialty,clinic_type,priority,shortlist,referred_at'.split(
      ',',
    );
    for (let n = 0; n < rows; n += 1) {
      const row = [
        ubrnOf(n),
        testNhsNumber(n),
        `Name${letters(n)}`,
        `Given${letters(n % 676)}`,
        dateOf(chance),
        chance() < 0.5 ? 'female' : 'male',
        '01632 960003',
        `${1 + (n % 90)} Home Street, Leeds`,
        'LS6 1AA',
        practiceCode(n % practices),
        'Dr Hill',
        'ENT',
        'Ear',
        chance() < 0.9 ? 'routine' : 'urgent',
        serviceId(Math.floor(chance() * sites * servicesOfSite)),
        '2026-11-02T09:30',
      ];
      if (chance() < badShare) spoil(row, n);
      yield row;
    }
  }

  function spoil(row: string[], n: number): void {
    // The header is line 1.
    const line = n + 2;
    const faults: readonly (() => void)[] = [
      () => void ((row[0] = `${n}`), bad.set(line, 'ubrn')),
      () => void ((row[4] = '1961-02-31'), bad.set(line, 'birth_date')),
      () => void ((row[9] = 'Z99999'), bad.set(line, 'practice')),
      () => void ((row[13] = 'soon'), bad.set(line, 'priority')),
      () => void ((row[14] = 'RX001-gone'), bad.set(line, 'shortlist')),
      () => void ((row[6] = '=HYPERLINK("x")'), bad.set(line, 'phone')),
      () => void ((row[1] = '4857773456'), waits.set(line, 'nhs_number')),
      () => void ((row[1] = ''), waits.set(line, 'nhs_number')),
    ];
    faults[Math.floor(chance() * faults.length)]?.();
  }
}

async function write(path: string, lines: Iterable<readonly string[]>): Promise<void> {
  const out = createWriteStream(path);
  for (const line of lines) if (!out.write(csvLine(line))) await once(out, 'drain');
  out.end();
  await once(out, 'finish');
}

const count = <T>(n: number, make: (n: number) => T): T[] => Array.from({ length: n }, (_, i) => make(i));
const practiceCode = (n: number) => `A8${String(n).padStart(4, '0')}`;
const serviceId = (n: number) => `RX${n % sites}01-${n}`;

/** Of the n-th row, from 0. Far from those of the worlds that tests and benchmarks put beside it. */
export const ubrnOf = (n: number) => String(900_000_000_000 + n);

/** Names differ in letters, since digits are no part of a name. */
function letters(n: number): string {
  const rest = Math.floor(n / 26);
  return `${rest > 0 ? letters(rest) : ''}${String.fromCharCode(97 + (n % 26))}`;
}

function dateOf(chance: () => number): string {
  const two = (n: number) => String(n).padStart(2, '0');
  return `${1930 + Math.floor(chance() * 90)}-${two(1 + Math.floor(chance() * 12))}-${two(1 + Math.floor(chance() * 28))}`;
}

/** mulberry32: small, seeded, good enough to scatter. */
function chanceOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
