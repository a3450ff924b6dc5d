/** What a load brings is what every device of its scopes reads: one row that cannot be read there is refused here. */
import { expect, test } from 'vitest';
import { clinicScope } from '#lib/domain/scope.ts';
import type { Load } from './load.ts';
import {
  claimId,
  code,
  northEyes,
  openSmallWorld,
  patient,
  personOf,
  referral,
  rita,
  service,
  ubrnNumber,
} from './testing/small-world.ts';

const practice = { code: code('C83003'), kind: 'practice', name: 'Ash', phone: '', town: '' } as const;

test('a load with one row that a device cannot read is refused whole, by its row and field and not by what stands there', async () => {
  const world = await openSmallWorld();
  const seq = () => world.readDb.selectFrom('head').select('seq').executeTakeFirstOrThrow();
  const before = [await seq(), await world.truth(rita)];
  const refused: readonly (readonly [Omit<Load, 'id'>, string])[] = [
    [{ referrals: [referral(5), referral(6, { referredAt: -1 })] }, 'referral 000000000006 has referredAt'],
    [{ referrals: [referral(6, { referredAt: Number.NaN })] }, 'referral 000000000006 has referredAt'],
    [{ referrals: [referral(6, { patient: patient(6, { birthDate: '61-8-6' }) })] }, 'has patient.birthDate'],
    [{ referrals: [referral(6, { patient: patient(6, { nhsNumber: '9990' }) })] }, 'has patient.nhsNumber'],
    [{ referrals: [referral(6, { practice: code('a81001') })] }, 'has practice'],
    [{ services: [service(northEyes, { lat: Number.NaN })] }, 'service RXX01-eyes has lat'],
    [{ services: [service(northEyes, { ageTo: 0.5 })] }, 'service RXX01-eyes has ageTo'],
    [{ organisations: [practice, { ...practice, code: code('ash') }] }, 'organisation ash has code'],
    [{ people: [{ ...personOf(rita), scope: clinicScope(code('rxx')) }] }, 'person rita has scope'],
  ];
  for (const [n, [load, said]] of refused.entries())
    await expect(
      world.clerk.load({ organisations: [practice], ...load, id: claimId(0xff_0100 + n) }),
    ).rejects.toThrow(new RegExp(`^load: .*${said} that no device can read$`));
  expect([await seq(), await world.truth(rita)]).toEqual(before);
  expect(await world.readDb.selectFrom('organisation').select('code').execute()).toHaveLength(2);
});

test('what is taken passes as it is, with what is unknown to this version left in', async () => {
  const world = await openSmallWorld();
  const more = { ...service(northEyes), parking: 'none' };
  await world.clerk.load({ id: claimId(0xff_0101), services: [more], referrals: [referral(6)] });
  const { body } = await world.readDb
    .selectFrom('service')
    .select('body')
    .where('id', '=', northEyes)
    .executeTakeFirstOrThrow();
  expect(JSON.parse(body)).toEqual(more);
  expect((await world.truth(rita)).some(({ key }) => key === ubrnNumber(6))).toBe(true);
});
