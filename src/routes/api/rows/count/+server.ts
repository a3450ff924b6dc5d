/** How many rows wait for somebody at this practice; nothing of what they say. */
import type { OdsCode } from '#lib/domain/ids.ts';
import { scopeKey } from '#lib/domain/scope.ts';
import { countRowsSchema } from '#lib/protocol/rows.ts';
import { askedBySomebody } from '#lib/server/http/asked.ts';
import { readBody } from '#lib/server/http/body.ts';
import { problem } from '#lib/server/http/problem.ts';
import { jsonReply } from '#lib/server/http/reply.ts';
import { practiceSession } from '#lib/server/people/signed-in.ts';
import type { RequestHandler } from './$types';

export const POST: RequestHandler = async ({ request, locals: { app } }) => {
  const sent = await askedBySomebody(app, request, () => readBody(request, countRowsSchema));
  if (sent instanceof Response) return sent;
  const { asked, here } = sent;
  const session = practiceSession(here, asked.scope);
  if (!session) return problem('signed-out');
  if (!session.isActive) return problem('forbidden');
  return jsonReply(request, { count: await app.rows.count(scopeKey(asked.scope) as OdsCode) });
};
