import { describe, expect, it } from 'vitest';
import type { Intent } from './claim.ts';
import type { NoticeId } from './ids.ts';
import { hourMs } from './instant.ts';
import type { Notice } from './notice.ts';
import type { Author } from './person.ts';
import {
  aSlot,
  appointmentIdOf,
  bookClaim,
  claimIdOf,
  claimOf,
  clerk,
  colleague,
  gp,
  patientOf,
  receptionist,
  refOf,
  stranger,
  ubrnAt,
} from './testing/samples.ts';
import { smallWorld, type SmallWorld } from './testing/small-world.ts';

const one = ubrnAt(1);
const patient = patientOf(one);

/** Booked by the practice while the patient was not there; the task to tell them stands. */
function booked(): { world: SmallWorld; notice: NoticeId } {
  const world = smallWorld();
  world.settle(bookClaim(1, [aSlot(1, 0)]));
  world.now += hourMs;
  return { world, notice: taskOf(world) };
}

function tasks(world: SmallWorld, scope = receptionist.scope): readonly Notice[] {
  return world.standing().filter((notice) => notice.scope === scope && notice.tell);
}

function taskOf(world: SmallWorld): NoticeId {
  const [notice] = tasks(world);
  if (!notice) throw new Error('nobody is to be told');
  return notice.id;
}

let claims = 50;
/** An hour after whatever was settled last. */
function settle(world: SmallWorld, intent: Intent, author: Author = receptionist) {
  world.now += hourMs;
  claims += 1;
  return world.settle(claimOf(claims, intent, { author }));
}
const tell = (world: SmallWorld, notice: NoticeId, how: 'phone' | 'noAnswer' = 'phone') =>
  settle(world, { kind: 'acknowledge', notice, told: { how } });
/** The note that counts, unless another is named. */
const retract = (world: SmallWorld, notice: NoticeId, author?: Author, noted = noteOf(world, notice)) =>
  settle(world, { kind: 'retract', notice, noted }, author);
const noteOf = (world: SmallWorld, notice: NoticeId) =>
  world.notices.get(notice)?.done?.claim ?? claimIdOf(claims);

