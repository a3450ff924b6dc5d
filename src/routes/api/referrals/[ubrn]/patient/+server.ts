/** Who a restricted patient is: told to staff who see the referral, there and then, because no device keeps it. */
import { ubrnSchema } from '#lib/domain/ids.ts';
import { scopeKind } from '#lib/domain/scope.ts';
import { whoIsSchema } from '#lib/protocol/access.ts';
import { askedBySomebody } from '#lib/server/http/asked.ts';
import { readBody } from '#lib/server/http/body.ts';
import { problem } from '#lib/server/http/problem.ts';
import { jsonReply } from '#lib/server/http/reply.ts';
import type { RequestHandler } from './$types';

export const POST: RequestHandler = async ({ request, params, locals: { app } }) => {
  const sent = await askedBySomebody(app, request, () => readBody(request, whoIsSchema));
  if (sent instanceof Response) return sent;
  const { asked, here } = sent;
  const session = here.find(({ session: { author } }) => author.scope === asked.scope)?.session;
  if (!session) return problem('signed-out');
  // A patient's access code may be in other hands, and patients know who they are.
  if (!session.isActive || scopeKind(asked.scope) === 'patient') return problem('forbidden');
  const ubrn = ubrnSchema.safeParse(params.ubrn);
  const who = ubrn.success ? await app.whoIs(session.author, ubrn.data) : undefined;
  return who ? jsonReply(request, who) : problem('not-found');
};
