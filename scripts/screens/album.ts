// Every screen that the app has, by its routes, and the states in which each is pictured. A route that is not in here, a
// state that is neither pictured nor said to be impossible, a picture that is missing: each fails the run.
import { globSync } from 'node:fs';
import { dirname } from 'node:path';

/** What a screen may have to show besides its usual face. */
export const states = ['empty', 'loading', 'offline', 'stale', 'failed', 'many'] as const;
export type State = (typeof states)[number];

/** Who has to be signed in for a screen to be seen. */
export type Reader = 'anybody' | 'practice' | 'clinic' | `patient ${string}`;

export interface Screen {
  readonly reader: Reader;
  /** Whose referral it is about, where the path has one. */
  readonly about?: string;
  /** What its address asks for besides. */
  readonly asking?: string;
  /** A time has to be chosen first, at this path. */
  readonly chosenAt?: string;
  /** States that cannot be, and why. */
  readonly never: Readonly<Partial<Record<State, string>>>;
}

const written = 'it is text that was written with the app, and reads nothing';
const ageless = 'it shows nothing that can grow old';
const onePerson = 'it is about one person, and has no list that grows';
const oneAtATime = 'each request is made by hand, one for each patient: 300 would take weeks without a line';
const formless = 'it is a form that needs nothing but what is typed';
const fetched = 'it is fetched when it is opened, and without a line not shown';
const oneWeek = 'it shows one week of one clinic at a time';
const onePlace = 'a hospital has a few dozen clinics';

const text = { empty: written, loading: written, stale: written, failed: written, many: written };
const skin = '?service=RA701.dermatology';
const form = { many: onePerson };
const searched = 'it lists the first fifty that are found; clinic/no-times shows the rows of 300';

export const album: Readonly<Record<string, Screen>> = {
  '/': { reader: 'anybody', never: text },
  '/about': { reader: 'anybody', never: text },
  '/about/data': { reader: 'anybody', never: text },
  '/about/demo': {
    reader: 'anybody',
    never: { ...text, many: 'the people of the demonstration are a fixed few' },
  },
  '/tour': { reader: 'anybody', never: { stale: ageless, many: 'it has five steps' } },

  '/practice/sign-in': { reader: 'anybody', never: { stale: fetched, many: 'a practice has a few staff' } },
  '/practice': { reader: 'practice', never: {} },
  '/practice/attention': { reader: 'practice', never: {} },
  '/practice/waiting': { reader: 'practice', never: { many: oneAtATime } },
  '/practice/opened': { reader: 'practice', never: { stale: fetched } },
  '/practice/rows': { reader: 'practice', never: { stale: fetched } },
  '/practice/refer': { reader: 'practice', never: { many: onePerson } },
  '/practice/refer/[ubrn]': { reader: 'practice', about: 'Margaret Ashworth', never: {} },
  '/practice/refer/[ubrn]/check': { reader: 'practice', about: 'Margaret Ashworth', never: form },
  '/practice/referrals/[ubrn]': { reader: 'practice', about: 'Priya Sharma', never: form },
  '/practice/referrals/[ubrn]/arranged': { reader: 'practice', about: 'Ivor Pugh', never: form },
  '/practice/referrals/[ubrn]/cancel': { reader: 'practice', about: 'Priya Sharma', never: form },
  '/practice/referrals/[ubrn]/change': { reader: 'practice', about: 'Margaret Ashworth', never: {} },
  '/practice/referrals/[ubrn]/change/check': { reader: 'practice', about: 'Margaret Ashworth', never: form },
  '/practice/referrals/[ubrn]/check': {
    reader: 'practice',
    about: 'Margaret Ashworth',
    chosenAt: '/practice/referrals/[ubrn]/times',
    never: { many: 'ten times may be chosen at most' },
  },
  '/practice/referrals/[ubrn]/close': { reader: 'practice', about: 'Priya Sharma', never: form },
  '/practice/referrals/[ubrn]/contact': { reader: 'practice', about: 'Alan Priddy', never: form },
  '/practice/referrals/[ubrn]/opened': {
    reader: 'practice',
    about: 'Margaret Ashworth',
    never: { stale: fetched },
  },
  '/practice/referrals/[ubrn]/rang': { reader: 'practice', about: 'Ivor Pugh', never: form },
  '/practice/referrals/[ubrn]/set-aside': { reader: 'practice', about: 'Margaret Ashworth', never: form },
  '/practice/referrals/[ubrn]/sheet': { reader: 'practice', about: 'Margaret Ashworth', never: form },
  '/practice/referrals/[ubrn]/times': { reader: 'practice', about: 'Margaret Ashworth', never: {} },

  '/patient/sign-in': {
    reader: 'anybody',
    never: { empty: formless, loading: formless, stale: ageless, many: formless },
  },
  '/patient/lost-letter': { reader: 'anybody', never: text },
  '/patient/no-connection': { reader: 'anybody', never: text },
  '/patient': { reader: 'patient Priya Sharma', never: form },
  '/patient/cancel': { reader: 'patient Priya Sharma', never: form },
  '/patient/times': { reader: 'patient Margaret Ashworth', never: {} },
  '/patient/check': {
    reader: 'patient Margaret Ashworth',
    chosenAt: '/patient/times',
    never: { many: 'two times may be chosen at most' },
  },

  '/clinic/sign-in': { reader: 'anybody', never: { stale: fetched, many: 'one searches by name or town' } },
  '/clinic': { reader: 'clinic', never: {} },
  '/clinic/changes': { reader: 'clinic', never: {} },
  '/clinic/no-times': { reader: 'clinic', never: {} },
  '/clinic/waiting': { reader: 'clinic', never: { many: oneAtATime } },
  '/clinic/patients': { reader: 'clinic', never: { many: searched } },
  '/clinic/patients/[ubrn]': { reader: 'clinic', about: 'Helen Marsh', never: form },
  '/clinic/patients/[ubrn]/cancel': { reader: 'clinic', about: 'Helen Marsh', never: form },
  '/clinic/patients/[ubrn]/return': { reader: 'clinic', about: 'Brian Lacey', never: form },
  '/clinic/patients/[ubrn]/times': { reader: 'clinic', about: 'Helen Marsh', never: { many: oneWeek } },
  '/clinic/times': { reader: 'clinic', never: { many: onePlace } },
  '/clinic/times/add': { reader: 'clinic', asking: skin, never: { many: oneWeek } },
  '/clinic/times/take-away': { reader: 'clinic', asking: skin, never: { many: oneWeek } },
};

