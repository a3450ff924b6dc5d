/**
 * The sessions of one browser: at most one a kind of scope, read from its cookies. Staff are signed in by the demonstration
 * alone; where that is not open, they are nobody.
 */
import { scopeKind, scopeKinds, type Scope, type ScopeKind } from '#lib/domain/scope.ts';
import { sessionToken } from '../http/cookies.ts';
import type { Demonstration } from './demonstration.ts';
import type { Session, Sessions } from './sessions.ts';

export interface SignedIn {
  readonly kind: ScopeKind;
  readonly token: string;
  readonly session: Session;
}

export async function signedIn(
  { sessions, demonstration }: { readonly sessions: Sessions; readonly demonstration: Demonstration },
  headers: Headers,
  isSecure: boolean,
): Promise<SignedIn[]> {
  const found: SignedIn[] = [];
  for (const kind of scopeKinds) {
    const token = sessionToken(headers, kind, isSecure);
    const session = token === undefined ? undefined : await sessions.find(token);
    // A token is only good in the cookie of its own kind.
    if (token !== undefined && session && scopeKind(session.author.scope) === kind) {
      found.push({ kind, token, session });
    }
  }
  const isStaffs = ({ kind }: SignedIn) => kind !== 'patient';
  if (!found.some(isStaffs) || (await demonstration.isOpen())) return found;
  return found.filter((one) => !isStaffs(one));
}

/** The practice's own session among those of this browser: no clinic's and no patient's will do. */
export function practiceSession(here: readonly SignedIn[], scope: Scope): Session | undefined {
  return here.find(({ kind, session }) => kind === 'practice' && session.author.scope === scope)?.session;
}
