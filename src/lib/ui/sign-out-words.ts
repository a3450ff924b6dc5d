/** What signing out means while requests wait on this device: said before it is done, and on the page that it leads to. */

/** Requests of one desk that nobody has answered; no names of patients. */
export interface Left {
  readonly count: number;
  /** Of them urgent or suspected cancer. */
  readonly pressing: number;
  /** Whose they are; empty if it is not known. */
  readonly organisation: string;
}

const requests = (count: number) => (count === 1 ? '1 request is' : `${count} requests are`);

/** "4 requests are not sent, 2 of them urgent" */
export function leftWords({ count, pressing }: Pick<Left, 'count' | 'pressing'>): string {
  if (count === 0) return 'Everything has been sent';
  if (pressing === 0) return `${requests(count)} not sent`;
  if (count === 1) return '1 request is not sent, and it is urgent';
  return `${requests(count)} not sent, ${pressing} of them urgent`;
}

/** Where they are, and when they go. */
export function keptWords(left: Left, kind: 'practice' | 'clinic' | 'patient'): string {
  if (left.count === 0) return 'Nothing stays on this device.';
  const it = left.count === 1 ? 'It stays' : 'They stay';
  const goes = left.count === 1 ? 'goes' : 'go';
  const who =
    kind === 'patient' ? 'you sign in' : `somebody of ${left.organisation || `that ${kind}`} signs in`;
  return `${it} on this device, and ${goes} when ${who} on it with a connection.`;
}

/** What to do about urgent ones while nobody can sign in here; empty where none is. `phone`: the organisation's own number. */
export function urgentWords({ pressing, organisation, phone }: Left & { readonly phone: string }): string {
  if (pressing === 0) return '';
  const ring = phone ? `, or ring ${organisation || 'its practice or clinic'} on ${phone}` : '';
  return `Urgent ones must not wait: ask for the same on another computer that has a connection${ring}.`;
}
