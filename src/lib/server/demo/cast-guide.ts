/** The cast for a visitor: who they are, and what to try with each. Shown at /about/demo, so in the words of the screens. */
import { castRoles, demoCast, type CastMember, type CastRole } from './cast.ts';
import { worldPractices } from './places.ts';

export interface Guided {
  readonly role: CastRole;
  readonly name: string;
  readonly ubrn: string;
  /** Undefined for a restricted patient: every device keeps this page. */
  readonly known: { readonly nhsNumber: string; readonly birthDate: string } | undefined;
  readonly situation: string;
  readonly practiceName: string;
  readonly tryThis: string;
}

/** Grouped as a visitor would look for them. */
export interface GuideGroup {
  readonly title: string;
  readonly people: readonly Guided[];
}

const tryThis = {
  routine: 'Choose between five hospitals and book. Name three times, best first, and see which one comes.',
  routineElsewhere: 'The same five hospitals from the other practice: two people can want one time here.',
  noTimes:
    'No hospital offered has a time. Ask the hospital to contact the patient; there is a date by which it must.',
  urgent: 'Urgent: near the top of the worklist, and its request is sent before others that wait.',
  suspectedCancer: 'Due today. Ask for a time unplugged, and see what happens when it waits for 15 minutes.',
  booked: 'Booked and told. Move the appointment, or cancel it with a reason.',
  bookedSkin: 'Has the time that Helen Marsh and Patrick Nolan wanted.',
  bookedLower:
    'The first choice was taken, the second is booked. Nobody has told her: look under Needs attention.',
  refused: 'Asked for last night, and the time was taken. Choose another from the ones beside it.',
  cancelledByClinic: 'The hospital took the time away. Book another, and write down that she was told.',
  deferred:
    'The hospital was asked to be in touch and still has time. Sign in at the hospital and give her a time.',
  overdue: 'The hospital should have been in touch by now. See how the worklist says so.',
  triage: 'This hospital reviews the referral first, and has a date by which it must answer.',
  sameName: 'Search for Williams: two of one name whose birthdays are easily confused.',
  sameNameToo: 'The other Janet Williams.',
  child: 'A child. Book as a parent would, with the booking reference, on a phone.',
  restricted:
    'Search for her by the booking reference. Look for her address and telephone number: they are on no screen. Her name comes only when it is asked for, and stays on no device.',
  sameBirthday: 'Two of one name and one birthday: only the NHS number tells them apart.',
  sameBirthdayToo: 'The other David Jones.',
  twoReferrals: 'Two referrals. Book both, and see that one patient is booked for each.',
  twoReferralsToo: 'Her second referral, for her ears.',
  childBooked:
    'A child’s appointment, booked with the code from the letter. Sign in with “I’m doing this for someone else”, and see at the practice, under “Who opened this record”, that somebody acting for her did.',
  phoneOnly: 'The hospital books by telephone only. The screen has the number.',
  didNotAttend: 'Did not come. The referral is to be booked again.',
  setAside: 'Set aside while she thought it over, and back on the worklist today.',
} as const satisfies Record<CastRole, string>;

/** What to try with the rows of doubtful-rows.ts, in their order. */
const tryRows = [
  'Priya Sharma’s NHS number with another date of birth: two figures changed places. Say that it is her, and the referral comes to the worklist.',
  'Alan Priddy’s name and date of birth under another NHS number: one person with two numbers, or two people. Say which.',
  'Gwen Pascoe, without an NHS number. Nobody at the practice has that name: say that it is not yours.',
] as const;

/** Where the rows needing a person are, and what to try with them. */
export function rowsGuide(): { readonly practiceName: string; readonly tryThis: readonly string[] } {
  const { practice } = demoCast.booked;
  const found = worldPractices('region').find(({ code }) => code === practice);
  return { practiceName: found?.name ?? practice, tryThis: tryRows };
}

const groups = {
  'Needs a time': ['routine', 'routineElsewhere', 'urgent', 'suspectedCancer', 'setAside', 'didNotAttend'],
  'Something happened overnight': ['bookedLower', 'bookedSkin', 'refused', 'cancelledByClinic'],
  Booked: ['booked', 'childBooked'],
  'No times to choose from': ['noTimes', 'phoneOnly', 'triage', 'deferred', 'overdue'],
  'Whom not to confuse, and what not to show': [
    'sameName',
    'sameNameToo',
    'sameBirthday',
    'sameBirthdayToo',
    'twoReferrals',
    'twoReferralsToo',
    'child',
    'restricted',
  ],
} as const satisfies Record<string, readonly CastRole[]>;

export function castGuide(): readonly GuideGroup[] {
  const practices = new Map(worldPractices('region').map(({ code, name }) => [code, name]));
  const guided = (role: CastRole): Guided => {
    const {
      givenName,
      familyName,
      practice,
      ubrn,
      nhsNumber,
      birthDate,
      situation,
      isRestricted,
    }: CastMember = demoCast[role];
    const practiceName = practices.get(practice) ?? practice;
    const name = isRestricted ? 'Restricted record' : `${givenName} ${familyName}`;
    const known = isRestricted ? undefined : { nhsNumber, birthDate };
    return { role, name, ubrn, known, situation, practiceName, tryThis: tryThis[role] };
  };
  const listed: readonly CastRole[] = Object.values(groups).flat();
  const missing = castRoles.filter((role) => !listed.includes(role));
  if (missing.length > 0) throw new Error(`the guide leaves out ${missing.join()}`);
  return Object.entries(groups).map(([title, roles]) => ({ title, people: roles.map(guided) }));
}
