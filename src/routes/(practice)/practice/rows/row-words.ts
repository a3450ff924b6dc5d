/** Rows needing a person, in words: what is in doubt, what would come of each answer, and what came of it. */
import type { Answered, RowRefusal } from '#lib/client/desk.ts';
import { formatLocalDate } from '#lib/domain/instant.ts';
import { formatNhsNumber } from '#lib/domain/nhs-number.ts';
import { roleLabel } from '#lib/domain/person.ts';
import { fullName } from '#lib/domain/referral.ts';
import type {
  Candidate,
  ForOperator,
  RowDoubt,
  RowPerson,
  SettledRow,
  WaitingRow,
} from '#lib/protocol/rows.ts';

/** A whole file is read by its lines, a bundle by its entries. */
export const whereFrom = ({ file, line }: Pick<WaitingRow, 'file' | 'line'>) =>
  `${file}, ${file.endsWith('.json') ? 'entry' : 'line'} ${line}`;

/** Family name first, as lists have it. */
export const nameOf = ({ familyName, givenName }: Pick<RowPerson, 'familyName' | 'givenName'>) =>
  `${familyName.toUpperCase()}, ${givenName}`;

export function titleOf({ person, forOperator }: Pick<WaitingRow, 'person' | 'forOperator'>): string {
  if (person) return nameOf(person);
  return forOperator === 'restricted' ? 'Restricted record' : 'A row that cannot be read any more';
}

const doubts: Record<RowDoubt, string> = {
  noNumber: 'The row has no NHS number.',
  notANumber: 'What the row has for an NHS number is not one.',
  otherBirthDate: 'The NHS number belongs to a patient with another date of birth.',
  otherName: 'The NHS number belongs to a patient whose family name and first letter are both different.',
  sameNameOtherNumber:
    'A patient with the same name and date of birth has another NHS number. It may be one person with two numbers, or two people.',
  numberOfTwo: 'The file gives this NHS number to two people who are not the same.',
  twoRecords: 'The old and the new NHS number belong to two records, which may be of one person.',
  none: 'What did not agree when the file came agrees now. It still takes somebody to say so.',
};

const operators: Record<ForOperator, string> = {
  others:
    'It may be about somebody whose record your practice cannot see here. Only whoever loads these files can find out: it is on their list too.',
  restricted:
    'It is about a restricted patient. Only whoever loads these files can settle it: it is on their list too.',
  referenceInUse:
    'Its booking reference belongs to a referral that is here already. Only whoever loads these files can find out which is right.',
  faulty:
    'It names a hospital service or another thing that is not here. Whoever loads these files has to put it right.',
};

/** What is the matter, in a sentence or two. */
export function inDoubt({ doubt, forOperator }: Pick<WaitingRow, 'doubt' | 'forOperator'>): string {
  // A reason why nobody here can settle it makes what else is in doubt idle.
  if (forOperator) return operators[forOperator];
  return doubts[doubt ?? 'none'];
}

export const numberOf = ({ nhsNumber, isNumberValid }: Pick<RowPerson, 'nhsNumber' | 'isNumberValid'>) =>
  isNumberValid ? formatNhsNumber(nhsNumber) : nhsNumber || 'None';

/** Why the row cannot be somebody new; empty where it can. */
export function whyNotNew({ mayBeNew, person }: Pick<WaitingRow, 'mayBeNew' | 'person'>): string {
  if (mayBeNew || !person) return '';
  return person.isNumberValid
    ? 'It cannot be made a new patient: this NHS number cannot be used for one.'
    : 'It cannot be made a new patient without a valid NHS number. Ask whoever sent the file for it.';
}

export const sexWords = { female: 'Female', male: 'Male', other: 'Other' } as const;

export interface Compared {
  readonly label: string;
  readonly row: string;
  readonly held: string;
  readonly isSame: boolean;
}

/** The row beside a patient, line by line. */
export function compared(person: RowPerson, held: Candidate): readonly Compared[] {
  const line = (label: string, row: string, theirs: string, isSame = plain(row) === plain(theirs)) => ({
    label,
    row,
    held: theirs,
    isSame,
  });
  return [
    line('Family name', person.familyName, held.familyName),
    line('Given name', person.givenName, held.givenName),
    line('Date of birth', formatLocalDate(person.birthDate), formatLocalDate(held.birthDate)),
    line(
      'NHS number',
      numberOf(person),
      formatNhsNumber(held.nhsNumber),
      person.nhsNumber === held.nhsNumber,
    ),
    // "Not said" disagrees with nothing.
    ...(person.sex ? [line('Sex', sexWords[person.sex], sexWords[held.sex])] : []),
  ];
}

const plain = (text: string) => text.trim().replace(/\s+/g, ' ').toLowerCase();

export type RowAnswer = Candidate | 'new' | 'notOurs';

