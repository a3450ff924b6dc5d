// A practice with 350 referrals more than the demonstration has, or as many as wanted, as an operator would load them, and
// what its staff asked for from somewhere else: a hundred and more of everything that screens list.
import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nhsCheckDigit } from '#lib/domain/nhs-number.ts';
import { Correspondent, demoPeople, type Intent } from '../../e2e/letters.ts';
import type { Server } from './stage.ts';

const practice = 'L81015';
const skin = { service: 'RA701.dermatology', specialty: 'Dermatology', clinicType: 'Eczema and dermatitis' };
const head = { service: 'RA701.neurology', specialty: 'Neurology', clinicType: 'Headache' };
/** How many of the 350 each has; the others nobody has booked. */
const asked = 150;
const usual = { skin: 200, head: 150 };
/** Rows of the same practice that somebody has to settle, with what the demonstration itself brings. */
export const doubtfulRows = 130;
const claimsMax = 50;
const seenMax = 200;
const dayMs = 86_400_000;

export async function crowd(
  { origin, data }: Pick<Server, 'origin' | 'data'>,
  referred = usual,
): Promise<void> {
  const here = [...ubrns('7', referred.skin), ...ubrns('8', referred.head)];
  load(
    data,
    here.map((ubrn, i) => person(ubrn, i, i < referred.skin ? skin : head)),
  );

  // Their numbers again, with other birth dates.
  const doubtful = ubrns('6', doubtfulRows).map((ubrn, i) =>
    person(ubrn, i % here.length, skin, `195${i % 10}-1${i % 3}-2${Math.floor(i / 10) % 10}`),
  );
  load(data, doubtful, 1);

  const { staff } = await demoPeople(origin);
  const who = staff.find(({ role, scope }) => role === 'receptionist' && scope === `practice:${practice}`);
  const desk = await Correspondent.signIn(origin, { kind: 'demo', person: who?.person ?? '' });
  const { services } = await desk.truth();
  const terms = services.get(skin.service);
  if (!terms) throw new Error(`${skin.service} is not there`);
  const soon = Date.now() + 4 * dayMs;
  const free = (await desk.freeTimes(terms))
    .filter(({ ref }) => ref.start > soon)
    .slice(0, Math.min(asked, here.length));
  const bookings = free.map(({ ref }, i) => ({
    kind: 'book',
    ubrn: here[i],
    appointment: randomUUID(),
    choices: [ref],
  }));
  await askAll(desk, bookings);
  // Half of them think better of it, which the clinic hears of.
  await askAll(
    desk,
    bookings
      .filter((_, i) => i % 2 === 0)
      .map(({ appointment, choices: [from] }) => ({
        kind: 'cancel',
        appointment,
        from,
        reason: 'PATIENT_ILL',
      })),
  );
  await askAll(
    desk,
    ubrns('8', referred.head).map((ubrn) => ({ kind: 'defer', ubrn, service: head.service })),
  );
  const looked = [...here, ...Array<string>(here.length).fill('000049001017')];
  for (let at = 0; at < looked.length; at += seenMax)
    await desk.exchange({
      seen: looked.slice(at, at + seenMax).map((ubrn) => ({
        id: randomUUID(),
        person: desk.author.person,
        ubrn,
        at: Date.now(),
      })),
    });
}

async function askAll(desk: Correspondent, intents: readonly Intent[]): Promise<void> {
  const refused: string[] = [];
  for (let at = 0; at < intents.length; at += claimsMax) {
    const claims = intents.slice(at, at + claimsMax).map((intent) => JSON.stringify(desk.claim(intent)));
    const { answers, parked } = await desk.exchange({ claims });
    for (const { verdict } of answers)
      if (verdict.outcome !== 'confirmed') refused.push(JSON.stringify(verdict));
    refused.push(...parked.map(({ reason }) => reason));
  }
  if (refused.length > intents.length / 2)
    throw new Error(`${refused.length} were refused, as ${refused[0]}`);
}

const ubrns = (first: string, count: number) =>
  Array.from({ length: count }, (_, i) => first + String(i).padStart(11, '0'));

const given = [
  'Amina',
  'George',
  'Li',
  'Oluwaseun',
  'Bronwen',
  'Tomasz',
  'Fatima',
  'Alexander',
  'Ravi',
  'Ffion',
];
const family = [
  'Abernethy',
  'O’Sullivan',
  'Featherstonehaugh',
  'Ng',
  'Papadopoulos',
  'Al-Rashid',
  'Wren',
  'Li',
];

/** Number i of them: no two share a name and a birth date, which would be one person with two numbers. */
function person(
  ubrn: string,
  i: number,
  { service, specialty, clinicType }: typeof skin,
  born = `19${40 + (i % 50)}-0${1 + (i % 9)}-1${i % 10}`,
): string {
  const referredAt = new Date(Date.now() - 5 * dayMs).toISOString().slice(0, 10);
  return [
    ubrn,
    nhsNumber(i),
    family[i % family.length],
    given[i % given.length],
    born,
    practice,
    'Dr Ann Example',
    specialty,
    clinicType,
    i % 15 === 0 ? 'urgent' : 'routine',
    'shortlist',
    service,
    referredAt,
  ].join();
}

/** A number that passes, outside the range of the demonstration’s people (999). */
function nhsNumber(i: number): string {
  for (let nine = 998_700_000 + i * 7; ; nine += 1) {
    const check = nhsCheckDigit(String(nine));
    if (check !== undefined) return `${nine}${check}`;
  }
}

/** `expected`: what the command ends with; 1 where rows are left out. */
function load(data: string, rows: readonly string[], expected = 0): void {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-crowd-'));
  const file = join(folder, 'referrals.csv');
  const columns =
    'ubrn,nhs_number,family_name,given_name,birth_date,practice,referrer,specialty,clinic_type,priority,choice,shortlist,referred_at';
  writeFileSync(file, [columns, ...rows].join('\n'));
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['scripts/import.ts', '--referrals', file, '--data', data],
    { encoding: 'utf8' },
  );
  rmSync(folder, { recursive: true, force: true });
  if (status !== expected) throw new Error(`The referrals were not loaded: ${stdout}${stderr}`);
}
