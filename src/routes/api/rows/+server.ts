/** Rows of the operator's files that somebody at this practice has to settle, the oldest first, in pages. */
import type { OdsCode } from '#lib/domain/ids.ts';
import { scopeKey } from '#lib/domain/scope.ts';
import { askRowsSchema } from '#lib/protocol/rows.ts';
import { readBody } from '#lib/server/http/body.ts';
import { problem } from '#lib/server/http/problem.ts';
import { jsonReply } from '#lib/server/http/reply.ts';
import { practiceSession } from '#lib/server/people/signed-in.ts';
import type { RequestHandler } from './$types';

export const POST: RequestHandler = async ({ request, locals: { app } }) => {
  const here = await app.signedIn(request.headers);
  if (here.length === 0) return problem('signed-out');
  const asked = await readBody(request, askRowsSchema);
  if (asked instanceof Response) return asked;
  const session = practiceSession(here, asked.scope);
  if (!session) return problem('signed-out');
  if (!session.isActive) return problem('forbidden');
  const practice = scopeKey(asked.scope) as OdsCode;
  const page = await app.exchanges.pass(() => app.rows.page(practice, asked.after));
  return page ? jsonReply(request, page) : problem('busy', { retryAfterMs: 2_000 });
};
