// Nothing outside its scope ever leaves the server, and a stranger who guesses learns nothing and gets nowhere quickly.
import { randomUUID } from 'node:crypto';
import { cityPractice, derek, hillsPractice, margaret, priya, royalInfirmary, skinClinic } from './cast.ts';
import { trySignIn, type Correspondent } from './letters.ts';
import { patientPhone, settles, timeButtons } from './screens.ts';
import { appointmentsOf, expect, test, timesFor } from './world.ts';

test('a patient’s session gets nothing of anyone else by any endpoint', async ({ world }) => {
  const desk = await world.as(cityPractice);
  const everyone = await desk.truth();
  const patient = await world.asPatient(margaret.ubrn);

  const own = await patient.truth();
  expect([...own.referrals.keys()]).toEqual([margaret.ubrn]);
  for (const { ubrn } of own.appointments.values()) expect(ubrn).toBe(margaret.ubrn);
  for (const { scope } of own.notices.values()) expect(scope).toBe(patient.scope);

  // Every door that a signed-in patient may try, and each word that may come out of it.
  const [time] = await timesFor(desk, skinClinic);
  const doors: readonly (() => Promise<Response>)[] = [
    () => patient.post(patient.envelope()),
    () => patient.fetch('/api/session'),
    () => patient.fetch('/api/directory'),
    () => patient.fetch(`/api/services/${skinClinic}/slots`),
    () => patient.post({ ...patient.envelope(), scope: cityPractice }),
    () => patient.post({ ...patient.envelope(), scope: royalInfirmary }),
    () => patient.post({ ...patient.envelope(), scope: `patient:${priya.ubrn}` }),
    () => patient.fetch(`/api/live?scopes=${cityPractice}`),
    () => patient.fetch(`/api/live?scopes=patient:${priya.ubrn}`),
    () => patient.post(patient.envelope({ claims: [letter(patient, priya.ubrn, time?.ref)] })),
  ];
  const others = [...everyone.referrals.values()].filter(({ ubrn }) => ubrn !== margaret.ubrn);
  for (const [i, door] of doors.entries()) {
    const response = await door();
    const said = await response.text();
    for (const { ubrn, patient: someone } of others) {
      const isNamed = said.includes(someone.nhsNumber) || (i !== doors.length - 1 && said.includes(ubrn));
      expect(isNamed, `${someone.familyName} by door ${i}`).toBe(false);
    }
    if (i >= 4 && i <= 8) expect(response.status, `door ${i}`).toBe(401);
  }

  // "Not yours" and "there is no such thing" are one answer, and neither does anything.
  const theirs = appointmentsOf(everyone, priya.ubrn)[0];
  const attempts = [
    { kind: 'book', ubrn: priya.ubrn, appointment: randomUUID(), choices: [time?.ref] },
    { kind: 'book', ubrn: '999999999999', appointment: randomUUID(), choices: [time?.ref] },
    { kind: 'cancel', appointment: theirs?.id, from: theirs?.slot, reason: 'PATIENT_ILL' },
    { kind: 'cancel', appointment: randomUUID(), from: theirs?.slot, reason: 'PATIENT_ILL' },
    { kind: 'move', appointment: theirs?.id, from: theirs?.slot, choices: [time?.ref] },
    { kind: 'close', ubrn: margaret.ubrn, reason: 'RAISED_IN_ERROR' },
    { kind: 'defer', ubrn: margaret.ubrn, service: skinClinic },
    {
      kind: 'publish',
      service: skinClinic,
      sessions: [
        { start: (time?.ref.start ?? 0) + 60_000, minutes: 20, count: 1, clinician: '', mode: 'inPerson' },
      ],
    },
    { kind: 'acknowledge', notice: [...everyone.notices.keys()][0] ?? 'none' },
  ];
  for (const intent of attempts) {
    const { verdict, alternatives } = await patient.ask(intent);
    expect(verdict, intent.kind).toMatchObject({
      outcome: 'refused',
      code: 'NO_RELATIONSHIP',
      appointment: null,
    });
    expect(alternatives, intent.kind).toEqual([]);
  }
  expect((await desk.truth()).appointments).toEqual(everyone.appointments);
});

