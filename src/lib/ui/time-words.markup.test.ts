/**
 * "By telephone" was lost on the way from the list of times to the sheet that a patient takes home, and they were sent to a
 * hospital that would have rung them. Every component that names a time of an appointment names one by telephone here; one
 * that begins to, and is not here, fails the first test.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { createRawSnippet } from 'svelte';
import { render } from 'svelte/server';
import { describe, expect, test, vi } from 'vitest';
import type { Notice } from '#lib/domain/notice.ts';
import type { HeldClaim, ReferralView } from '#lib/domain/project.ts';
import type { Mode } from '#lib/domain/slot.ts';
import {
  aReferral,
  aService,
  anAppointment,
  aSlot,
  aVerdict,
  bookClaim,
  claimIdOf,
  monday,
  refOf,
} from '#lib/domain/testing/samples.ts';
import Alternatives from './Alternatives.svelte';
import AppointmentSummary from './AppointmentSummary.svelte';
import BookingSheet from './BookingSheet.svelte';
import ChoiceList from './ChoiceList.svelte';
import CloseTimes from './CloseTimes.svelte';
import NoticeCard from './NoticeCard.svelte';
import PatientAppointment from './PatientAppointment.svelte';
import RequestStatus from './RequestStatus.svelte';
import RequestTimes from './RequestTimes.svelte';
import TimeList from './TimeList.svelte';
import { howSentence } from './time-words.ts';
import When from './When.svelte';

vi.stubEnv('TZ', 'Europe/London');

const service = aService(1);
const now = monday;
const serviceOf = () => service;

function things(mode: Mode) {
  const slot = aSlot(1, 0, { mode });
  const ref = refOf(slot);
  const appointment = anAppointment(1, slot);
  const time = { slot, ref, service };
  const claim = bookClaim(1, [slot]);
  const referral = aReferral(1);
  const view: ReferralView = {
    referral,
    place: 'booked',
    due: slot.start,
    appointment,
    noLongerFits: false,
    history: [appointment],
    open: undefined,
    notices: [],
    hasBadNews: false,
    tasks: [],
    close: [],
  };
  const held: HeldClaim = {
    claim,
    isCalledOff: false,
    status: {
      state: 'settled',
      verdict: aVerdict(claim.id, 2, { already: true, appointment }),
      before: null,
      isDoubted: false,
    },
  };
  const notice = {
    ...({ id: 'n', scope: 'practice:A81001', ubrn: referral.ubrn, by: 'patient' } as unknown as Notice),
    event: 'booked',
    at: now,
    claim: claimIdOf(1),
    tell: true,
    appointment: appointment.id,
    slot: ref,
    was: null,
    code: null,
    reason: null,
    attempts: 0,
    done: null,
  } satisfies Notice;
  return { slot, ref, appointment, time, claim, view, held, notice, modeOf: () => mode };
}

type Things = ReturnType<typeof things>;
const children = createRawSnippet(() => ({ render: () => '<i></i>' }));

const components = {
  Alternatives: ({ time }: Things) =>
    render(Alternatives, {
      props: {
        times: [time],
        reader: 'staff',
        href: '/practice/referrals/000000000001/check',
        onChoose: () => undefined,
      },
    }).body,
  AppointmentSummary: ({ appointment }: Things) =>
    render(AppointmentSummary, {
      props: {
        appointment,
        service,
        reader: 'staff',
      },
    }).body,
  BookingSheet: ({ view }: Things) =>
    render(BookingSheet, {
      props: {
        view,
        services: [service],
        service: serviceOf,
        name: 'Jane Smith',
        code: '',
        address: 'example.org/patient',
        asOf: now,
        now,
      },
    }).body,
  ChoiceList: ({ time }: Things) => render(ChoiceList, { props: { choices: [time], reader: 'staff' } }).body,
  CloseTimes: ({ view, slot }: Things) =>
    render(CloseTimes, {
      props: {
        close: [
          {
            ubrn: view.referral.ubrn,
            service: service.id,
            start: slot.start,
            minutes: 20,
            mode: slot.mode,
            is: 'booked',
            isOverlap: true,
          },
        ],
        serviceOf,
        what: 'This time',
      },
    }).body,
  NoticeCard: ({ notice, modeOf }: Things) =>
    render(NoticeCard, {
      props: {
        notice,
        serviceOf,
        modeOf,
        now,
        reader: 'staff',
        children,
      },
    }).body,
  PatientAppointment: ({ appointment }: Things) =>
    render(PatientAppointment, { props: { appointment, service, phone: '' } }).body,
  RequestStatus: ({ held }: Things) => render(RequestStatus, { props: { held, now, reader: 'staff' } }).body,
  RequestTimes: ({ claim, modeOf }: Things) =>
    render(RequestTimes, {
      props: {
        intent: claim.intent,
        serviceOf,
        modeOf,
        reader: 'staff',
      },
    }).body,
  TimeList: ({ time }: Things) =>
    render(TimeList, {
      props: {
        times: [time],
        chosen: [],
        reader: 'staff',
        onToggle: () => undefined,
      },
    }).body,
  When: ({ slot }: Things) => render(When, { props: { at: slot.start, mode: slot.mode } }).body,
};

/** Say no time that anybody goes to: when something was done, what becomes of a request, or the sessions of a clinic, which name the way. */
const ofOtherThings = [
  'ClinicAttendance',
  'ClinicSessionPick',
  'ConnectionLine',
  'ContactTries',
  'PatientBanner',
  'PatientHow',
  'WithoutLine',
];

