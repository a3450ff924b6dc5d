/** Is the ledger in reach? For whoever watches the machine. */
import { protocolVersion } from '#lib/protocol/version.ts';
import { problem } from '#lib/server/http/problem.ts';
import { jsonReply } from '#lib/server/http/reply.ts';
import { errorFields } from '#lib/server/log.ts';
import type { RequestHandler } from './$types';

export const GET: RequestHandler = async ({ request, locals: { app } }) => {
  try {
    const head = await app.readDb.selectFrom('head').select('seq').executeTakeFirstOrThrow();
    return await jsonReply(request, {
      status: 'ok',
      seq: head.seq,
      protocol: protocolVersion,
      isDemo: await app.demonstration.isOpen(),
      now: app.clock(),
    });
  } catch (error) {
    app.log('error', 'health', errorFields(error));
    return problem('busy', { retryAfterMs: 5_000 });
  }
};
