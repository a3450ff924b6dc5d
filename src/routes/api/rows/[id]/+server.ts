/** Settles one row: it is this patient, somebody new, or not ours. Who was quicker is told to whoever comes second. */
import { rowIdSchema, settleRowSchema } from '#lib/protocol/rows.ts';
import { askedBySomebody } from '#lib/server/http/asked.ts';
import { readBody } from '#lib/server/http/body.ts';
import { problem } from '#lib/server/http/problem.ts';
import { jsonReply } from '#lib/server/http/reply.ts';
import { practiceSession } from '#lib/server/people/signed-in.ts';
import type { RequestHandler } from './$types';

const refusals = {
  operatorOnly: 'operator-only',
  referenceInUse: 'reference-in-use',
  faulty: 'faulty-row',
  notACandidate: 'not-a-candidate',
  numberUnusable: 'number-unusable',
} as const;

export const POST: RequestHandler = async ({ request, params, locals: { app } }) => {
  const sent = await askedBySomebody(app, request, () => readBody(request, settleRowSchema));
  if (sent instanceof Response) return sent;
  const { asked, here } = sent;
  const session = practiceSession(here, asked.scope);
  if (!session) return problem('signed-out');
  if (!session.isActive) return problem('forbidden');
  const id = rowIdSchema.safeParse(params.id);
  if (!id.success) return problem('not-found');
  const answer = await app.exchanges.pass(() => app.rows.settle(session.author, id.data, asked));
  switch (answer?.kind) {
    case undefined:
      return problem('busy', { retryAfterMs: 2_000 });
    case 'notTheirs':
      return problem('not-found');
    case 'settledOtherwise':
      return problem('settled', { settled: answer.settled });
    case 'refused':
      return problem(refusals[answer.why]);
    case 'settled':
      return jsonReply(request, answer.settled);
  }
};
