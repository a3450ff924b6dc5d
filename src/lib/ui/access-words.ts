/** Who did what with a record, in words. */
import { minuteMs, type Instant } from '#lib/domain/instant.ts';
import { roleLabel, type Role } from '#lib/domain/person.ts';
import { clockOrDay } from './uk-time.ts';

/** What the words need of an entry (structurally the same as the wire's). */
export interface Act {
  readonly kind: 'opened' | 'codeIssued' | 'signedInForPatient' | 'askedWho';
  readonly name: string;
  readonly role: Role | null;
  readonly at: Instant;
  readonly receivedAt: Instant;
}

/** An exchange now and then takes a minute; beyond this the two times say different things. */
const sameTimeMs = 5 * minuteMs;

export function actWho({ kind, name, role }: Act): string {
  if (kind === 'signedInForPatient') return 'Somebody acting for the patient';
  const who = name || 'A person who is no longer listed';
  return role ? `${who}, ${roleLabel[role]},` : who;
}

export function actWhat({ kind }: Act): string {
  switch (kind) {
    case 'opened':
      return 'opened the record';
    case 'codeIssued':
      return 'made a new access code';
    case 'signedInForPatient':
      return 'signed in with the access code';
    case 'askedWho':
      return 'had the patient’s name shown';
  }
}

/** Said only where the device's time and the server's differ by much; empty otherwise. */
export function actLate({ at, receivedAt }: Act, now: Instant): string {
  if (Math.abs(receivedAt - at) <= sameTimeMs) return '';
  return at > receivedAt
    ? `The clock of that device was ahead: we heard of it at ${clockOrDay(receivedAt, now)}.`
    : `We heard of it at ${clockOrDay(receivedAt, now)}: that device had no connection, or its clock was behind.`;
}
