/**
 * The pack codec: a service's free slots as columns of variable-length integers, one packed text per service.
 * 100,000 slots as rows with ids are megabytes on the wire and seconds in IndexedDB; as columns they are kilobytes and milliseconds.
 *
 *   columns = base64( count, then per slot in order of start:
 *     minutes since the slot before · ordinal less (the ordinal before + 1), zigzag · run-length coded: length, clinician, mode )
 */
import type { ServiceId } from '#lib/domain/ids.ts';
import { instantMax, minuteMs, type Instant } from '#lib/domain/instant.ts';
import { ordinalMax, type Mode, type Slot } from '#lib/domain/slot.ts';
import { decodeBase64, encodeBase64 } from './base64.ts';
import type { Pack } from './exchange.ts';

const modes = ['inPerson', 'phone', 'video'] as const satisfies readonly Mode[];
/** More slots than any one service opens in a year; an edge against a hostile or broken pack. */
export const packSlotsMax = 50_000;

/** Slots as typed arrays, in order of start: what queries scan. */
export interface PackColumns {
  readonly service: ServiceId;
  readonly revision: string;
  readonly asOf: Instant;
  readonly count: number;
  readonly starts: Float64Array;
  readonly ordinals: Int32Array;
  readonly minutes: Uint16Array;
  readonly clinicians: Uint16Array;
  readonly clinicianNames: readonly string[];
  readonly modes: Uint8Array;
}

export function encodePack(
  service: ServiceId,
  revision: string,
  asOf: Instant,
  slots: readonly Slot[],
): Pack {
  // A pack holds no more, and no service should need it: the earliest are what anybody looks for.
  const ordered = slots.toSorted((a, b) => a.start - b.start || a.ordinal - b.ordinal).slice(0, packSlotsMax);
  const names = [...new Set(ordered.map((slot) => slot.clinician))];
  const nameIndex = new Map(names.map((name, index) => [name, index]));
  const bytes: number[] = [];
  writeInt(bytes, ordered.length);
  let start = 0;
  for (const slot of ordered) {
    const minute = Math.round(slot.start / minuteMs);
    writeInt(bytes, minute - start);
    start = minute;
  }
  let ordinal = 0;
  for (const slot of ordered) {
    writeInt(bytes, zigzag(slot.ordinal - ordinal));
    ordinal = slot.ordinal + 1;
  }
  writeRuns(bytes, ordered, (slot) => slot.minutes);
  writeRuns(bytes, ordered, (slot) => nameIndex.get(slot.clinician) ?? 0);
  writeRuns(bytes, ordered, (slot) => modes.indexOf(slot.mode));
  return { service, revision, asOf, clinicians: names, columns: encodeBase64(Uint8Array.from(bytes)) };
}

/** Undefined when the text is not a pack: the caller quarantines it and asks for another. */
export function decodePack(pack: Pack): PackColumns | undefined {
  const bytes = decodeBase64(pack.columns);
  if (!bytes) return undefined;
  const reader = new Reader(bytes);
  const count = reader.int();
  if (count > packSlotsMax || count > bytes.length) return undefined;
  const starts = new Float64Array(count);
  const ordinals = new Int32Array(count);
  let minute = 0;
  for (let i = 0; i < count; i += 1) starts[i] = (minute += reader.int()) * minuteMs;
  let ordinal = 0;
  let areOrdinals = true;
  for (let i = 0; i < count; i += 1) {
    ordinal += unzigzag(reader.int());
    areOrdinals &&= ordinal >= 0 && ordinal <= ordinalMax;
    ordinals[i] = ordinal;
    ordinal += 1;
  }
  const minutes = reader.runs(new Uint16Array(count), 0xffff);
  const clinicians = reader.runs(new Uint16Array(count), pack.clinicians.length - 1);
  const modeIndexes = reader.runs(new Uint8Array(count), modes.length - 1);
  if (!reader.isDone() || !areOrdinals || minute * minuteMs > instantMax) return undefined;
  return {
    service: pack.service,
    revision: pack.revision,
    asOf: pack.asOf,
    count,
    starts,
    ordinals,
    minutes,
    clinicians,
    clinicianNames: pack.clinicians,
    modes: modeIndexes,
  };
}

export function slotAt(columns: PackColumns, index: number): Slot {
  return {
    service: columns.service,
    ordinal: columns.ordinals[index] ?? 0,
    start: columns.starts[index] ?? 0,
    minutes: columns.minutes[index] ?? 0,
    clinician: columns.clinicianNames[columns.clinicians[index] ?? 0] ?? '',
    mode: modes[columns.modes[index] ?? 0] ?? 'inPerson',
  };
}

/** Is revision `a` of a later state than `b`? A device never goes back to an older pack of one history. */
export function isNewerRevision(a: string, b: string): boolean {
  return Number(a.slice(0, a.indexOf('.'))) > Number(b.slice(0, b.indexOf('.')));
}

/**
 * Does a pack that came take the place of the one held? A later state does; so does one said later, since after a restore
 * the ledger counts from lower again. What comes late from a slow reply is neither.
 */
export function replacesPack(held: Pick<Pack, 'revision' | 'asOf'> | undefined, came: Pack): boolean {
  if (!held) return true;
  return isNewerRevision(came.revision, held.revision) || came.asOf > held.asOf;
}

function writeInt(bytes: number[], value: number): void {
  let rest = value;
  while (rest >= 0x80) {
    bytes.push((rest % 0x80) + 0x80);
    rest = Math.floor(rest / 0x80);
  }
  bytes.push(rest);
}

function writeRuns(bytes: number[], slots: readonly Slot[], value: (slot: Slot) => number): void {
  for (let i = 0; i < slots.length;) {
    const first = slots[i];
    if (!first) break;
    let end = i + 1;
    for (let next = slots[end]; next && value(next) === value(first); next = slots[end]) end += 1;
    writeInt(bytes, end - i);
    writeInt(bytes, value(first));
    i = end;
  }
}

const zigzag = (value: number) => (value < 0 ? -value * 2 - 1 : value * 2);
const unzigzag = (value: number) => (value % 2 === 1 ? -(value + 1) / 2 : value / 2);

/** Reads to the end and past it: a short text is noticed once, at the end, by `isDone`. */
class Reader {
  readonly #bytes: Uint8Array;
  #at = 0;
  #isBroken = false;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  int(): number {
    let value = 0;
    for (let scale = 1; scale < 2 ** 49; scale *= 0x80) {
      const byte = this.#bytes[this.#at];
      this.#at += 1;
      if (byte === undefined) break;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
    this.#isBroken = true;
    return 0;
  }

  /** A value above `max` would wrap around in the array and come out as another. */
  runs<T extends Uint8Array | Uint16Array>(target: T, max: number): T {
    for (let i = 0; i < target.length;) {
      const length = this.int();
      const value = this.int();
      if (length === 0 || i + length > target.length || value > max) {
        this.#isBroken = true;
        return target;
      }
      target.fill(value, i, i + length);
      i += length;
    }
    return target;
  }

  isDone(): boolean {
    return !this.#isBroken && this.#at === this.#bytes.length;
  }
}