test('a practice and a clinic see their own, and signed out there is nothing', async ({ world }) => {
  const city = await (await world.as(cityPractice)).truth();
  const hills = await (await world.as(hillsPractice)).truth();
  const clinic = await (await world.as(royalInfirmary)).truth();
  for (const ubrn of city.referrals.keys()) expect(hills.referrals.has(ubrn)).toBe(false);
  expect(hills.referrals.has(derek.ubrn)).toBe(true);
  const sentHere = new Set([...clinic.appointments.values()].map(({ ubrn }) => ubrn));
  for (const { ubrn, status } of clinic.referrals.values()) {
    const isTheirs = sentHere.has(ubrn) || status.deferral?.service.startsWith('RA701') === true;
    expect(isTheirs, ubrn).toBe(true);
  }
  // Nobody has booked her, so no hospital has heard of her.
  expect(clinic.referrals.has(margaret.ubrn)).toBe(false);

  const envelope = { protocol: 1, scope: cityPractice, cursor: null, claims: [], packs: {}, seen: [] };
  const headers = { 'content-type': 'application/json', origin: world.server.origin };
  const out = [
    await fetch(`${world.server.origin}/api/sync`, {
      method: 'POST',
      headers,
      body: JSON.stringify(envelope),
    }),
    await fetch(`${world.server.origin}/api/directory`),
    await fetch(`${world.server.origin}/api/services/${skinClinic}/slots`),
    await fetch(`${world.server.origin}/api/live?scopes=${cityPractice}`),
  ];
  expect(out.map(({ status }) => status)).toEqual([401, 401, 401, 401]);
});

test('another site’s page cannot make a browser speak for its person', async ({ world }) => {
  const desk = await world.as(cityPractice);
  const response = await fetch(`${world.server.origin}/api/sync`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: 'https://evil.example', cookie: desk.cookie },
    body: JSON.stringify(desk.envelope()),
  });
  expect(response.status).toBe(401);
});

test('guessing at references is slowed and uniform, and never locks the patient out', async ({ world }) => {
  const { code, birthYear } = await world.patient(margaret.ubrn);
  const kind = 'patient';
  const guesses = [
    { kind, ubrn: margaret.ubrn, code: 'CDFG HJKM NPQR', birthYear }, // the wrong code
    { kind, ubrn: margaret.ubrn, code, birthYear: birthYear + 1 }, // the wrong year
    { kind, ubrn: '999999999999', code, birthYear }, // no such reference
  ] as const;
  const tried = [];
  for (const guess of guesses) {
    const started = performance.now();
    const response = await trySignIn(world.server.origin, guess);
    tried.push({ status: response.status, said: await response.text(), ms: performance.now() - started });
    expect(response.headers.get('set-cookie')).toBeNull();
  }
  expect(new Set(tried.map(({ status, said }) => `${status} ${said}`)).size).toBe(1);
  expect(tried[0]?.status).toBe(401);
  // As long for what exists as for what does not, give or take a busy machine.
  for (const { ms } of tried) expect(ms).toBeGreaterThan(140);

  const started = performance.now();
  const flood = await Promise.all(
    Array.from({ length: 40 }, async (_, i) => {
      const ubrn = String(i).padStart(12, '0');
      const response = await trySignIn(world.server.origin, {
        kind,
        ubrn,
        code: 'CDFG HJKM NPQR',
        birthYear,
      });
      return response.status;
    }),
  );
  const seconds = (performance.now() - started) / 1000;
  expect(flood.filter((status) => status === 200)).toEqual([]);
  // Most are told to come back later; what got through took its turn.
  expect(flood.filter((status) => status === 429).length).toBeGreaterThan(10);
  expect(flood.filter((status) => status === 401).length / seconds).toBeLessThan(20);

  // From the same address, after all that: a wait, and in.
  await expect
    .poll(
      async () =>
        (await trySignIn(world.server.origin, { kind, ubrn: margaret.ubrn, code, birthYear })).status,
      {
        timeout: 20_000,
        intervals: [1_000],
      },
    )
    .toBe(200);
});

function letter(patient: Correspondent, ubrn: string, slot: unknown): string {
  return JSON.stringify(patient.claim({ kind: 'book', ubrn, appointment: randomUUID(), choices: [slot] }));
}

test('a patient who looks further sees more hospitals, and their phone is told no name that is for staff', async ({
  world,
}) => {
  const { page } = await patientPhone(world, margaret);
  await page.getByRole('link', { name: 'Choose a time' }).first().click();
  const hospitals = page.getByLabel('Hospital', { exact: true }).getByRole('option');
  await expect(timeButtons(page).first()).toBeVisible(settles);
  const offered = await hospitals.count();
  const fetched = page.waitForResponse(/\/api\/directory/);
  await page.getByLabel('Look at more hospitals').check();
  const { sites, terms } = (await (await fetched).json()) as {
    sites: unknown[];
    terms: { name: string; patientName: string; specialty: string; clinicTypes: string[] }[];
  };
  await expect.poll(() => hospitals.count(), settles).toBeGreaterThan(offered);
  expect(sites.length).toBeGreaterThan(offered);
  const { referrals } = await (await world.asPatient(margaret.ubrn)).truth();
  const kind = referrals.get(margaret.ubrn);
  for (const { name, patientName, specialty, clinicTypes } of terms) {
    expect(name).toBe(patientName);
    expect([specialty, clinicTypes]).toEqual([kind?.specialty, [kind?.clinicType]]);
  }
});
