/** What has to be so once every fault is lifted, everybody is online and signed in, and nothing is left to do. */
import type { Appointment } from '#lib/domain/appointment.ts';
import type { Notice } from '#lib/domain/notice.ts';
import { localDate } from '#lib/domain/instant.ts';
import { project, type View } from '#lib/domain/project.ts';
import { textOf, type Referral } from '#lib/domain/referral.ts';
import { scopeKind } from '#lib/domain/scope.ts';
import type { Service } from '#lib/domain/service.ts';
import type { Row } from '#lib/protocol/exchange.ts';
import { decodePack, slotAt } from '#lib/protocol/pack.ts';
import { truthOf } from '#lib/sync/truth-rows.ts';
import type { Device } from '../device.ts';
import { slotKey, type Lane } from '../lanes/lane.ts';
import { heldClaims } from '../people/screen.ts';
import type { Oracle } from './oracle.ts';
import { isSameJson } from './same-json.ts';
import { isOwn, noticeSeen, owns, statusSeen, textSeen } from './scopes.ts';
import { sayVerdict } from './words.ts';

export async function judgeAtRest(
  oracle: Oracle,
  lane: Lane,
  devices: readonly Device[],
  now: number,
): Promise<void> {
  await tablesAreAsTold(oracle, lane);
  everyClaimIsTold(oracle, devices);
  everyCallOffIsDone(oracle, devices);
  for (const device of devices) {
    rowsAreTrue(oracle, device);
    packsAreTrue(oracle, device);
    screensAreTrue(oracle, device, now);
  }
}

async function tablesAreAsTold({ model, blame }: Oracle, lane: Lane): Promise<void> {
  const tables = await lane.tables();
  const differ = <K, V>(what: string, is: ReadonlyMap<K, V>, should: ReadonlyMap<K, V>) => {
    for (const [key, row] of should)
      if (!isSameJson(is.get(key), row)) blame('I11', `${what} ${String(key)} is not as the journal says`);
    for (const key of is.keys())
      if (!should.has(key)) blame('I11', `${what} ${String(key)} is in no entry of the journal`);
  };
  differ('appointment', tables.appointments, model.appointments);
  differ('notice', tables.notices, model.notices);
  differ('slot', new Map(tables.slots.map((slot) => [slotKey(slot), slot])), model.slots);
  for (const [ubrn, status] of tables.statuses) {
    if (!isSameJson(status, model.status(ubrn)))
      blame('I11', `referral ${Number(ubrn)} is not as the journal says`);
  }
  differ(
    'the text of referral',
    tables.texts,
    new Map([...model.referrals()].map((row) => [row.ubrn, { patient: row.patient.id, text: textOf(row) }])),
  );
  if (tables.claims !== model.verdicts.size)
    blame('I3', `${tables.claims} entries for ${model.verdicts.size} claims`);
  const held = [...tables.appointments.values()].filter(({ status }) => status !== 'cancelled');
  if (new Set(held.map(({ slot }) => slotKey(slot))).size !== held.length)
    blame('I1', 'two appointments hold one time');
  const booked = held.filter(({ status }) => status !== 'noshow');
  if (new Set(booked.map(({ ubrn }) => ubrn)).size !== booked.length)
    blame('I2', 'two appointments hold one referral');
}

