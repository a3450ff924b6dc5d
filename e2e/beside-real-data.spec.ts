// An operator loads records of their own into a server on which the demonstration runs. From then on nobody is its staff.
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cityPractice, margaret } from './cast.ts';
import { patientPhone, practiceDesk, settles } from './screens.ts';
import { expect, test, type World } from './world.ts';

function importPractice(world: World): void {
  const path = join(world.data, 'practices.csv');
  writeFileSync(path, 'code,name\nB82099,The Real Surgery\n');
  const words = ['scripts/import.ts', '--practices', path, '--data', world.data];
  const { status, stderr } = spawnSync(process.execPath, words, { encoding: 'utf8' });
  expect(status, stderr).toBe(0);
}

test('who had chosen to be one of its staff is nobody, nobody else can be, and a patient stays signed in', async ({
  world,
}) => {
  const phone = await patientPhone(world, margaret);
  const desk = await practiceDesk(world, cityPractice);
  const reader = await world.as(cityPractice);
  importPractice(world);

  expect((await reader.post({ scope: cityPractice }, '/api/rows')).status).toBe(401);
  await desk.goto('/practice/sign-in');
  await expect(desk.page.getByText('Nobody can sign in here yet')).toBeVisible(settles);
  await desk.goto('/');
  await expect(desk.page.getByRole('link', { name: 'See it hold' })).toHaveCount(0);

  const kept = await phone.page.evaluate(
    async () => (await (await fetch('/api/session')).json()) as { isDemo: boolean; sessions: unknown[] },
  );
  expect(kept).toMatchObject({ isDemo: false, sessions: [{ author: { role: 'patient' } }] });
});
