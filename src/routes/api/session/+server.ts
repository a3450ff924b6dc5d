/** Who is signed in here; signing in; signing out. */
import { scopeKinds, type ScopeKind } from '#lib/domain/scope.ts';
import { signInSchema, type Sessions } from '#lib/protocol/session.ts';
import { readBody } from '#lib/server/http/body.ts';
import { clearedCookie, sessionCookie, sessionToken } from '#lib/server/http/cookies.ts';
import { problem } from '#lib/server/http/problem.ts';
import { jsonReply } from '#lib/server/http/reply.ts';
import { sessionInfo, signIn } from '#lib/server/people/sign-in.ts';
import type { RequestHandler } from './$types';

export const GET: RequestHandler = async ({ request, locals: { app } }) => {
  const here = await app.signedIn(request.headers);
  const infos = await Promise.all(here.map(({ session }) => sessionInfo(app, session)));
  const sessions: Sessions = {
    sessions: infos.filter((info) => info !== undefined),
    isDemo: await app.demonstration.isOpen(),
    now: app.clock(),
  };
  return jsonReply(request, sessions);
};

export const POST: RequestHandler = async ({ request, locals: { app }, getClientAddress }) => {
  const asked = await readBody(request, signInSchema);
  if (asked instanceof Response) return asked;
  const result = await signIn(app, asked, getClientAddress());
  switch (result.kind) {
    case 'notRecognised':
      return problem('not-recognised');
    case 'tooSoon':
      return problem('slow-down', { retryAfterMs: result.retryAfterMs });
    case 'signedIn': {
      await signOut(app, request.headers, result.scopeKind);
      const life = { now: app.clock(), expiresAt: result.info.expiresAt };
      const cookie = sessionCookie(result.scopeKind, result.token, life, app.config.isSecure);
      return jsonReply(request, result.info, { headers: { 'set-cookie': cookie } });
    }
  }
};

/** `?kind=practice`. Signing out twice is signing out. */
export const DELETE: RequestHandler = async ({ request, url, locals: { app } }) => {
  const kind = scopeKinds.find((known) => known === url.searchParams.get('kind'));
  if (!kind) return problem('invalid', { detail: 'kind: practice, clinic or patient.' });
  await signOut(app, request.headers, kind);
  return new Response(null, {
    status: 204,
    headers: { 'set-cookie': clearedCookie(kind, app.config.isSecure), 'cache-control': 'no-store' },
  });
};

async function signOut(app: App.Locals['app'], headers: Headers, kind: ScopeKind): Promise<void> {
  const token = sessionToken(headers, kind, app.config.isSecure);
  if (token === undefined) return;
  app.live.endSession(await app.sessions.end(token));
}
