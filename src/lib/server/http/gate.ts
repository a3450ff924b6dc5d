/** What every request passes, whatever it asks: no other site acts in our users' name, and errors of the API are problems. */
import type { App } from '../app.ts';
import { codeOfStatus, problem } from './problem.ts';

const slowMs = 2_000;
const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS']);

export interface Passage {
  readonly request: Request;
  readonly url: URL;
  /** The route's pattern: a path itself may name a patient's reference, and logs must not. */
  readonly route: string | null;
}

export async function passGate(
  app: Pick<App, 'log' | 'config'>,
  { request, url, route }: Passage,
  resolve: () => Promise<Response>,
): Promise<Response> {
  const startedAt = performance.now();
  const response = isFromElsewhere(request, url)
    ? problem('signed-out', { detail: 'The request came from another site.' })
    : asProblem(url, await resolve());
  const ms = Math.round(performance.now() - startedAt);
  const { status } = response;
  const isStream = response.headers.get('content-type') === 'text/event-stream';
  if (app.config.logsRequests || status >= 500 || (ms > slowMs && !isStream)) {
    app.log(status >= 500 ? 'error' : 'info', 'request', { method: request.method, route, status, ms });
  }
  return response;
}

/**
 * A page of another site that asks us to change something. It is answered as if signed out, and not 403: to a device
 * that would mean that its right is gone. Browsers say where a request comes from; what is no browser has no cookies to abuse.
 */
function isFromElsewhere(request: Request, url: URL): boolean {
  if (safeMethods.has(request.method)) return false;
  const site = request.headers.get('sec-fetch-site');
  if (site !== null) return site !== 'same-origin' && site !== 'none';
  const origin = request.headers.get('origin');
  return origin !== null && origin !== url.origin && hostOf(origin) !== request.headers.get('host');
}

function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined;
}

/** The framework's own errors below /api, in our form. */
function asProblem(url: URL, response: Response): Response {
  const isApi = url.pathname === '/api' || url.pathname.startsWith('/api/');
  if (!isApi || response.status < 400) return response;
  if (response.headers.get('content-type') === 'application/problem+json') return response;
  const allow = response.headers.get('allow');
  return problem(codeOfStatus(response.status), allow === null ? {} : { headers: { allow } });
}
