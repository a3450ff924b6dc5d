/**
 * A handful of fixed people, the same in every world of every size and date, for tests and tours to find: their numbers,
 * names, places and what has happened to them. Invented, all of them. The lowest booking references are theirs.
 */
import type { Priority } from '#lib/domain/priority.ts';
import type { Patient } from '#lib/domain/referral.ts';

/** Two practices: the first in the city, the second in the hills. */
const city = 'L81015';
const hills = 'L81072';

/** Services whose terms the cast counts on: with free times, without any, reviewed by the hospital first, or by telephone. */
export const castTerms: Readonly<Record<string, 'open' | 'full' | 'triage' | 'phone'>> = {
  'RA701.dermatology': 'open',
  'RVJ01.dermatology': 'open',
  'RA773.dermatology': 'open',
  'RVJ21.dermatology': 'open',
  'RD130.dermatology': 'open',
  'RA701.cardiology': 'open',
  'RVJ01.cardiology': 'open',
  'RA708.ophthalmology': 'open',
  'RD130.ophthalmology': 'open',
  'RA701.ent': 'open',
  'RA701.2ww-skin': 'open',
  'RVJ01.2ww-skin': 'open',
  'RA701.neurology': 'full',
  'RVJ01.pain': 'triage',
  'RA701.respiratory': 'phone',
};

const skin = [
  'RA701.dermatology',
  'RVJ01.dermatology',
  'RA773.dermatology',
  'RVJ21.dermatology',
  'RD130.dermatology',
] as const;

export interface CastMember {
  readonly ubrn: string;
  readonly nhsNumber: string;
  readonly givenName: string;
  readonly familyName: string;
  readonly birthDate: string;
  readonly sex: 'female' | 'male';
  readonly practice: string;
  /** In a few words, for the list of whom a visitor may be. */
  readonly situation: string;
  readonly priority: Priority;
  readonly clinicType: string;
  /** The first is the one that whatever happened is about. */
  readonly shortlist: readonly string[];
  readonly choice: 'anywhere' | 'shortlist';
  readonly isRestricted?: true;
  /** Of numbers and postcodes that are nobody's; no one else here has them, so whoever looks for them finds this patient's alone. */
  readonly home?: Pick<Patient, 'phone' | 'address' | 'district'>;
  /** A second referral of somebody in the cast: that one's booking reference. */
  readonly samePatientAs?: string;
}

const routine = { priority: 'routine', choice: 'anywhere' } as const;

