/**
 * One cookie a kind of scope, so that practice, clinic and patient can be signed in side by side in one browser.
 * Scripts cannot read them, other sites cannot send them, and where there is TLS no other host can set them.
 */
import type { Instant } from '#lib/domain/instant.ts';
import type { ScopeKind } from '#lib/domain/scope.ts';

const tokenPattern = /^[A-Za-z0-9_-]{43}$/;

/** The token in this kind's cookie, or undefined when there is none that we could have made. */
export function sessionToken(headers: Headers, kind: ScopeKind, isSecure: boolean): string | undefined {
  const name = cookieName(kind, isSecure);
  for (const pair of (headers.get('cookie') ?? '').split(';')) {
    const [key = '', value = ''] = pair.split('=', 2);
    if (key.trim() === name && tokenPattern.test(value.trim())) return value.trim();
  }
  return undefined;
}

export interface CookieLife {
  readonly now: Instant;
  readonly expiresAt: Instant;
}

/** A `set-cookie` value. */
export function sessionCookie(kind: ScopeKind, token: string, life: CookieLife, isSecure: boolean): string {
  const seconds = Math.max(0, Math.floor((life.expiresAt - life.now) / 1000));
  return `${cookieName(kind, isSecure)}=${token}; Max-Age=${seconds}; ${attributes(isSecure)}`;
}

export function clearedCookie(kind: ScopeKind, isSecure: boolean): string {
  return `${cookieName(kind, isSecure)}=; Max-Age=0; ${attributes(isSecure)}`;
}

function cookieName(kind: ScopeKind, isSecure: boolean): string {
  return `${isSecure ? '__Host-' : ''}holdfast-${kind}`;
}

function attributes(isSecure: boolean): string {
  return `Path=/; HttpOnly; SameSite=Strict${isSecure ? '; Secure' : ''}`;
}
