import { describe, expect, it } from 'vitest';
import { problemOf, testApp } from '../support/http.ts';

describe('a path that is none of ours', () => {
  it.each([
    '/v1',
    '/map',
    '/v1/lookup/',
    '/v1/lookup/::1/x',
    '/v2/lookup/::1',
    '/healthz/',
    '/docs/../x',
    '/docs/package.json',
  ])('%s is not found', async (path) => {
    expect(await problemOf(testApp().app.request(path))).toMatchObject({
      status: 404,
      type: '/problems/not-found',
    });
  });
});

describe('a method that a path does not take', () => {
  it.each([
    ['PATCH', '/v1/lookup/::1', 'GET, HEAD, OPTIONS'],
    ['GET', '/v1/lookup', 'OPTIONS, POST'],
    ['GET', '/v1/verdicts', 'OPTIONS, POST'],
    ['PUT', '/v1/verdicts/a', 'DELETE, OPTIONS'],
    ['POST', '/healthz', 'GET, HEAD, OPTIONS'],
    ['DELETE', '/openapi.json', 'GET, HEAD, OPTIONS'],
  ])('%s %s is refused, and the methods it takes are named', async (method, path, allow) => {
    const response = await testApp().app.request(path, { method });
    expect(response.headers.get('allow')).toBe(allow);
    expect(await problemOf(response)).toMatchObject({ status: 405, type: '/problems/method-not-allowed' });
  });

  it('is told by OPTIONS before it is tried, and no other origin is let in', async () => {
    const response = await testApp().app.request('/v1/verdicts', {
      method: 'OPTIONS',
      headers: { origin: 'https://evil.example', 'access-control-request-method': 'POST' },
    });
    expect(response.status).toBe(204);
    expect(response.headers.get('allow')).toBe('OPTIONS, POST');
    expect([...response.headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
  });
});

describe('a service without keys', () => {
  const post = (host: string, publicUrl: string | null = null) =>
    testApp({ publicUrl }).app.request('/v1/verdicts', {
      method: 'POST',
      headers: { host, 'content-type': 'application/json' },
      body: '{"verdicts":[]}',
    });

  it.each(['localhost', 'localhost:8080', '127.0.0.1:8080', '127.9.9.9', '[::1]:8080', 'LOCALHOST'])(
    'takes verdicts under the loopback name %s',
    async (host) => {
      expect((await post(host)).status).toBe(200);
    },
  );

  it.each(['evil.example', 'evil.example:8080', '127.0.0.1.evil.example', '10.0.0.1', '[::2]', ''])(
    'takes none under %s, the name of somebody’s page',
    async (host) => {
      expect(await problemOf(post(host))).toMatchObject({ status: 403, type: '/problems/foreign-host' });
    },
  );

  it('takes verdicts under its public name', async () => {
    expect((await post('rep.example', 'https://rep.example/x')).status).toBe(200);
    expect((await post('rep.example:8443', 'https://rep.example:8443')).status).toBe(200);
    expect((await post('other.example', 'https://rep.example')).status).toBe(403);
  });

  it('takes back no verdict under another name', async () => {
    const response = testApp().app.request('/v1/verdicts/a', {
      method: 'DELETE',
      headers: { host: 'evil.example' },
    });
    expect(await problemOf(response)).toMatchObject({ status: 403 });
  });
});

describe('the service itself', () => {
  it('says that the process is there, and that the store is', async () => {
    const { app } = testApp();
    expect(await (await app.request('/healthz')).json()).toEqual({ status: 'ok' });
    expect(await (await app.request('/readyz')).json()).toEqual({ status: 'ready' });
  });

  it('explains every type of problem under its own address', async () => {
    const { app } = testApp();
    const { type } = await problemOf(app.request('/v1/lookup/nonsense'));
    const explained = await (await app.request(type)).json();
    expect(explained).toMatchObject({ type, status: 400, title: 'Not an IP address' });
    expect(await problemOf(app.request('/problems/toString'))).toMatchObject({ status: 404 });
  });
});