export const demoCast = {
  /** Nobody has booked it; five hospitals to choose from, all with free times. */
  routine: {
    ...routine,
    ubrn: '000049001017',
    nhsNumber: '9999800009',
    givenName: 'Margaret',
    familyName: 'Ashworth',
    birthDate: '1958-03-14',
    sex: 'female',
    practice: city,
    situation: 'Needs to choose a time',
    clinicType: 'Eczema and dermatitis',
    shortlist: skin,
  },
  /** The same hospitals, from the other practice. */
  routineElsewhere: {
    ...routine,
    ubrn: '000049001025',
    nhsNumber: '9999800025',
    givenName: 'Derek',
    familyName: 'Holloway',
    birthDate: '1949-11-02',
    sex: 'male',
    practice: hills,
    situation: 'Needs to choose a time',
    clinicType: 'Psoriasis',
    shortlist: skin,
  },
  /** The one hospital has no times. */
  noTimes: {
    ubrn: '000049001033',
    nhsNumber: '9999800041',
    givenName: 'Alan',
    familyName: 'Priddy',
    birthDate: '1964-07-30',
    sex: 'male',
    practice: city,
    situation: 'The hospital has no times',
    priority: 'routine',
    choice: 'shortlist',
    clinicType: 'Headache',
    shortlist: ['RA701.neurology'],
  },
  urgent: {
    ubrn: '000049001041',
    nhsNumber: '9999800068',
    givenName: 'Yusuf',
    familyName: 'Karimi',
    birthDate: '1971-01-19',
    sex: 'male',
    practice: city,
    situation: 'Needs to choose a time soon: urgent',
    priority: 'urgent',
    choice: 'anywhere',
    clinicType: 'Rapid access chest pain',
    shortlist: ['RVJ01.cardiology', 'RA701.cardiology'],
  },
  suspectedCancer: {
    ubrn: '000049001050',
    nhsNumber: '9999800084',
    givenName: 'Rosemary',
    familyName: 'Tuck',
    birthDate: '1955-09-08',
    sex: 'female',
    practice: city,
    situation: 'Needs to choose a time today: suspected cancer',
    priority: 'TWO_WEEK_WAIT',
    choice: 'shortlist',
    clinicType: 'Urgent suspected cancer: skin',
    shortlist: ['RA701.2ww-skin', 'RVJ01.2ww-skin'],
  },
  booked: {
    ...routine,
    ubrn: '000049001068',
    nhsNumber: '9999800106',
    givenName: 'Priya',
    familyName: 'Sharma',
    birthDate: '1968-04-22',
    sex: 'female',
    practice: city,
    situation: 'Has a time booked, and knows',
    clinicType: 'Glaucoma',
    shortlist: ['RA708.ophthalmology', 'RD130.ophthalmology'],
  },
  /** Holds the time that `bookedLower` and `refused` wanted. */
  bookedSkin: {
    ...routine,
    ubrn: '000049001076',
    nhsNumber: '9999800122',
    givenName: 'Colin',
    familyName: 'Bissex',
    birthDate: '1960-02-11',
    sex: 'male',
    practice: hills,
    situation: 'Has a time booked, and knows',
    clinicType: 'Psoriasis',
    shortlist: skin,
  },
  /** The first choice was taken; nobody has told her of the second yet. */
  bookedLower: {
    ...routine,
    ubrn: '000049001084',
    nhsNumber: '9999800149',
    givenName: 'Helen',
    familyName: 'Marsh',
    birthDate: '1979-06-27',
    sex: 'female',
    practice: city,
    situation: 'Booked, but not the first choice',
    clinicType: 'Acne',
    shortlist: skin,
  },
  /** Asked for overnight; the time was taken. */
  refused: {
    ...routine,
    ubrn: '000049001092',
    nhsNumber: '9999800165',
    givenName: 'Patrick',
    familyName: 'Nolan',
    birthDate: '1952-12-30',
    sex: 'male',
    practice: city,
    situation: 'The time asked for was taken',
    clinicType: 'Basal cell carcinoma',
    shortlist: skin,
  },
  cancelledByClinic: {
    ...routine,
    ubrn: '000049001106',
    nhsNumber: '9999800181',
    givenName: 'Grace',
    familyName: 'Okafor',
    birthDate: '1963-08-17',
    sex: 'female',
    practice: city,
    situation: 'The hospital cancelled the time',
    clinicType: 'Cataract',
    shortlist: ['RA708.ophthalmology', 'RD130.ophthalmology'],
  },
  /** The hospital has been asked to be in touch, and still has time to be. */
  deferred: {
    ...routine,
    ubrn: '000049001114',
    nhsNumber: '9999800203',
    givenName: 'Susan',
    familyName: 'Fry',
    birthDate: '1957-10-05',
    sex: 'female',
    practice: city,
    situation: 'The hospital will be in touch',
    clinicType: 'Epilepsy',
    shortlist: ['RA701.neurology'],
  },
  /** Asked for longer ago than the hospital may take. */
  overdue: {
    ubrn: '000049001122',
    nhsNumber: '9999800238',
    givenName: 'Brian',
    familyName: 'Lacey',
    birthDate: '1947-05-16',
    sex: 'male',
    practice: city,
    situation: 'The hospital should have been in touch by now',
    priority: 'urgent',
    choice: 'anywhere',
    clinicType: 'Stroke (not TIA)',
    shortlist: ['RA701.neurology'],
  },
  /** The hospital reviews first, then says what is next. */
  triage: {
    ubrn: '000049001130',
    nhsNumber: '9999800246',
    givenName: 'Katarzyna',
    familyName: 'Nowak',
    birthDate: '1984-03-03',
    sex: 'female',
    practice: city,
    situation: 'The hospital reviews the referral first',
    priority: 'routine',
    choice: 'shortlist',
    clinicType: 'Pain management',
    shortlist: ['RVJ01.pain'],
  },
  /** Two of one name at one practice, whose birthdays are easily confused. */
  sameName: {
    ...routine,
    ubrn: '000049001149',
    nhsNumber: '9999800262',
    givenName: 'Janet',
    familyName: 'Williams',
    birthDate: '1961-05-12',
    sex: 'female',
    practice: city,
    situation: 'Needs to choose a time; there is another Janet Williams',
    clinicType: 'Eczema and dermatitis',
    shortlist: skin,
  },
  sameNameToo: {
    ...routine,
    ubrn: '000049001157',
    nhsNumber: '9999800289',
    givenName: 'Janet',
    familyName: 'Williams',
    birthDate: '1961-12-05',
    sex: 'female',
    practice: city,
    situation: 'Needs to choose a time; there is another Janet Williams',
    clinicType: 'Cataract',
    shortlist: ['RA708.ophthalmology', 'RD130.ophthalmology'],
  },
  child: {
    ...routine,
    ubrn: '000049001165',
    nhsNumber: '9999800300',
    givenName: 'Noah',
    familyName: 'Begum',
    birthDate: '2019-06-01',
    sex: 'male',
    practice: city,
    situation: 'A child who needs a time',
    clinicType: 'Ear',
    shortlist: ['RA701.ent'],
  },
  /** Where she lives and how to reach her stay in the ledger. */
  restricted: {
    ...routine,
    ubrn: '000049001173',
    nhsNumber: '9999800327',
    givenName: 'Jane',
    familyName: 'Carver',
    birthDate: '1986-11-11',
    sex: 'female',
    practice: city,
    situation: 'Her address and telephone number are kept back',
    clinicType: 'Hair',
    shortlist: skin,
    isRestricted: true,
    home: { phone: '07700 900173', address: '13 Quiet Row, Bristol, BS99 9ZZ', district: 'BS99' },
  },
  /** Two of one name and one birthday at one practice: only the NHS number tells them apart. */
  sameBirthday: {
    ...routine,
    ubrn: '000049001181',
    nhsNumber: '9999800343',
    givenName: 'David',
    familyName: 'Jones',
    birthDate: '1954-02-18',
    sex: 'male',
    practice: city,
    situation: 'Needs to choose a time; another David Jones has the same birthday',
    clinicType: 'Cataract',
    shortlist: ['RD130.ophthalmology', 'RA708.ophthalmology'],
  },
  sameBirthdayToo: {
    ...routine,
    ubrn: '000049001190',
    nhsNumber: '9999800378',
    givenName: 'David',
    familyName: 'Jones',
    birthDate: '1954-02-18',
    sex: 'male',
    practice: city,
    situation: 'Needs to choose a time; another David Jones has the same birthday',
    clinicType: 'Glaucoma',
    shortlist: ['RA708.ophthalmology', 'RD130.ophthalmology'],
  },
  /** One patient, two referrals, both to book. */
  twoReferrals: {
    ...routine,
    ubrn: '000049001203',
    nhsNumber: '9999800386',
    givenName: 'Maureen',
    familyName: 'Fisher',
    birthDate: '1950-07-09',
    sex: 'female',
    practice: city,
    situation: 'Needs to choose a time, and has a second referral',
    clinicType: 'Cataract',
    shortlist: ['RA708.ophthalmology', 'RD130.ophthalmology'],
  },
  twoReferralsToo: {
    ...routine,
    ubrn: '000049001211',
    nhsNumber: '9999800386',
    givenName: 'Maureen',
    familyName: 'Fisher',
    birthDate: '1950-07-09',
    sex: 'female',
    practice: city,
    situation: 'The second referral of Maureen Fisher',
    clinicType: 'Ear',
    shortlist: ['RA701.ent'],
    samePatientAs: '000049001203',
  },
  /** A parent signed in with the letter and booked; the practice has not seen it yet. */
  childBooked: {
    ...routine,
    ubrn: '000049001220',
    nhsNumber: '9999800408',
    givenName: 'Ruby',
    familyName: 'Sawyer',
    birthDate: '2017-09-23',
    sex: 'female',
    practice: city,
    situation: 'A child whose parent booked the time',
    clinicType: 'Ear',
    shortlist: ['RA701.ent'],
  },
  /** The one hospital is booked by telephone alone. */
  phoneOnly: {
    ubrn: '000049001238',
    nhsNumber: '9999800424',
    givenName: 'Ivor',
    familyName: 'Pugh',
    birthDate: '1959-04-04',
    sex: 'male',
    practice: city,
    situation: 'The hospital books by telephone only',
    priority: 'routine',
    choice: 'shortlist',
    clinicType: 'Asthma',
    shortlist: ['RA701.respiratory'],
  },
  /** The time has passed, and the clinic wrote down that he did not come. */
  didNotAttend: {
    ...routine,
    ubrn: '000049001246',
    nhsNumber: '9999800440',
    givenName: 'Trevor',
    familyName: 'Lamb',
    birthDate: '1966-01-27',
    sex: 'male',
    practice: city,
    situation: 'Did not come to the appointment',
    clinicType: 'Psoriasis',
    shortlist: skin,
  },
  /** Wanted to think it over until the morning of the world. */
  setAside: {
    ...routine,
    ubrn: '000049001254',
    nhsNumber: '9999800467',
    givenName: 'Eileen',
    familyName: 'Corbett',
    birthDate: '1962-10-19',
    sex: 'female',
    practice: city,
    situation: 'Wanted to think it over until today',
    clinicType: 'Cataract',
    shortlist: ['RA708.ophthalmology', 'RD130.ophthalmology'],
  },
} as const satisfies Record<string, CastMember>;

export type CastRole = keyof typeof demoCast;
export const castRoles = Object.keys(demoCast) as readonly CastRole[];
