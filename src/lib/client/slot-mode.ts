/**
 * How a named time is held. A request names its times by a print, which does not say it, but cannot be of another: an
 * appointment or a free time of that print says it, and where the time itself is gone from here, its neighbours do.
 */
import type { Appointment } from '#lib/domain/appointment.ts';
import type { Service } from '#lib/domain/service.ts';
import { isSameSlot, modeSchema, slotPrint, slotRef, type Mode, type SlotRef } from '#lib/domain/slot.ts';
import type { PackColumns } from '#lib/protocol/pack.ts';
import { findSlot } from './slot-search.ts';

/** `appointments`: all that are known, the cancelled ones too. Undefined: nothing here says it. */
export function slotMode(
  ref: SlotRef,
  appointments: Iterable<Appointment>,
  service: Service | undefined,
  columns: PackColumns | undefined,
): Mode | undefined {
  for (const { slot, mode } of appointments) if (isSameSlot(slot, ref)) return mode;
  if (!service || !columns) return undefined;
  const free = findSlot(columns, ref.ordinal);
  if (free && isSameSlot(slotRef(free, service.site), ref)) return free.mode;
  return modeByPrint(ref, service, columns);
}

/** The terms that this service's other times have, until some make this very print: chance does it once in millions. */
function modeByPrint({ start, print }: SlotRef, { site }: Service, columns: PackColumns): Mode | undefined {
  for (const minutes of new Set(columns.minutes)) {
    for (const clinician of new Set([...columns.clinicianNames, ''])) {
      for (const mode of modeSchema.options) {
        if (slotPrint({ start, minutes, clinician, mode }, site) === print) return mode;
      }
    }
  }
  return undefined;
}
