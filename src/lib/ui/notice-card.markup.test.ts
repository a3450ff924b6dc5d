// A notice takes the place of an older one. What the older one said must not be lost with it where somebody may believe it.
import { render } from 'svelte/server';
import { expect, test } from 'vitest';
import type { Notice } from '#lib/domain/notice.ts';
import type { Mode } from '#lib/domain/slot.ts';
import {
  aService,
  anAppointment,
  aSlot,
  monday,
  receptionist,
  refOf,
  ubrnAt,
  claimIdOf,
} from '#lib/domain/testing/samples.ts';
import NoticeCard from './NoticeCard.svelte';
import { timeWords } from './time-words.ts';

const [before, now] = [aSlot(1, 0), aSlot(1, 1)];
const appointment = { ...anAppointment(1, now), status: 'cancelled' } as const;
const moved = { ...appointment, moved: { at: monday, by: 'practice', from: refOf(before) } } as const;
const notice = {
  id: 'n1',
  scope: receptionist.scope,
  ubrn: ubrnAt(1),
  appointment: appointment.id,
  claim: claimIdOf(2),
  event: 'cancelled',
  by: 'practice',
  at: monday,
  slot: refOf(now),
  was: null,
  reason: null,
  code: null,
  tell: true,
  attempts: 0,
  done: null,
} as unknown as Notice;

const said = (history: readonly (typeof appointment | typeof moved)[], reader: 'staff' | 'patient') =>
  render(NoticeCard, {
    props: {
      notice,
      serviceOf: () => aService(1),
      modeOf: (): Mode => 'inPerson',
      now: monday,
      reader,
      history,
    },
  })
    .body.replace(/<!--.*?-->/g, '')
    .replace(/<[^>]+>/g, '')
    .replace(/\s+/g, ' ');

test.each(['staff', 'patient'] as const)(
  'moved, and cancelled before anybody was told of the move: to the %s both times are off',
  (reader) => {
    expect(said([moved], reader)).toContain(
      `Before it was moved it was on ${timeWords(before.start, 'inPerson')}. That is off too.`,
    );
    expect(said([moved], reader)).toContain(timeWords(now.start, 'inPerson'));
  },
);

test('cancelled and never moved: one time', () => {
  expect(said([appointment], 'staff')).not.toContain('Before it was moved');
  expect(said([], 'staff')).not.toContain('Before it was moved');
});
