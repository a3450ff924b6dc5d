// What `npm start` says of whom one can be: one of the staff, one patient with what is on their letter, and where to begin.
import type { DemoPeople } from '../src/lib/protocol/session.ts';

export function introductions({ staff, patients }: DemoPeople): readonly string[] {
  const receptionist = staff.find(({ role }) => role === 'receptionist');
  const patient = patients[0];
  return [
    '',
    'This is a demonstration; everybody in it is invented.',
    '  See it hold    /tour: five steps, three minutes',
    ...(receptionist
      ? [`  At a practice  /practice: ${receptionist.name}, receptionist, ${receptionist.organisationName}`]
      : []),
    ...(patient
      ? [
          `  As a patient   /patient: ${patient.name}`,
          `                 booking reference ${spaced(patient.ubrn)}`,
          `                 access code       ${patient.code}`,
          `                 year of birth     ${patient.birthYear}`,
        ]
      : []),
    '  Everybody else /about/demo',
    '',
  ];
}

const spaced = (ubrn: string) => `${ubrn.slice(0, 4)} ${ubrn.slice(4, 8)} ${ubrn.slice(8)}`;