/** I4 and I8: each claim that a device kept has its verdict there, and it is the one that is recorded. */
function everyClaimIsTold(oracle: Oracle, devices: readonly Device[]): void {
  const { model, blame } = oracle;
  const disks = new Map(devices.map((device) => [device.name, device.disk]));
  for (const [id, asked] of oracle.asks) {
    if (asked.fate !== 'held') continue;
    const name = oracle.nameOf(id);
    const record = disks.get(asked.device)?.claims.get(id);
    const recorded = model.verdicts.get(id);
    if (!record) blame('I8', `${name} is gone from ${asked.device}`);
    else if (asked.reportsDue > 0)
      blame('I4', `${name} was told otherwise, and the others do not hear of it`);
    else if (record.state === 'dismissed') {
      if (!oracle.mayBeDismissed(id)) blame('I8', `${name} counts as seen to, and nobody saw to it`);
    } else if (asked.isNewer) {
      if (record.state !== 'parked') blame('I8', `${name} is of a newer app, and ${record.state}`);
    } else if (record.state !== 'settled') blame('I9', `${name} is still ${record.state} on ${asked.device}`);
    else if (record.askAgain) blame('I9', `${name} is still to be asked again`);
    else if (!recorded)
      blame(
        'I4',
        `${name} was told ${asked.told ? sayVerdict(asked.told) : 'nothing'} and the ledger knows nothing of it`,
      );
    else if (!isSameJson(record.body.answer?.verdict, recorded)) {
      blame(
        'I4',
        `${name} was told ${asked.told ? sayVerdict(asked.told) : 'nothing'}, and it is ${sayVerdict(recorded)}`,
      );
    }
  }
}

/** A booking that was called off does not stand, unless it was somebody else's or somebody moved it since. */
function everyCallOffIsDone(oracle: Oracle, devices: readonly Device[]): void {
  const { model, blame, asks } = oracle;
  for (const [booking, callOff] of oracle.callOffs) {
    const asked = asks.get(booking);
    if (asked?.fate !== 'held' || asked.claim.intent.kind !== 'book') continue;
    const row = model.appointments.get(asked.claim.intent.appointment);
    if (row?.status !== 'booked') continue;
    const disk = devices.find(({ name }) => name === asked.device)?.disk;
    const isOwn = asked.told?.appointment?.id === row.id;
    // Its author may think again, and take back the cancellation that was to follow.
    const isTakenBack = asks.get(callOff.id)?.fate === 'gone';
    const isFollowed = isTakenBack || model.verdicts.has(callOff.id) || disk?.claims.has(callOff.id);
    if (isOwn && !isFollowed) blame('I4', `${oracle.nameOf(booking)} was called off, and it stands`);
  }
}

function rowsAreTrue(oracle: Oracle, { disk, scope, name }: Device): void {
  const { model, blame } = oracle;
  const should = new Set<string>();
  const is = <T>(entity: Row['entity'], key: string): T | undefined =>
    disk.rows.get(`${entity}|${key}`)?.row as T | undefined;
  const kind = scopeKind(scope);
  const isSeen = ({ slot, ubrn }: Appointment) =>
    kind === 'clinic' ? isOwn(slot.service, scope, model) : owns(ubrn, scope, model);
  const bookedHere = new Set<string>();
  for (const row of model.appointments.values()) {
    if (isOwn(row.slot.service, scope, model)) bookedHere.add(row.ubrn);
    if (!isSeen(row)) continue;
    should.add(`appointment|${row.id}`);
    if (!isSameJson(is<Appointment>('appointment', row.id), row))
      blame('I7', `${name} does not hold an appointment of referral ${Number(row.ubrn)} as it is`);
  }
  for (const row of model.notices.values()) {
    if (row.scope !== scope) continue;
    should.add(`notice|${row.id}`);
    const held = is<Notice>('notice', row.id);
    if (
      !isSameJson(
        held,
        noticeSeen(row, scope, model, (claim) => oracle.noteOf(claim)),
      )
    )
      blame('I7', `${name} does not hold a notice (${row.event}) as it is`);
  }
  for (const referral of model.referrals()) {
    const { ubrn } = referral;
    const status = model.status(ubrn);
    const isDeferredHere = status.deferral !== null && isOwn(status.deferral.service, scope, model);
    if (kind === 'clinic' ? !isDeferredHere && !bookedHere.has(ubrn) : !owns(ubrn, scope, model)) continue;
    should.add(`referral|${ubrn}`);
    const seen = statusSeen(status, scope, model, (claim) => oracle.noteOf(claim));
    const held = is<Referral>('referral', ubrn);
    if (!isSameJson(held?.status, seen))
      blame('I7', `${name} does not hold referral ${Number(ubrn)} as it is`);
    if (held && !isSameJson(textOf(held), textSeen(referral, scope, model)))
      blame('I7', `${name} does not hold what was written in referral ${Number(ubrn)}`);
    const { deferral, arranged, returned } = status;
    const named = [deferral, arranged, returned, model.holding(ubrn)?.slot].flatMap(
      (one) => one?.service ?? [],
    );
    for (const id of kind === 'clinic' ? [] : [...referral.shortlist, ...named]) {
      if (!is<Service>('service', id))
        blame('I7', `${name} does not hold the service ${id}, which it may offer or has to name`);
    }
  }
  for (const key of disk.rows.keys()) {
    if (!key.startsWith('service|') && !should.has(key))
      blame('I7', `${name} holds ${key}, which is no longer theirs`);
  }
}