const text = (html: string) =>
  html
    .replace(/<!--.*?-->|<[^>]+>/gs, ' ')
    .replace(/\s+/g, ' ')
    .replaceAll(' ,', ',');

describe('who is rung, and who has to go', () => {
  test('every component that puts a time into words is looked at here', () => {
    const folder = 'src/lib/ui';
    const saysTimes = readdirSync(folder).filter(
      (file) =>
        file.endsWith('.svelte') &&
        /from '\.\/(uk-time|time-words|notice-words|request-words|close-words|refusal-words)\.ts'|from '\.\/When\.svelte'/.test(
          readFileSync(`${folder}/${file}`, 'utf8'),
        ),
    );
    const known = [...Object.keys(components), ...ofOtherThings];
    expect(
      saysTimes.map((file) => file.replace('.svelte', '')).filter((name) => !known.includes(name)),
    ).toEqual([]);
  });

  test.each(Object.entries(components))('%s says that a time is by telephone, and who rings', (_, show) => {
    expect(text(show(things('phone')))).toMatch(/by telephone \(the hospital rings\)/i);
  });

  test.each(Object.entries(components))('%s says that a time is by video', (_, show) => {
    expect(text(show(things('video')))).toMatch(/by video \(the hospital sends a link\)/i);
  });

  test.each(Object.entries(components))('%s says neither of a time in person', (_, show) => {
    expect(text(show(things('inPerson')))).not.toMatch(/telephone|video/i);
  });

  test.each(['AppointmentSummary', 'BookingSheet', 'PatientAppointment'] as const)(
    '%s gives the address to whoever has to go there, and to nobody else',
    (name) => {
      const show = components[name];
      expect(text(show(things('inPerson')))).toContain(service.address);
      expect(text(show(things('phone')))).not.toContain(service.address);
      expect(text(show(things('phone')))).toContain('not need to go anywhere');
    },
  );
});

test('a call is promised to nobody whose number is not held, and it is said what to do about it', () => {
  const summary = (phone: string) => {
    const { appointment } = things('phone');
    return text(render(AppointmentSummary, { props: { appointment, service, reader: 'staff', phone } }).body);
  };
  expect(summary('')).toContain('No number is held on which to ring');
  expect(summary('07700 900123')).toContain('rings the patient on 07700 900123');
  expect(summary('07700 900123')).not.toContain('No number');
  expect(howSentence('phone', '', 'you')).toContain('No number of yours is on record: ring the hospital');
  expect(howSentence('inPerson', '')).toBe('In person');
});

/** On the pages, a time of an appointment or of a request is never put into words without its way of being held. */
test('no page names the time of an appointment past the words for it', () => {
  const pages = readdirSync('src/routes', { recursive: true, encoding: 'utf8' }).filter((file) =>
    /\.(svelte|ts)$/.test(file),
  );
  expect(pages.length).toBeGreaterThan(50);
  const past = pages.flatMap((file) => {
    const source = readFileSync(`src/routes/${file}`, 'utf8');
    const bare = [...source.matchAll(/dayAndTime\(\s*[\w.?[\]]*(slot|ref|from|choice)\w*\??\.start/g)];
    const tags = [...source.matchAll(/<When\b[^>]*\b(slot|ref|from)\.start[^>]*>/gs)].filter(
      ([tag]) => !tag.includes('mode=') && !/show="(day|time)"/.test(tag),
    );
    return [...bare, ...tags].map(([found]) => `${file}: ${found}`);
  });
  expect(past).toEqual([]);
});