/** What will happen, for the step before it does. */
export function willHappen(row: WaitingRow, as: RowAnswer): readonly string[] {
  const what = [row.specialty, row.clinicType].filter(Boolean).join(', ');
  if (as === 'notOurs')
    return [
      'The row leaves your list, and nothing of it comes in: nobody can book it.',
      'Whoever loads the files is told that your practice says it is not yours, and has to find out whose it is.',
    ];
  const whose =
    as === 'new'
      ? `A new patient is made: ${row.person ? `${fullNameOf(row.person)}, born ${formatLocalDate(row.person.birthDate)}, NHS number ${numberOf(row.person)}` : ''}.`
      : `The referral${what ? ` (${what})` : ''} becomes one of ${fullName(as)}, born ${formatLocalDate(as.birthDate)}, NHS number ${formatNhsNumber(as.nhsNumber)}.`;
  return [
    whose,
    as === 'new'
      ? `The referral${what ? ` (${what})` : ''} becomes theirs, and comes to your worklist.`
      : 'Their name, date of birth and NHS number stay as they are, whatever the row says. The referral comes to your worklist.',
    'It cannot be undone here: make sure that it is the right person.',
  ];
}

const fullNameOf = ({ givenName, familyName }: RowPerson) => `${givenName} ${familyName}`;

/** Whose it has become, for saying so afterwards; empty where nothing came in. */
export function whoseName(row: WaitingRow, as: RowAnswer): string {
  if (as === 'notOurs') return '';
  return as === 'new' ? (row.person ? fullNameOf(row.person) : '') : fullName(as);
}

export const confirmLabel = (as: RowAnswer): string =>
  as === 'new' ? 'Make a new patient' : as === 'notOurs' ? 'It is not ours' : 'It is this patient';

/** "Raj Patel (Receptionist)" */
export function whoSettled({ how, byName, byRole }: SettledRow): string {
  if (how === 'operator') return 'Whoever loads the files';
  return `${byName || 'A person who is no longer listed'}${byRole ? ` (${roleLabel[byRole]})` : ''}`;
}

const settledHow: Record<SettledRow['how'], string> = {
  patient: 'said which patient it is about, and the referral came in',
  new: 'said that it is about somebody new, and the referral came in',
  notOurs: 'said that it is not yours, so nothing came in',
  operator: 'has dealt with it',
};
export const howSettled = ({ how }: SettledRow): string => settledHow[how];

export const doneTitle: Record<SettledRow['how'], string> = {
  patient: 'The referral is in',
  new: 'The patient and the referral are in',
  notOurs: 'The row has left your list',
  operator: 'The row is settled',
};

const refusals: Record<RowRefusal, string> = {
  operatorOnly:
    'Not settled: it may be about somebody whose record your practice cannot see here. Only whoever loads these files can find out.',
  referenceInUse: 'Not settled: its booking reference belongs to a referral that is here already.',
  faulty:
    'Not settled: the row names something that is not here. Whoever loads these files has to put it right.',
  notACandidate:
    'Not settled: by what is known now, the row cannot be about that patient. Go back to the rows and look at it again.',
  numberUnusable: 'Not settled: its NHS number cannot be used for a new patient.',
};

export type WhyNot = Exclude<Answered<unknown>['kind'], 'ok'>;

const lineTrouble: Record<WhyNot, string> = {
  offline: 'There is no connection, so nothing was settled. Try again when it is back.',
  unknown:
    'No answer came, so we do not know whether it is settled. Try again: the same answer twice does no harm.',
  busy: 'The server is busy and nothing was settled. Wait a moment, then try again.',
  signedOut: 'You are signed out, so nothing was settled. Sign in and try again.',
  forbidden: 'You may no longer settle rows of this practice. Ask whoever gave you your sign-in.',
  notFound: 'This row is not on your practice’s list any more. It may have come in with a newer file.',
  closed: 'No answer came. Try again.',
};

export const notSettled = (why: WhyNot | RowRefusal): string =>
  why in refusals ? refusals[why as RowRefusal] : lineTrouble[why as WhyNot];

export const notShown: Record<WhyNot, { readonly title: string; readonly text: string }> = {
  offline: {
    title: 'This list needs a connection',
    text: 'Whom a row is about has to be compared with all that is held at this moment, and a row in doubt is kept on no device.',
  },
  unknown: { title: 'The list did not come', text: 'The server gave no answer. Try again.' },
  busy: { title: 'The server is busy', text: 'Wait a moment, then try again.' },
  signedOut: { title: 'You are signed out', text: 'Sign in to see the list.' },
  forbidden: {
    title: 'You may no longer see this practice’s rows',
    text: 'Ask whoever gave you your sign-in.',
  },
  notFound: { title: 'The list did not come', text: 'Try again.' },
  closed: { title: 'The list did not come', text: 'Try again.' },
};
