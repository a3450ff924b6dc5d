import { expect, test } from 'vitest';
import { aSlot, anAppointment } from '#lib/domain/testing/samples.ts';
import type { Row } from '#lib/protocol/exchange.ts';
import { aReply, cursorAt, deskScope, sentWith } from '#lib/sync/testing/replies.ts';
import { Mirror, type Picture } from './mirror.ts';
import { DexieStore } from './store/dexie-store.ts';
import { SlotsDb } from './store/slots-db.ts';
import { plainVault } from './vault.ts';

const slots = new SlotsDb('slots-of-the-mirror-test');
const openStore = () =>
  new DexieStore({
    scope: deskScope,
    vault: plainVault,
    slots,
    now: () => 0,
    onPacksLost(cause) {
      throw cause;
    },
  });

const appointment = (n: number): Row => {
  const row = anAppointment(n, aSlot(1, n));
  return { entity: 'appointment', key: row.id, row };
};
const gone = (n: number): Row => ({ ...appointment(n), row: null });

test('what another tab writes is seen: rows that come, change and go, however fast', async () => {
  const [here, there] = [openStore(), openStore()];
  const seen: Picture[] = [];
  const mirror = new Mirror(here, plainVault);
  mirror.follow(
    (picture) => seen.push(picture),
    (cause) => {
      throw cause;
    },
  );
  let seq = 0;
  const write = async (...rows: Row[]) => {
    const cursor = seq === 0 ? null : cursorAt(seq);
    seq += 1;
    await there.apply(aReply({ delta: { cursor: cursorAt(seq), rows } }), sentWith([], { cursor }));
  };
  const shown = () =>
    [...(seen.at(-1)?.truth.appointments.values() ?? [])].map(({ slot }) => slot.ordinal).sort();
  const shows = (...ordinals: number[]) => expect.poll(shown).toEqual(ordinals);

  await write(appointment(1), appointment(2), appointment(3));
  await shows(1, 2, 3);
  await write(gone(2), appointment(4));
  await shows(1, 3, 4);

  // Come and gone before anybody could look.
  await Promise.all([write(appointment(5)), write(gone(5), gone(1)), write(appointment(6), appointment(1))]);
  await shows(1, 3, 4, 6);

  await there.forget();
  await shows();
  mirror.stop();
  here.close();
  there.close();
});
