import { describe, expect, test } from 'vitest';
import type { LogFields } from '../log.ts';
import { passGate } from './gate.ts';

const lines: LogFields[] = [];
const app = {
  config: { logsRequests: true } as Parameters<typeof passGate>[0]['config'],
  log: (_level: string, _event: string, fields: LogFields = {}) => void lines.push(fields),
};

function pass(path: string, init: RequestInit, answer: Response = new Response('ok')) {
  const url = new URL(path, 'http://desk.example');
  const request = new Request(url, init);
  return passGate(app, { request, url, route: '/api/x/[id]' }, () => Promise.resolve(answer));
}

describe('a page of another site', () => {
  test.each([
    [{ 'sec-fetch-site': 'cross-site' }],
    [{ 'sec-fetch-site': 'same-site' }],
    [{ origin: 'https://evil.example' }],
    [{ origin: 'null' }],
    [{ origin: 'http://desk.example:8080' }],
  ])('changes nothing in our users’ name: %j', async (headers) => {
    const response = await pass('/api/x', { method: 'POST', headers });
    expect(response.status).toBe(401);
    expect(((await response.json()) as { code: string }).code).toBe('signed-out');
  });

  test.each([
    [{ 'sec-fetch-site': 'same-origin', origin: 'http://elsewhere' }],
    [{ origin: 'http://desk.example' }],
    [{ origin: 'http://proxy.example', host: 'proxy.example' }],
    [{}],
  ])('our own pages, through a proxy too, and programs go on: %j', async (headers) => {
    expect((await pass('/api/x', { method: 'POST', headers })).status).toBe(200);
  });

  test('may read what it could read anyway', async () => {
    expect((await pass('/', { headers: { 'sec-fetch-site': 'cross-site' } })).status).toBe(200);
  });
});

describe('errors of the framework', () => {
  test.each([
    [404, 'not-found'],
    [405, 'method-not-allowed'],
    [413, 'too-large'],
    [500, 'failed'],
    [418, 'malformed'],
  ])('%i below /api is a problem', async (status, code) => {
    const answer = new Response('<h1>Jane Roe</h1>', { status, headers: { allow: 'GET' } });
    const response = await pass('/api/x', {}, answer);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect(response.headers.get('allow')).toBe('GET');
    expect(await response.json()).toMatchObject({ code });
  });

  test('elsewhere they are pages', async () => {
    const response = await pass('/referral/1', {}, new Response('<h1>', { status: 404 }));
    expect(await response.text()).toBe('<h1>');
  });
});

test('the log names the route and never the path, which may hold a reference', async () => {
  lines.length = 0;
  await pass('/api/x/012345678901?code=SECRET', {});
  expect(lines).toHaveLength(1);
  expect(JSON.stringify(lines)).not.toMatch(/0123|SECRET/);
  expect(lines[0]).toMatchObject({ method: 'GET', route: '/api/x/[id]', status: 200 });
});
