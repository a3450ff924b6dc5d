/** Signing in: a patient by reference, code and year of birth; demo staff, where the demonstration is on, by choice. */
import type { PersonId } from '#lib/domain/ids.ts';
import type { Author } from '#lib/domain/person.ts';
import { patientScope, scopeKind, type ScopeKind } from '#lib/domain/scope.ts';
import type { SessionInfo, SignIn } from '#lib/protocol/session.ts';
import type { App } from '../app.ts';
import { nameOf } from './names.ts';
import type { Opened, Session } from './sessions.ts';
import type { PeopleDb } from './tables.ts';

export type SignInResult =
  | {
      readonly kind: 'signedIn';
      readonly token: string;
      readonly scopeKind: ScopeKind;
      readonly info: SessionInfo;
    }
  | { readonly kind: 'notRecognised' }
  | { readonly kind: 'tooSoon'; readonly retryAfterMs: number };

type People = Pick<App, 'demonstration' | 'readDb' | 'codes' | 'acts' | 'slowDown' | 'sessions'>;

export async function signIn(app: People, asked: SignIn, address: string): Promise<SignInResult> {
  if (asked.kind === 'demo') {
    const author = (await app.demonstration.isOpen()) ? await demoAuthor(app, asked.person) : undefined;
    return told(app, author && (await app.sessions.open(author)));
  }
  const slowed = await app.slowDown.attempt(asked.ubrn, address, () => app.codes.isRight(asked));
  if (slowed.kind === 'tooSoon') return slowed;
  if (!slowed.isRight) return { kind: 'notRecognised' };
  const author: Author = {
    person: `patient:${asked.ubrn}` as PersonId,
    role: 'patient',
    scope: patientScope(asked.ubrn),
  };
  if (asked.isForPatient) await app.acts.signedInForPatient(asked.ubrn, author.person);
  // A new code may have been issued since this one was checked: then it is dead, with all that it had opened.
  const isCurrent = (transaction: PeopleDb) => app.codes.isCurrent(transaction, asked);
  return told(
    app,
    await app.sessions.openIf(isCurrent, author, asked.isForPatient ? { isForPatient: true } : {}),
  );
}

/** Undefined when the session's person or referral is gone, or their right is: nobody is signed in then. */
export async function sessionInfo(
  app: Pick<App, 'readDb'>,
  session: Session,
): Promise<SessionInfo | undefined> {
  const named = session.isActive ? await nameOf(app.readDb, session.author) : undefined;
  return (
    named && {
      author: session.author,
      ...named,
      expiresAt: session.expiresAt,
      ...(session.isForPatient ? { isForPatient: true } : {}),
    }
  );
}

async function told(app: People, opened: Opened | undefined): Promise<SignInResult> {
  const info = opened && (await sessionInfo(app, opened.session));
  if (!info) return { kind: 'notRecognised' };
  const { token, session } = opened;
  return { kind: 'signedIn', token, scopeKind: scopeKind(session.author.scope), info };
}

async function demoAuthor(app: People, person: PersonId): Promise<Author | undefined> {
  const row = await app.readDb
    .selectFrom('person')
    .select(['id', 'role', 'scope'])
    .where('id', '=', person)
    .where('active', '=', 1)
    .executeTakeFirst();
  return row && { person: row.id, role: row.role, scope: row.scope };
}
