/**
 * Judges a run when all is at rest: what was asked, what each person was told, the ledger's file and the screens. The
 * journal is judged entry by entry by the simulator's own oracle (sim/oracle), the rest is compared here.
 */
import { createHash } from 'node:crypto';
import { spawnSync } from 'node:child_process';
import { isDeepStrictEqual } from 'node:util';
import { claimSchema } from '#lib/domain/claim.ts';
import type { Verdict } from '#lib/domain/verdict.ts';
import { judge } from '../sim/oracle/judge.ts';
import { Model } from '../sim/oracle/model.ts';
import { sayVerdict } from '../sim/oracle/words.ts';
import type { JournalEntry } from '../sim/lanes/lane.ts';
import type { BrowserDevice } from './browser-device.ts';
import type { History } from './history.ts';
import { readLedger, type Ledger } from './ledger.ts';
import type { OnDisk } from './records.ts';
import type { Stage } from './stage.ts';

/** A claim as somebody's device holds it at the end. */
export interface Held {
  readonly device: string;
  readonly bytes: string;
  readonly verdict: Verdict | undefined;
  readonly state: string;
}

export interface Judged {
  readonly ledger: Ledger;
  readonly model: Model;
  readonly disks: ReadonlyMap<BrowserDevice, OnDisk>;
}

/** `before`: the last entry that was there when people began. */
export async function judgeLedger(stage: Stage, before: number, history: History): Promise<Judged> {
  const ledger = readLedger(stage.data);
  const disks = new Map<BrowserDevice, OnDisk>();
  const held = new Map<string, Held>();
  for (const desk of stage.browsers) {
    const disk = await desk.look(await desk.tab());
    if (!disk) history.blame('I8', `${desk.name} has lost its database`);
    else disks.set(desk, disk);
    for (const { id, state, sealed } of disk?.claims ?? []) {
      const { bytes, answer } = sealed.record;
      held.set(id, { device: desk.name, bytes, verdict: answer?.verdict, state });
    }
    nothingIsLost(desk, disk, history);
  }
  for (const { device } of stage.screenless) {
    for (const { id, bytes, verdict } of device.letters)
      held.set(id, { device: device.name, bytes, verdict, state: verdict ? 'settled' : 'sent' });
  }
  const entries = ledger.entries.filter(({ seq }) => seq > before);
  const model = judgeEntries(ledger, entries, before, held, history);
  everyoneWasToldTheTruth(entries, held, history);
  tablesAreAsTold(ledger, model, history);
  verify(stage.data, history);
  return { ledger, model, disks };
}

function nothingIsLost(desk: BrowserDevice, disk: OnDisk | undefined, history: History): void {
  const ids = new Set(disk?.claims.map(({ id }) => id));
  for (const id of desk.kept) if (!ids.has(id)) history.blame('I8', `${id} is gone from ${desk.name}`);
  const promised = [...desk.promised].filter((id) => !ids.has(id));
  if (promised.length > desk.vanished)
    history.blame('I8', `${desk.name} said that these were saved, and they are gone: ${promised.join(', ')}`);
  if (disk && disk.quarantined > 0)
    history.blame('I8', `${desk.name} cannot read ${disk.quarantined} of its records`);
}

function judgeEntries(
  { entries: all, services, referrals }: Ledger,
  entries: readonly JournalEntry[],
  before: number,
  held: ReadonlyMap<string, Held>,
  history: History,
): Model {
  const model = new Model({ services, referrals } as ConstructorParameters<typeof Model>[0]);
  const ignore = () => undefined;
  for (const entry of all) if (entry.seq <= before) model.apply(entry, ignore);
  for (const entry of entries) {
    const blame = (law: string, what: string) =>
      history.blame(law, `entry ${entry.seq}, ${entry.intent.kind} ${entry.claim}: ${what}`);
    const asked = held.get(entry.claim);
    if (!asked) blame('I3', 'nobody holds what was asked');
    else if (createHash('sha256').update(asked.bytes).digest('hex') !== entry.digest)
      blame('I3', 'settled by other bytes than its author holds');
    const claim = asked && claimSchema.safeParse(JSON.parse(asked.bytes)).data;
    if (claim) judge(entry, claim, model, blame);
    model.apply(entry, blame);
  }
  return model;
}

/** I3 and I4: one entry for each claim that was sent, and its author holds that entry's verdict. */
export function everyoneWasToldTheTruth(
  entries: readonly JournalEntry[],
  held: ReadonlyMap<string, Held>,
  history: Pick<History, 'blame' | 'count'>,
): void {
  const settled = new Map<string, JournalEntry>();
  for (const entry of entries) {
    if (settled.has(entry.claim)) history.blame('I3', `${entry.claim} was settled twice`);
    settled.set(entry.claim, entry);
  }
  for (const [id, { device, verdict, state }] of held) {
    const recorded = settled.get(id)?.verdict;
    const told = verdict ? sayVerdict(verdict) : `nothing (${state})`;
    history.count('told', verdict ? `${settled.get(id)?.intent.kind}: ${outcomeOf(verdict)}` : told);
    if (state === 'parked') history.blame('I9', `${device}: ${id} was set aside`);
    if (!recorded && verdict) history.blame('I4', `${device} was told ${told} of ${id}; nobody decided it`);
    else if (recorded && !isDeepStrictEqual(verdict, recorded) && state !== 'dismissed')
      history.blame('I4', `${device} was told ${told} of ${id}, and it is ${sayVerdict(recorded)}`);
  }
}

const outcomeOf = ({ outcome, code, already, rank }: Verdict) =>
  outcome === 'refused'
    ? `refused ${code}`
    : `confirmed${already ? ' already' : (rank ?? 1) > 1 ? ' a lower choice' : ''}`;

/** I1, I2 and I11, by an account of the journal that is not the product's. */
function tablesAreAsTold(ledger: Ledger, model: Model, history: History): void {
  for (const [id, row] of model.appointments)
    if (!isDeepStrictEqual(ledger.appointments.get(id), row))
      history.blame('I11', `appointment ${id} is not as the journal says`);
  for (const [id, row] of model.notices)
    if (!isDeepStrictEqual(ledger.notices.get(id), row))
      history.blame('I11', `notice ${id} is not as the journal says`);
  const held = [...ledger.appointments.values()].filter(({ status }) => status !== 'cancelled');
  const times = held.map(({ slot }) => `${slot.service}#${slot.ordinal}`);
  if (new Set(times).size !== times.length) history.blame('I1', 'two appointments hold one time');
  const booked = held.filter(({ status }) => status !== 'noshow').map(({ ubrn }) => ubrn);
  if (new Set(booked).size !== booked.length) history.blame('I2', 'two appointments hold one referral');
}

function verify(data: string, history: History): void {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['scripts/verify.ts', '--data', data], {
    encoding: 'utf8',
  });
  if (status !== 0) history.blame('I11', `npm run verify: ${(stdout + stderr).slice(-1_000)}`);
}
