/**
 * Every service in the country, for staff. With `?for=patient`, or where only a patient is signed in: where their referral may
 * be booked, in patients' words. The address names nobody; whose it is the session says.
 */
import { ubrnOfScope } from '#lib/domain/scope.ts';
import { problem } from '#lib/server/http/problem.ts';
import type { RequestHandler } from './$types';

export const GET: RequestHandler = async ({ request, url, locals: { app } }) => {
  const here = (await app.signedIn(request.headers)).filter(({ session }) => session.isActive);
  const patient = here.find(({ kind }) => kind === 'patient');
  const isForStaff = here.some(({ kind }) => kind !== 'patient') && url.searchParams.get('for') !== 'patient';
  if (isForStaff) return (await app.directory.get()).reply(request);
  const ubrn = patient && ubrnOfScope(patient.session.author.scope);
  const own = ubrn && (await app.directory.forPatient(ubrn));
  return own ? own.reply(request) : problem('signed-out');
};
