/** Every service in the country: public facts, for whoever is signed in. */
import { problem } from '#lib/server/http/problem.ts';
import type { RequestHandler } from './$types';

export const GET: RequestHandler = async ({ request, locals: { app } }) => {
  if (!(await app.signedIn(request.headers)).some(({ session }) => session.isActive))
    return problem('signed-out');
  return (await app.directory.get()).reply(request);
};
