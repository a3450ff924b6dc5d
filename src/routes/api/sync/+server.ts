/** The exchange: claims go up, verdicts and truth come down. */
import { syncRequestSchema, type SyncRequest } from '#lib/protocol/exchange.ts';
import { oldestProtocolServed, protocolVersion } from '#lib/protocol/version.ts';
import { askedBySomebody } from '#lib/server/http/asked.ts';
import { exchangeBody, parseBody, readJson } from '#lib/server/http/body.ts';
import { problem } from '#lib/server/http/problem.ts';
import { jsonReply } from '#lib/server/http/reply.ts';
import { errorFields } from '#lib/server/log.ts';
import type { RequestHandler } from './$types';

const busyRetryMs = 2_000;

export const POST: RequestHandler = async ({ request, locals: { app } }) => {
  const sent = await askedBySomebody(app, request, () => readExchange(request));
  if (sent instanceof Response) return sent;
  const { asked: exchange, here } = sent;
  const sender = here.find(({ session }) => session.author.scope === exchange.scope)?.session;
  if (!sender) return problem('signed-out');
  if (!sender.isActive) return problem('forbidden');
  const waitMs = app.pace.take(sender.key);
  if (waitMs > 0) return problem('slow-down', { retryAfterMs: waitMs });
  try {
    const reply = await app.exchanges.pass(() => app.clerk.settle(sender.author, exchange));
    return reply ? await jsonReply(request, reply) : busy();
  } catch (error) {
    // Whether it was settled is not known. The device sends the same again, and what was settled answers as before.
    app.log('error', 'sync', errorFields(error));
    return busy();
  }
};

async function readExchange(request: Request): Promise<SyncRequest | Response> {
  const json = await readJson(request, exchangeBody);
  if (json instanceof Response) return json;
  return speaksAnotherVersion(json.value)
    ? problem('update-needed')
    : parseBody(json.value, syncRequestSchema);
}

/** Older than we serve, or newer than we are, as after a roll-back: either way the app that we serve is the cure. */
function speaksAnotherVersion(body: unknown): boolean {
  const protocol = (body as { protocol?: unknown } | null)?.protocol;
  return typeof protocol === 'number' && (protocol < oldestProtocolServed || protocol > protocolVersion);
}

/** Spread, so that all who were turned away do not come back together. */
function busy(): Response {
  return problem('busy', { retryAfterMs: busyRetryMs * (1 + Math.random()) });
}