/** The worker's answer to every address, empty until the page that was asked for fills it. */
const faceless = '/shell';

/** The routes as the folders have them: "/practice/referrals/[ubrn]/times". */
export function routes(): string[] {
  return globSync('src/routes/**/+page.svelte')
    .map(
      (file) =>
        '/' +
        dirname(file)
          .split('/')
          .slice(2)
          .filter((part) => !part.startsWith('('))
          .join('/'),
    )
    .filter((route) => route !== faceless)
    .sort();
}

/** The route of an address. */
export function routeOf(url: string): string | undefined {
  const path = new URL(url).pathname.replace(/(.)\/$/, '$1');
  return Object.keys(album).find((route) => new RegExp(`^${route.replace(/\[\w+\]/g, '[^/]+')}$`).test(path));
}

export interface Picture {
  readonly name: string;
  readonly width: number;
  readonly route: string | undefined;
  /** Undefined: the screen as it is on an ordinary day, with whatever has just been done. */
  readonly state: State | undefined;
}

/** What the album and the folders say of each other that is not so. */
export function strangers(): string[] {
  const known = new Set(routes());
  return [
    ...[...known].filter((route) => !(route in album)).map((route) => `${route} is not in the album`),
    ...Object.keys(album).flatMap((route) => (known.has(route) ? [] : [`${route} is no route any more`])),
  ];
}

/** What is neither pictured nor said to be impossible, at each of these widths. */
export function gaps(pictures: readonly Picture[], widths: readonly number[]): string[] {
  return Object.entries(album).flatMap(([route, { never }]) =>
    widths.flatMap((width) =>
      [undefined, ...states]
        .filter((state) => !(state && never[state]))
        .filter((state) => !pictures.some((p) => p.route === route && p.width === width && p.state === state))
        .map((state) => `${width} ${route}: no picture of it ${state ?? 'as usual'}`),
    ),
  );
}

/** How many pictures there are of each screen in each state; letters stand for why there is none. */
export function table(pictures: readonly Picture[]): string {
  const reasons = [...new Set(Object.values(album).flatMap(({ never }) => Object.values(never)))];
  const letter = (why: string) => String.fromCharCode(97 + reasons.indexOf(why));
  const wide = Math.max(...Object.keys(album).map((route) => route.length));
  const line = (route: string, cells: readonly (number | string)[]) =>
    route.padEnd(wide) + cells.map((cell) => String(cell).padStart(8)).join('');
  const rows = Object.entries(album).map(([route, { never }]) =>
    line(
      route,
      [undefined, ...states].map((state) => {
        const why = state && never[state];
        return why
          ? letter(why)
          : pictures.filter((one) => one.route === route && one.state === state).length;
      }),
    ),
  );
  const key = reasons.map((why) => `  ${letter(why)}: ${why}`);
  return [line('', ['usual', ...states]), ...rows, 'Never, for', ...key].join('\n');
}
