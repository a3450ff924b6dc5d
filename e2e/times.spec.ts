// The time itself: how it is held is said wherever it is named, and what is chosen can be read under the finger.
import { alan, cityPractice, fullClinic, margaret, royalInfirmary } from './cast.ts';
import {
  addTimes,
  attentionOf,
  chooseBooking,
  clinicDesk,
  confirmBooking,
  openAttention,
  openReferral,
  patientPhone,
  practiceDesk,
  requestOf,
  saved,
  settles,
  timeButtons,
} from './screens.ts';
import { ukDate } from './uk-clock.ts';
import { expect, test, type World } from './world.ts';

const byPhone = /by telephone \(the hospital rings\)/i;

test('a time by telephone: the list, the choice, the request, what needs attention, the sheet and the patient’s phone all say who rings', async ({
  world,
}) => {
  const clinic = await clinicDesk(world, royalInfirmary);
  const reader = await world.as(cityPractice, 'gp');
  const { now } = await reader.exchange();
  const day = ukDate(now + 9 * 86_400_000);
  await addTimes(clinic, fullClinic, day, '3:50pm', 1, 'By telephone');
  // What was added is said, and where it is.
  await expect(requestOf(clinic.page)).toContainText('Added:');

  const desk = await practiceDesk(world, cityPractice);
  const { page } = desk;
  await openReferral(desk, alan.ubrn);
  const [name = ''] = await chooseBooking(page, [0]);
  expect(name).toMatch(byPhone);
  await expect(page.getByRole('main')).toContainText(byPhone);
  await page.getByRole('link', { name: 'Change the times' }).click();
  await expect(page.getByRole('complementary', { name: 'Chosen times' })).toContainText(byPhone);
  await page.getByRole('link', { name: 'Check and confirm' }).click();
  await desk.goOffline();
  await confirmBooking(page);
  await expect(requestOf(page)).toContainText(saved);
  await expect(requestOf(page)).toContainText(byPhone);
  await desk.goOnline();
  await expect(page.getByText(/By telephone: the hospital rings the patient/)).toBeVisible(settles);
  await openAttention(desk);
  await expect(attentionOf(page, alan)).toContainText(byPhone, settles);
  await desk.goto(`/practice/referrals/${alan.ubrn}/sheet`);
  const sheet = page.getByRole('article', { name: 'Booking sheet' });
  const hospital = (await reader.truth()).services.get(fullClinic);
  await expect(sheet).toContainText(byPhone, settles);
  await expect(sheet).toContainText('You do not need to go anywhere');
  await expect(sheet).toContainText(hospital?.phone ?? 'no number');

  const mobile = await patientPhone(world, alan);
  await expect(mobile.page.getByText(/^They will phone you on /)).toBeVisible(settles);
  await expect(mobile.page.getByText('Is the number wrong?')).toBeVisible();
  await clinic.goto(`/clinic?day=${day}`);
  await expect(clinic.page.getByRole('listitem').filter({ hasText: 'PRIDDY, Alan' })).toContainText(byPhone);
});

/** Of what is written on what, 1 to 21; both opaque. */
function contrast([ink = '', paper = '']: readonly string[]): number {
  const [a = 0, b = 0] = [ink, paper].map((colour) => {
    const [red = 0, green = 0, blue = 0] = (colour.match(/[\d.]+/g) ?? []).slice(0, 3).map((part) => {
      const share = Number(part) / 255;
      return share <= 0.040_45 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  });
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}

const openers = {
  'at a practice': async (world: World) => {
    const desk = await practiceDesk(world, cityPractice);
    await desk.goto(`/practice/referrals/${margaret.ubrn}/times`);
    return desk.page;
  },
  'on a phone': async (world: World) => {
    const mobile = await patientPhone(world, margaret);
    await mobile.page.getByRole('link', { name: 'Choose a time' }).click();
    return mobile.page;
  },
};

for (const [where, open] of Object.entries(openers)) {
  // A finger leaves its hover behind, so this is how it looks after a tap as well.
  test(`a time that was just chosen ${where}, with the pointer still on it, can be read`, async ({
    world,
  }) => {
    const page = await open(world);
    const button = timeButtons(page).first();
    const colours = () =>
      button.evaluate((element) => {
        const { color, backgroundColor } = getComputedStyle(element);
        return [color, backgroundColor];
      });
    await expect(button).toBeVisible(settles);
    await button.hover();
    expect(contrast(await colours())).toBeGreaterThan(4.5);
    await button.click();
    await expect(button).toHaveAttribute('aria-pressed', 'true');
    await button.hover();
    expect(contrast(await colours())).toBeGreaterThan(4.5);
  });
}
