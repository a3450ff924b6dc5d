// People and places that every demonstration world has, whatever its size and date; what the app itself shows of them.
export const cityPractice = 'practice:L81015';
export const hillsPractice = 'practice:L81072';
/** The site whose skin clinic both practices refer to, and whose neurology clinic has no free times. */
export const royalInfirmary = 'clinic:RA701';
export const skinClinic = 'RA701.dermatology';
export const fullClinic = 'RA701.neurology';

export interface CastMember {
  readonly ubrn: string;
  readonly givenName: string;
  readonly familyName: string;
  readonly nhsNumber: string;
}

const member = (ubrn: string, nhsNumber: string, givenName: string, familyName: string): CastMember => ({
  ubrn,
  nhsNumber,
  givenName,
  familyName,
});

/** City practice, skin, routine, nobody has booked it. */
export const margaret = member('000049001017', '9999800009', 'Margaret', 'Ashworth');
/** Hills practice, the same hospitals. */
export const derek = member('000049001025', '9999800025', 'Derek', 'Holloway');
/** City practice; the one hospital has no times. */
export const alan = member('000049001033', '9999800041', 'Alan', 'Priddy');
/** City practice, urgent. */
export const yusuf = member('000049001041', '9999800068', 'Yusuf', 'Karimi');
/** City practice, urgent; the hospital was to have contacted him by now. */
export const brian = member('000049001122', '9999800238', 'Brian', 'Lacey');
/** City practice, has a time booked. */
export const priya = member('000049001068', '9999800106', 'Priya', 'Sharma');
/** City practice, skin, nobody has booked it; there is another of the same name. */
export const janet = member('000049001149', '9999800262', 'Janet', 'Williams');

/** City practice, skin, nobody has booked it: restricted. */
export const janeCarver = member('000049001173', '9999800327', 'Jane', 'Carver');

/** City practice, one patient with two referrals, both to book. */
export const maureen = member('000049001203', '9999800386', 'Maureen', 'Fisher');
export const maureenAgain = member('000049001211', '9999800386', 'Maureen', 'Fisher');

/** City practice; the one hospital is booked by telephone. */
export const ivor = member('000049001238', '9999800424', 'Ivor', 'Pugh');

export const fullName = ({ givenName, familyName }: CastMember) => `${givenName} ${familyName}`;
export const spacedUbrn = ({ ubrn }: CastMember) =>
  `${ubrn.slice(0, 4)} ${ubrn.slice(4, 8)} ${ubrn.slice(8)}`;
