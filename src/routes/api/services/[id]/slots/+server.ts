/** The free times of one service, packed; its ETag is its revision. */
import { serviceIdSchema } from '#lib/domain/ids.ts';
import { revisionSchema } from '#lib/protocol/exchange.ts';
import { problem } from '#lib/server/http/problem.ts';
import { heldTags, jsonReply, keepable, notModified } from '#lib/server/http/reply.ts';
import type { RequestHandler } from './$types';

export const GET: RequestHandler = async ({ request, params, locals: { app } }) => {
  if (!(await app.signedIn(request.headers)).some(({ session }) => session.isActive))
    return problem('signed-out');
  const service = serviceIdSchema.safeParse(params.id);
  if (!service.success) return problem('not-found');
  const held = heldTags(request.headers)
    .map((tag) => revisionSchema.safeParse(tag.slice(1, -1)))
    .find((parsed) => parsed.success)?.data;
  const pack = await app.clerk.pack(service.data, held);
  if (pack === undefined) return problem('not-found');
  if (pack === 'unchanged') return notModified(`"${held ?? ''}"`);
  return jsonReply(request, pack, { headers: keepable(`"${pack.revision}"`) });
};
