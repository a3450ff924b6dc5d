/** `?scope=practice:A81001&ubrn=…&before=…`: who opened the practice's records, or one of them. Newest first, in pages. */
import { ubrnSchema } from '#lib/domain/ids.ts';
import { scopeSchema } from '#lib/domain/scope.ts';
import { z } from '#lib/domain/zod.ts';
import { accessCursorSchema } from '#lib/protocol/access.ts';
import { parseBody } from '#lib/server/http/body.ts';
import { problem } from '#lib/server/http/problem.ts';
import { jsonReply } from '#lib/server/http/reply.ts';
import { practiceSession } from '#lib/server/people/signed-in.ts';
import type { RequestHandler } from './$types';

const querySchema = z.strictObject({
  scope: scopeSchema,
  ubrn: z.optional(ubrnSchema),
  before: z.optional(accessCursorSchema),
});

export const GET: RequestHandler = async ({ request, url, locals: { app } }) => {
  const here = await app.signedIn(request.headers);
  if (here.length === 0) return problem('signed-out');
  const asked = parseBody(Object.fromEntries(url.searchParams), querySchema);
  if (asked instanceof Response) return asked;
  const session = practiceSession(here, asked.scope);
  if (!session) return problem('signed-out');
  if (!session.isActive) return problem('forbidden');
  const page = await app.acts.page(asked);
  return page ? jsonReply(request, page) : problem('not-found');
};
