/** A free time as screens list it: its terms, how a request names it, and where it is. */
import type { Service } from '#lib/domain/service.ts';
import { isSameSlot, type Slot, type SlotRef } from '#lib/domain/slot.ts';

export interface OfferedTime {
  readonly slot: Slot;
  readonly ref: SlotRef;
  readonly service: Service;
}

/** Who reads: staff see a service's own name, patients one that never reveals more than they were told. */
export type Reader = 'staff' | 'patient';

export const serviceName = (service: Service, reader: Reader) =>
  reader === 'staff' ? service.name : service.patientName;

export const rankOf = (chosen: readonly SlotRef[], ref: SlotRef) =>
  chosen.findIndex((one) => isSameSlot(one, ref)) + 1;

const ordinals = [
  'first',
  'second',
  'third',
  'fourth',
  'fifth',
  'sixth',
  'seventh',
  'eighth',
  'ninth',
  'tenth',
];

/** 1 → "first" */
export const ordinalWord = (rank: number) => ordinals[rank - 1] ?? `number ${rank}`;
