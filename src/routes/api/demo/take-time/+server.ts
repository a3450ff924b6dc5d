/** Another practice of the demonstration takes a time. Where the demonstration is off, this does not exist. */
import { takeTimeSchema, type TimeTaken } from '#lib/protocol/demo.ts';
import { letAnotherDeskTake } from '#lib/server/demo/another-desk.ts';
import { askedBySomebody } from '#lib/server/http/asked.ts';
import { readBody } from '#lib/server/http/body.ts';
import { problem } from '#lib/server/http/problem.ts';
import { jsonReply } from '#lib/server/http/reply.ts';
import type { RequestHandler } from './$types';

const busyRetryMs = 2_000;

export const POST: RequestHandler = async ({ request, locals: { app } }) => {
  if (!(await app.demonstration.isOpen())) return problem('not-found');
  const sent = await askedBySomebody(app, request, () => readBody(request, takeTimeSchema));
  if (sent instanceof Response) return sent;
  const { asked, here } = sent;
  const own = here.find(({ kind, session }) => kind === 'practice' && session.isActive)?.session;
  if (!own) return problem('signed-out');
  // Bounded by itself and by the exchanges among which it counts: a visitor's game must not keep a desk waiting.
  const taken: TimeTaken | undefined = await app.demoTurns.pass(() =>
    app.exchanges.pass(() => letAnotherDeskTake(app, asked.slot, own.author.scope)),
  );
  return taken ? jsonReply(request, taken) : problem('busy', { retryAfterMs: busyRetryMs });
};
