import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { type RunningServer, startServer } from '../../lib/http/server.ts';
import { problemOf, storeWith, testApp } from '../support/http.ts';

let server: RunningServer | undefined;
afterEach(async () => {
  await server?.close(100);
  server = undefined;
});

async function serve(app = testApp().app): Promise<RunningServer> {
  server = await startServer({
    fetch: app.fetch,
    host: '127.0.0.1',
    port: 0,
    onError: (error) => {
      throw error;
    },
  });
  return server;
}

async function open({ url }: RunningServer): Promise<Socket> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  await once(socket, 'connect');
  return socket;
}

/** Sends bytes as they are and gives everything that comes back until the other side ends. */
async function raw(running: RunningServer, bytes: string): Promise<string> {
  const socket = await open(running);
  socket.write(bytes);
  let text = '';
  for await (const chunk of socket) text += String(chunk);
  return text;
}

describe('a request that is none', () => {
  it.each([
    ['no HTTP at all', 'hello there\r\n\r\n', 400],
    [
      'headers beyond 8 KiB',
      `GET /healthz HTTP/1.1\r\nHost: localhost\r\nX: ${'x'.repeat(9000)}\r\n\r\n`,
      431,
    ],
    ['a URL beyond 8 KiB', `GET /${'x'.repeat(9000)} HTTP/1.1\r\nHost: localhost\r\n\r\n`, 431],
    [
      'a body both announced and in pieces',
      'POST /v1/verdicts HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n',
      400,
    ],
    [
      'two lengths',
      'POST /v1/verdicts HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\n',
      400,
    ],
  ])('with %s gets a problem and the door', async (_what, bytes, status) => {
    const text = await raw(await serve(), bytes);
    expect(text).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(text).toContain('Content-Type: application/problem+json');
    expect(text).toContain('Connection: close');
    expect(JSON.parse(text.slice(text.indexOf('\r\n\r\n') + 4))).toMatchObject({ status });
  });

  it.each([
    ['a Host that is none', 'GET /healthz HTTP/1.1\r\nHost: a b\r\nConnection: close\r\n\r\n'],
    ['a path that is none', 'GET healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n'],
  ])('with %s gets a problem', async (_what, bytes) => {
    const text = await raw(await serve(), bytes);
    expect(text).toMatch(/^HTTP\/1\.1 400 /);
    expect(text).toContain('application/problem+json');
  });
});

describe('a request over a real socket', () => {
  it('gets its answer with a length, and HEAD without a body', async () => {
    const { url } = await serve();
    const response = await fetch(`${url}/v1/lookup/2001%3A470%3A%3A1?spf=pass`);
    expect(response.status).toBe(200);
    const text = await response.text();
    expect(response.headers.get('content-length')).toBe(String(Buffer.byteLength(text)));
    const head = await fetch(`${url}/v1/lookup/::1`, { method: 'HEAD' });
    expect([head.status, await head.text()]).toEqual([200, '']);
  });

  it('may ask over HTTP/1.0 without a Host', async () => {
    expect(await raw(await serve(), 'GET /healthz HTTP/1.0\r\n\r\n')).toMatch(
      /^HTTP\/1\.[01] 200 [\s\S]*"ok"/,
    );
  });

  it('has its body refused before it is sent when it announces too much', async () => {
    const running = await serve();
    const head = `POST /v1/verdicts HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${2 ** 33}\r\n\r\n`;
    const socket = await open(running);
    socket.write(head);
    const [chunk] = await once(socket, 'data');
    expect(String(chunk)).toMatch(/^HTTP\/1\.1 413 /);
    socket.destroy();
  });

  it('has its body cut off when it does not end', async () => {
    const { url } = await serve();
    const body = new ReadableStream({
      pull: (controller) => {
        controller.enqueue(new Uint8Array(1024 * 1024).fill(32));
      },
    });
    const response = fetch(`${url}/v1/verdicts`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
      duplex: 'half',
    });
    expect(await problemOf(response)).toMatchObject({ status: 413 });
  });

  it('that breaks off in its body leaves the service as it was', async () => {
    const base = testApp();
    const running = await serve(base.app);
    for (const type of ['application/json', 'application/x-ndjson']) {
      const socket = await open(running);
      socket.write(
        `POST /v1/verdicts HTTP/1.1\r\nHost: localhost\r\nContent-Type: ${type}\r\nContent-Length: 100\r\n\r\n{"verdict`,
      );
      await new Promise((resolve) => setImmediate(resolve));
      socket.destroy();
      await once(socket, 'close');
    }
    expect((await fetch(`${running.url}/healthz`)).status).toBe(200);
    expect(base.log).toEqual([]);
  });

  it('sees NDJSON acted upon while it is still being sent', async () => {
    const base = testApp();
    let stored = 0;
    let firstPart = (): void => undefined;
    const stored1000 = new Promise<void>((resolve) => {
      firstPart = resolve;
    });
    const { app } = testApp({
      store: storeWith(base.store, {
        recordVerdicts: (records, now) => {
          stored += records.length;
          if (stored >= 1000) firstPart();
          return base.store.recordVerdicts(records, now);
        },
      }),
    });
    const { url } = await serve(app);
    const lines = Buffer.from('{"address":"45.79.27.34","verdict":"ham"}\n'.repeat(1000));
    async function* body(): AsyncGenerator<Uint8Array> {
      yield lines;
      await stored1000;
      yield lines;
    }
    const response = await fetch(`${url}/v1/verdicts`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-ndjson' },
      body: body(),
      duplex: 'half',
    });
    expect(await response.json()).toEqual({ accepted: 2000, duplicates: 0, rejected: [] });
  });
});

describe('a server that is told to stop', () => {
  it('lets a request in flight finish, takes no new one, and closes idle connections', async () => {
    const base = testApp();
    let release = (): void => undefined;
    let arrived = (): void => undefined;
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    const started = new Promise<void>((resolve) => {
      arrived = resolve;
    });
    const { app } = testApp({
      store: storeWith(base.store, {
        recordVerdicts: async (records, now) => {
          arrived();
          await gate;
          return base.store.recordVerdicts(records, now);
        },
      }),
    });
    const running = await serve(app);
    const idle = await open(running);
    const idleClosed = once(idle, 'close');
    const inFlight = fetch(`${running.url}/v1/verdicts`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"address":"45.79.27.34","verdict":"spam"}',
    });
    await started;
    const closed = running.close(10_000);
    idle.resume();
    await idleClosed;
    await expect(fetch(`${running.url}/healthz`)).rejects.toThrow();
    release();
    expect(await (await inFlight).json()).toMatchObject({ accepted: 1 });
    expect(await closed).toBe(true);
  });

  it('cuts what does not finish in time', async () => {
    let arrived = (): void => undefined;
    const started = new Promise<void>((resolve) => {
      arrived = resolve;
    });
    const { app } = testApp({
      store: storeWith(testApp().store, {
        recordVerdicts: () => {
          arrived();
          return new Promise(() => undefined);
        },
      }),
    });
    const running = await serve(app);
    const stuck = fetch(`${running.url}/v1/verdicts`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"address":"45.79.27.34","verdict":"spam"}',
    });
    const failed = expect(stuck).rejects.toThrow();
    await started;
    expect(await running.close(50)).toBe(false);
    await failed;
  });
});