function packsAreTrue(oracle: Oracle, { disk, name }: Device): void {
  const { model, blame } = oracle;
  for (const service of disk.wanted) {
    const pack = disk.packs.get(service);
    const columns = pack && decodePack(pack);
    if (!columns) {
      blame('I7', `${name} does not hold the times of ${service}`);
      continue;
    }
    const held = Array.from({ length: columns.count }, (_, index) => slotAt(columns, index));
    const free = model
      .slotsOf(service)
      .filter((slot) => !slot.isWithdrawn && !model.holder(slot) && slot.start > columns.asOf);
    const ordinals = (slots: readonly { ordinal: number; start: number }[]) =>
      slots
        .filter(({ start }) => start > columns.asOf)
        .map(({ ordinal }) => ordinal)
        .sort((a, b) => a - b)
        .join();
    if (ordinals(held) !== ordinals(free))
      blame('I7', `${name} shows other times of ${service} than are free`);
  }
}

/** What a person reads now is what is true. */
function screensAreTrue(oracle: Oracle, device: Device, now: number): void {
  const { disk, name } = device;
  const { model, blame } = oracle;
  const claims = [...disk.claims.values()].sort((a, b) => a.order - b.order);
  const view = project(truthOf(disk.rows.values(), disk.cursor), heldClaims(claims, device.read), now);
  if (view.open.length > 0) blame('I9', `${name} still shows ${view.open.length} requests without an answer`);
  everyoneIsListed(oracle, device, view, now);
  for (const { referral, appointment, place } of view.referrals) {
    const held = model.holding(referral.ubrn);
    const isShown = held && (disk.rows.has(`appointment|${held.id}`) || appointment !== undefined);
    if (
      isShown
        ? appointment?.id !== held.id || !isSameJson(appointment.slot, held.slot)
        : appointment !== undefined
    ) {
      blame('I4', `${name} shows referral ${Number(referral.ubrn)} as ${place}, and it is not`);
    }
  }
}

/** I10: each referral that is here stands in one list, and it is the one where people look for it. */
function everyoneIsListed(
  { model, blame }: Oracle,
  { name, disk, scope }: Device,
  view: View,
  now: number,
): void {
  const places = new Map(view.referrals.map(({ referral, place }) => [referral.ubrn, place]));
  for (const row of disk.rows.values()) {
    if (row.entity !== 'referral' || row.row === null) continue;
    const { ubrn } = row.row;
    const status = model.status(ubrn);
    const place = places.get(ubrn);
    const isBooked = disk.rows.has(`appointment|${model.holding(ubrn)?.id}`);
    const isClosed = model.status(ubrn).state === 'closed';
    // Whom a practice set aside, or booked by phone, is the practice's to remember; a clinic sees nothing of either.
    const isAside = owns(ubrn, scope, model) && status.aside !== undefined && scopeKind(scope) === 'practice';
    const isPut = isAside && (status.aside?.reviewOn ?? '') > localDate(now);
    const isElsewhere = scopeKind(scope) !== 'clinic' && status.arranged !== undefined;
    const isDeferred = row.row.status.deferral !== null;
    const isWaiting = !isClosed && !isBooked && !isDeferred && !isElsewhere && !isPut;
    if (place === undefined || (place === 'toBook') !== isWaiting || (place === 'closed') !== isClosed)
      blame('I10', `${name} lists referral ${Number(ubrn)} under ${place ?? 'nothing'}`);
  }
}
