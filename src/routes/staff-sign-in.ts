import type { PersonId } from '#lib/domain/ids.ts';
import type { DemoPeople } from '#lib/protocol/session.ts';

export type Staff = DemoPeople['staff'];

/** What a list of people to choose from can do. */
export interface Choosing {
  readonly isBusy: boolean;
  readonly signIn: (person: PersonId) => void;
}