describe('a note that the patient was told, taken back', () => {
  it.each([
    ['by whoever noted it', receptionist],
    ['by a colleague', colleague],
    ['by a GP', gp],
  ])('%s: the task stands again, as it was', (_, author) => {
    const { world, notice } = booked();
    tell(world, notice, 'noAnswer');
    const before = world.notices.get(notice);
    tell(world, notice);
    expect(tasks(world)).toEqual([]);
    expect(retract(world, notice, author)).toMatchObject({ outcome: 'confirmed', already: false });
    expect(tasks(world)).toMatchObject([{ ...before }]);
    expect(before).toMatchObject({ attempts: 1, done: null });
  });

  it('twice: it is so already', () => {
    const { world, notice } = booked();
    tell(world, notice);
    const noted = noteOf(world, notice);
    retract(world, notice);
    expect(retract(world, notice, colleague, noted)).toMatchObject({ outcome: 'confirmed', already: true });
    expect(tasks(world)).toHaveLength(1);
  });

  it('a note that comes after it was taken back does not count, as after a restore', () => {
    const { world, notice } = booked();
    const noted = claimIdOf(900);
    expect(retract(world, notice, receptionist, noted)).toMatchObject({
      outcome: 'confirmed',
      already: false,
    });
    const told = { kind: 'acknowledge', notice, told: { how: 'phone' } } as const;
    expect(world.settle(claimOf(900, told))).toMatchObject({
      outcome: 'confirmed',
      already: true,
      effects: [],
    });
    expect(tasks(world)).toHaveLength(1);
  });

  it('a colleague who has told the patient since is not undone by one who comes late', () => {
    const { world, notice } = booked();
    tell(world, notice);
    const noted = noteOf(world, notice);
    retract(world, notice, colleague);
    tell(world, notice);
    expect(retract(world, notice, receptionist, noted)).toMatchObject({
      outcome: 'confirmed',
      already: true,
    });
    expect(tasks(world)).toEqual([]);
  });

  it('a patient who has booked for themself since, and a time that is past, are not to be told of', () => {
    const { world, notice } = booked();
    tell(world, notice);
    const held = world.appointments.get(appointmentIdOf(1));
    if (!held) throw new Error('nothing is booked');
    world.now = held.slot.start;
    expect(retract(world, notice)).toMatchObject({ outcome: 'refused', code: 'INVALID_REQUEST_STATE' });

    const other = smallWorld();
    other.settle(bookClaim(1, [aSlot(1, 0)]));
    settle(
      other,
      { kind: 'cancel', appointment: held.id, from: held.slot, reason: 'CLINIC_CANCELLED' },
      clerk,
    );
    const cancelled = taskOf(other);
    tell(other, cancelled);
    settle(
      other,
      { kind: 'book', ubrn: one, appointment: appointmentIdOf(2), choices: [refOf(aSlot(1, 1))] },
      patient,
    );
    expect(retract(other, cancelled)).toMatchObject({ outcome: 'refused', code: 'INVALID_REQUEST_STATE' });
    expect(tasks(other)).toEqual([]);
  });

  it('and told after all: that counts, and can be taken back as well', () => {
    const { world, notice } = booked();
    tell(world, notice);
    retract(world, notice);
    expect(tell(world, notice)).toMatchObject({ outcome: 'confirmed', already: false });
    expect(tasks(world)).toEqual([]);
    expect(retract(world, notice)).toMatchObject({ outcome: 'confirmed', already: false });
  });

  it('what newer news has ended is not to be told any more; the newer news can be', () => {
    const { world, notice } = booked();
    tell(world, notice);
    const held = world.appointments.get(appointmentIdOf(1));
    if (!held) throw new Error('nothing is booked');
    const cancelled = settle(
      world,
      { kind: 'cancel', appointment: held.id, from: held.slot, reason: 'CLINIC_CANCELLED' },
      clerk,
    );
    expect(cancelled).toMatchObject({ outcome: 'confirmed' });
    const newer = taskOf(world);
    expect(retract(world, notice)).toMatchObject({ outcome: 'refused', code: 'INVALID_REQUEST_STATE' });
    tell(world, newer);
    expect(retract(world, notice)).toMatchObject({ outcome: 'refused', code: 'INVALID_REQUEST_STATE' });
    expect(retract(world, newer)).toMatchObject({ outcome: 'confirmed', already: false });
    expect(tasks(world).map(({ id }) => id)).toEqual([newer]);
  });

  it('a refusal since then says nothing of it: both are to be told', () => {
    const { world, notice } = booked();
    tell(world, notice);
    const other = settle(world, {
      kind: 'move',
      appointment: appointmentIdOf(1),
      from: refOf(aSlot(1, 3)),
      choices: [refOf(aSlot(1, 1))],
    });
    expect(other).toMatchObject({ outcome: 'refused' });
    expect(retract(world, notice)).toMatchObject({ outcome: 'confirmed', already: false });
    expect(tasks(world)).toHaveLength(2);
  });

  it('what the patient has read themself stays so', () => {
    const { world, notice } = booked();
    const theirs = world.standing().find(({ scope }) => scope === patient.scope);
    if (!theirs) throw new Error('the patient does not hear of it');
    settle(world, { kind: 'acknowledge', notice: theirs.id }, patient);
    expect(world.notices.get(notice)?.done).toMatchObject({ how: 'online' });
    expect(retract(world, notice)).toMatchObject({ outcome: 'refused', code: 'INVALID_REQUEST_STATE' });
  });

  it('nothing is asked for again of one who has died', () => {
    const { world, notice } = booked();
    tell(world, notice);
    settle(world, { kind: 'close', ubrn: one, reason: 'PATIENT_DIED' }, gp);
    expect(retract(world, notice)).toMatchObject({ outcome: 'refused', code: 'INVALID_REQUEST_STATE' });
    expect(tasks(world)).toEqual([]);
  });

  it('what was only to be seen is no note that somebody was told', () => {
    const { world } = booked();
    const move = { kind: 'move', appointment: appointmentIdOf(1), from: refOf(aSlot(1, 0)) } as const;
    settle(world, { ...move, choices: [refOf(aSlot(1, 1))] }, patient);
    const seen = world
      .standing()
      .find(({ scope, tell: isToTell }) => scope === receptionist.scope && !isToTell);
    if (!seen) throw new Error('the practice does not hear of it');
    settle(world, { kind: 'acknowledge', notice: seen.id, told: { how: 'phone' } });
    expect(retract(world, seen.id)).toMatchObject({ outcome: 'refused', code: 'INVALID_REQUEST_STATE' });
  });

  it.each([
    ['another practice', stranger],
    ['the hospital', clerk],
    ['the patient', patient],
  ])('%s learns nothing of it', (_, author) => {
    const { world, notice } = booked();
    tell(world, notice);
    expect(retract(world, notice, author)).toMatchObject({ outcome: 'refused', code: 'NO_RELATIONSHIP' });
    expect(tasks(world)).toEqual([]);
    const heard = world.standing().filter(({ about }) => about === 'retract');
    expect(heard).toMatchObject([{ scope: author.scope, ubrn: null, tell: false }]);
  });

  it('refused, whoever asked hears of it, and what is still to be told stays', () => {
    const { world, notice } = booked();
    tell(world, notice);
    settle(world, { kind: 'close', ubrn: one, reason: 'TREATMENT_NO_LONGER_REQUIRED' }, gp);
    const before = tasks(world);
    expect(before).toMatchObject([{ event: 'cancelled' }]);
    expect(retract(world, notice)).toMatchObject({ outcome: 'refused', code: 'INVALID_REQUEST_STATE' });
    expect(tasks(world)).toEqual(before);
    expect(world.standing().filter(({ about }) => about === 'retract')).toMatchObject([
      { scope: receptionist.scope, event: 'refused', ubrn: one, tell: false },
    ]);
  });
});
