/** How many rows wait for somebody at this practice; nothing of what they say. */
import type { OdsCode } from '#lib/domain/ids.ts';
import { scopeKey } from '#lib/domain/scope.ts';
import { countRowsSchema } from '#lib/protocol/rows.ts';
import { readBody } from '#lib/server/http/body.ts';
import { problem } from '#lib/server/http/problem.ts';
import { jsonReply } from '#lib/server/http/reply.ts';
import { practiceSession } from '#lib/server/people/signed-in.ts';
import type { RequestHandler } from './$types';

export const POST: RequestHandler = async ({ request, locals: { app } }) => {
  const here = await app.signedIn(request.headers);
  if (here.length === 0) return problem('signed-out');
  const asked = await readBody(request, countRowsSchema);
  if (asked instanceof Response) return asked;
  const session = practiceSession(here, asked.scope);
  if (!session) return problem('signed-out');
  if (!session.isActive) return problem('forbidden');
  return jsonReply(request, { count: await app.rows.count(scopeKey(asked.scope) as OdsCode) });
};
