/**
 * What is asked, and who is signed in where it was asked from. Strangers are turned away unread. Who is signed in is looked up
 * again once the body is here: it may have come so slowly that a session ended meanwhile, and what has ended does nothing.
 */
import type { App } from '../app.ts';
import type { SignedIn } from '../people/signed-in.ts';
import { problem } from './problem.ts';

export interface Asked<T> {
  readonly asked: T;
  /** At least one. */
  readonly here: readonly SignedIn[];
}

/** `read` reads the body of the request. */
export async function askedBySomebody<T>(
  app: Pick<App, 'signedIn'>,
  request: Request,
  read: () => Promise<T | Response>,
): Promise<Asked<T> | Response> {
  if ((await app.signedIn(request.headers)).length === 0) return problem('signed-out');
  const asked = await read();
  if (asked instanceof Response) return asked;
  const here = await app.signedIn(request.headers);
  return here.length === 0 ? problem('signed-out') : { asked, here };
}
