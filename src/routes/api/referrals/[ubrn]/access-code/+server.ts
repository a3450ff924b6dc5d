/** A new access code for a patient of the practice: told once, here. The old one, and whatever it opened, is dead. */
import { ubrnSchema } from '#lib/domain/ids.ts';
import { issueCodeSchema, type IssuedCode } from '#lib/protocol/access.ts';
import { askedBySomebody } from '#lib/server/http/asked.ts';
import { readBody } from '#lib/server/http/body.ts';
import { problem } from '#lib/server/http/problem.ts';
import { jsonReply } from '#lib/server/http/reply.ts';
import { practiceSession } from '#lib/server/people/signed-in.ts';
import type { RequestHandler } from './$types';

export const POST: RequestHandler = async ({ request, params, locals: { app } }) => {
  const sent = await askedBySomebody(app, request, () => readBody(request, issueCodeSchema));
  if (sent instanceof Response) return sent;
  const { asked, here } = sent;
  const session = practiceSession(here, asked.scope);
  if (!session) return problem('signed-out');
  if (!session.isActive) return problem('forbidden');
  const ubrn = ubrnSchema.safeParse(params.ubrn);
  if (!ubrn.success) return problem('not-found');
  const issued = await app.exchanges.pass(() => app.codes.issueFor(ubrn.data, session.author));
  switch (issued?.kind) {
    case undefined:
      return problem('busy', { retryAfterMs: 2_000 });
    case 'notTheirs':
      return problem('not-found');
    case 'closed':
      return problem('closed');
    case 'issued': {
      for (const key of issued.ended) app.live.endSession(key);
      const { code, issuedAt } = issued;
      return jsonReply(request, { code, issuedAt } satisfies IssuedCode);
    }
  }
};
