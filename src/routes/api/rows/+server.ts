/** Rows of the operator's files that somebody at this practice has to settle, the oldest first, in pages. */
import type { OdsCode } from '#lib/domain/ids.ts';
import { scopeKey } from '#lib/domain/scope.ts';
import { askRowsSchema } from '#lib/protocol/rows.ts';
import { askedBySomebody } from '#lib/server/http/asked.ts';
import { readBody } from '#lib/server/http/body.ts';
import { problem } from '#lib/server/http/problem.ts';
import { jsonReply } from '#lib/server/http/reply.ts';
import { practiceSession } from '#lib/server/people/signed-in.ts';
import type { RequestHandler } from './$types';

export const POST: RequestHandler = async ({ request, locals: { app } }) => {
  const sent = await askedBySomebody(app, request, () => readBody(request, askRowsSchema));
  if (sent instanceof Response) return sent;
  const { asked, here } = sent;
  const session = practiceSession(here, asked.scope);
  if (!session) return problem('signed-out');
  if (!session.isActive) return problem('forbidden');
  const practice = scopeKey(asked.scope) as OdsCode;
  const page = await app.exchanges.pass(() => app.rows.page(practice, asked.after));
  return page ? jsonReply(request, page) : problem('busy', { retryAfterMs: 2_000 });
};
