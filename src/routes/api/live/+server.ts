/**
 * `?scopes=practice:A81001,patient:…&services=…`: an event stream that says what changed, and not how. Scopes whose session
 * is not in this browser are left out; with none left there is no stream.
 */
import { serviceIdSchema } from '#lib/domain/ids.ts';
import { scopeKinds, scopeSchema } from '#lib/domain/scope.ts';
import { z } from '#lib/domain/zod.ts';
import { packsMax } from '#lib/protocol/exchange.ts';
import { parseBody } from '#lib/server/http/body.ts';
import { problem } from '#lib/server/http/problem.ts';
import type { RequestHandler } from './$types';

const querySchema = z.strictObject({
  scopes: z.array(scopeSchema).check(z.minLength(1), z.maxLength(scopeKinds.length)),
  services: z.array(serviceIdSchema).check(z.maxLength(packsMax)),
});

export const GET: RequestHandler = async ({ request, url, locals: { app } }) => {
  const asked = parseBody({ scopes: list(url, 'scopes'), services: list(url, 'services') }, querySchema);
  if (asked instanceof Response) return asked;
  const sessions = (await app.signedIn(request.headers))
    .filter(({ session }) => session.isActive && asked.scopes.includes(session.author.scope))
    .map(({ session: { key, author, expiresAt } }) => ({ key, scope: author.scope, expiresAt }));
  if (sessions.length === 0) return problem('signed-out');
  return new Response(app.live.open({ sessions, services: asked.services }), {
    headers: { 'content-type': 'text/event-stream', 'cache-control': 'no-store', 'x-accel-buffering': 'no' },
  });
};

function list(url: URL, name: string): string[] {
  return (url.searchParams.get(name) ?? '').split(',').filter((item) => item !== '');
}
