import { describe, expect, test } from 'vitest';
import { clearedCookie, sessionCookie, sessionToken } from './cookies.ts';

const token = 'a'.repeat(43);
const life = { now: 1_000, expiresAt: 61_000 };

describe('session cookies', () => {
  test('no script, no other site, and with TLS no other host', () => {
    expect(sessionCookie('practice', token, life, false)).toBe(
      `holdfast-practice=${token}; Max-Age=60; Path=/; HttpOnly; SameSite=Strict`,
    );
    expect(sessionCookie('practice', token, life, true)).toBe(
      `__Host-holdfast-practice=${token}; Max-Age=60; Path=/; HttpOnly; SameSite=Strict; Secure`,
    );
    expect(clearedCookie('clinic', true)).toContain('__Host-holdfast-clinic=; Max-Age=0;');
  });

  test('three kinds side by side, each found by its own name', () => {
    const other = 'b'.repeat(43);
    const headers = new Headers({ cookie: `holdfast-clinic=${other}; x=y; holdfast-practice=${token}` });
    expect(sessionToken(headers, 'practice', false)).toBe(token);
    expect(sessionToken(headers, 'clinic', false)).toBe(other);
    expect(sessionToken(headers, 'patient', false)).toBeUndefined();
    expect(sessionToken(headers, 'practice', true)).toBeUndefined();
  });

  test.each([
    'holdfast-practice',
    'holdfast-practice=',
    'holdfast-practice=short',
    `holdfast-practice=${'<'.repeat(43)}`,
  ])('what we never made is no token: %s', (cookie) => {
    expect(sessionToken(new Headers({ cookie }), 'practice', false)).toBeUndefined();
  });
});
