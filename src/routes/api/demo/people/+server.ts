/** Whom a visitor of the demonstration may be. Where it is off, this does not exist. */
import { problem } from '#lib/server/http/problem.ts';
import { jsonReply } from '#lib/server/http/reply.ts';
import { demoPeople } from '#lib/server/people/demo-people.ts';
import type { RequestHandler } from './$types';

export const GET: RequestHandler = async ({ request, locals: { app } }) =>
  (await app.demonstration.isOpen())
    ? jsonReply(request, await demoPeople(app.readDb, app.codes))
    : problem('not-found');
