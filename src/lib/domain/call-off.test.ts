import { describe, expect, it } from 'vitest';
import { canCallOff, claimAfterCallOff, type CallOff } from './call-off.ts';
import { claimSchema } from './claim.ts';
import {
  aReferral,
  aSlot,
  aVerdict,
  anAppointment,
  appointmentIdOf,
  bookClaim,
  claimIdOf,
  claimOf,
  clerk,
  colleague,
  monday,
  patientOf,
  refOf,
  serviceIdOf,
  ubrnAt,
} from './testing/samples.ts';
import { smallWorld } from './testing/small-world.ts';

const booking = bookClaim(1, [aSlot(1, 0), aSlot(1, 1)]);
const callOff: CallOff = { id: claimIdOf(9), author: colleague, at: monday };
const booked = aVerdict(booking.id, 4, { rank: 1, appointment: anAppointment(1, aSlot(1, 0)) });

describe('calling off', () => {
  it('becomes the cancellation of what was booked, the same one however often it is derived', () => {
    const claim = claimAfterCallOff(booking, callOff, booked);
    expect(claimSchema.parse(claim)).toEqual(claim);
    expect(claim).toMatchObject({
      id: callOff.id,
      author: colleague,
      intent: { kind: 'cancel', appointment: appointmentIdOf(1), from: refOf(aSlot(1, 0)) },
    });
    expect(claimAfterCallOff(booking, callOff, booked)).toEqual(claim);
  });

  it.each([
    ['refused', { outcome: 'refused', code: 'SLOT_NOT_AVAILABLE' } as const],
    ['so already by somebody else’s hand', { already: true, appointment: anAppointment(2, aSlot(1, 0)) }],
    ['attended', { appointment: anAppointment(1, aSlot(1, 0), { status: 'arrived' as const }) }],
  ])('comes to nothing where the booking was %s', (_what, over) => {
    expect(claimAfterCallOff(booking, callOff, { ...booked, ...over })).toBeUndefined();
  });

  it('is for bookings alone', () => {
    expect(canCallOff(booking)).toBe(true);
    expect(canCallOff(claimOf(2, { kind: 'defer', ubrn: ubrnAt(1), service: serviceIdOf(1) }))).toBe(false);
  });

  it.each([
    ['a practice', colleague],
    ['a patient', patientOf(ubrnAt(1))],
    ['a clinic', clerk],
  ])('%s gives a reason that the ledger takes from it', (_who, author) => {
    const deferral = { service: serviceIdOf(1), at: monday, contactBy: monday, reason: 'noTimes' } as const;
    const world = smallWorld().add(
      aReferral(1, { status: { state: 'open', closed: null, deferral: author === clerk ? deferral : null } }),
    );
    const asked = bookClaim(1, [aSlot(1, 0)], { author });
    const { appointment } = world.settle(asked);
    const after = claimAfterCallOff(asked, { ...callOff, author }, { ...booked, appointment });
    expect(after && world.settle(after)).toMatchObject({
      outcome: 'confirmed',
      appointment: { status: 'cancelled' },
    });
  });
});
