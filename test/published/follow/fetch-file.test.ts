import { once } from 'node:events';
import type { RequestListener } from 'node:http';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isPublicAddress } from '../../../lib/published/follow/public-address.ts';
import { DAY } from '../../support/records.ts';
import { startHttps, type TestServer, testFetcher } from './https-server.ts';

const TEXT = '2600:1f00::/32,56,\r\n';
const PLAIN: RequestListener = (_, response) => response.end(TEXT);

let server: TestServer;
beforeAll(async () => {
  server = await startHttps();
});
afterAll(() => server.close());

async function textOf(url: string, fetcher = testFetcher()): Promise<string> {
  const file = await fetcher(url, null);
  if (!file.ok) return `refused: ${file.error}`;
  return file.value.kind === 'fetched' ? Buffer.from(file.value.bytes).toString() : 'unchanged';
}

describe('a file over HTTPS', () => {
  it('comes with what its server said about it', async () => {
    server.answer = (_, response) => {
      response.writeHead(200, {
        etag: '"v1"',
        'last-modified': 'Sat, 21 Nov 2026 10:00:00 GMT',
        'cache-control': 'public, max-age=1209600',
      });
      response.end(TEXT);
    };
    const file = await testFetcher()(server.url('/a.csv'), null);
    expect(file).toMatchObject({
      ok: true,
      value: {
        kind: 'fetched',
        validators: { etag: '"v1"', lastModified: 'Sat, 21 Nov 2026 10:00:00 GMT' },
        freshMs: 14 * DAY,
      },
    });
    const asked = server.asked.at(-1);
    expect(asked?.headers).toMatchObject({
      'user-agent': 'prefixwise/test',
      'accept-encoding': 'identity',
    });
    for (const header of ['if-none-match', 'if-modified-since', 'cookie', 'authorization']) {
      expect(asked?.headers[header], header).toBeUndefined();
    }
  });

  it('is asked for only if it changed', async () => {
    server.answer = (request, response) => {
      response.writeHead(request.headers['if-none-match'] === '"v1"' ? 304 : 200);
      response.end();
    };
    const known = { etag: '"v1"', lastModified: 'Sat, 21 Nov 2026 10:00:00 GMT' };
    expect(await testFetcher()(server.url('/a.csv'), known)).toEqual({
      ok: true,
      value: { kind: 'unchanged', freshMs: 7 * DAY },
    });
    expect(server.asked.at(-1)?.headers['if-modified-since']).toBe(known.lastModified);
  });

  it('need not have been there before to be "unchanged" nowhere', async () => {
    server.answer = (_, response) => response.writeHead(304).end();
    expect(await textOf(server.url('/a.csv'))).toBe('refused: the server answered 304');
  });

  it.each([[404], [403], [500], [206], [204]])('is none when the server answers %i', async (status) => {
    server.answer = (_, response) => response.writeHead(status).end();
    expect(await textOf(server.url('/a.csv'))).toBe(`refused: the server answered ${status}`);
  });

  it('is refused when it is compressed, as a small one can unpack to a large one', async () => {
    server.answer = (_, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end('x');
    expect(await textOf(server.url('/a.csv'))).toBe('refused: it came compressed, unasked');
  });

  it('is given up once it is too large, announced or not', async () => {
    server.answer = (_, response) => {
      const more = (): void => {
        while (response.writable && response.write('x'.repeat(10_000)));
      };
      response.on('drain', more);
      more();
    };
    const fetcher = testFetcher({ maxBytes: 100_000 });
    expect(await textOf(server.url('/a.csv'), fetcher)).toBe('refused: it is larger than 100000 bytes');
  });

  it('is given up once it takes too long, with headers or without', async () => {
    const fetcher = testFetcher({ timeoutMs: 200 });
    server.answer = () => undefined;
    expect(await textOf(server.url('/a.csv'), fetcher)).toBe('refused: it took longer than 0.2 seconds');
    server.answer = (_, response) => response.write('2600:');
    expect(await textOf(server.url('/a.csv'), fetcher)).toBe('refused: it took longer than 0.2 seconds');
  });

  it('is refused when it breaks off', async () => {
    server.answer = (_, response) => {
      response.writeHead(200, { 'content-length': '1000' });
      response.write(TEXT, () => response.destroy());
    };
    expect(await textOf(server.url('/a.csv'))).toMatch(/^refused: (aborted|it broke off)/);
  });

  it('is refused from a server whose certificate nobody vouches for, or that is for another name', async () => {
    server.answer = PLAIN;
    expect(await textOf(server.url('/a.csv'), testFetcher({ ca: undefined }))).toMatch(
      /refused: self-signed/,
    );
    const anyone = testFetcher({ resolve: () => Promise.resolve(['127.0.0.1']) });
    expect(await textOf(server.url('/a.csv', 'stranger.example'), anyone)).toMatch(/refused: Hostname\/IP/);
  });
});

describe('a redirect', () => {
  const leadingTo = (location: (path: string) => string | undefined): RequestListener => {
    return (request, response) => {
      const to = location(request.url ?? '');
      if (to === undefined) response.end(TEXT);
      else response.writeHead(302, { location: to }).end();
    };
  };

  it('is followed, to another host too, and at most five times', async () => {
    const countdown = (path: string): string | undefined => {
      const left = Number(path.slice(1));
      return left === 0
        ? undefined
        : server.url(`/${left - 1}`, left % 2 === 0 ? 'files.example' : 'other.example');
    };
    server.answer = leadingTo(countdown);
    expect(await textOf(server.url('/5'))).toBe(TEXT);
    expect(await textOf(server.url('/6'))).toBe('refused: more than 5 redirects');
  });

  it('may be relative', async () => {
    server.answer = leadingTo((path) => (path === '/dir/a' ? 'b' : undefined));
    expect(await textOf(server.url('/dir/a'))).toBe(TEXT);
    expect(server.asked.at(-1)?.url).toBe('/dir/b');
  });

  it.each([
    ['a name inside', 'https://inner.example/', 'inner.example is at 10.1.2.3, which is no public address'],
    ['a private address', 'https://10.0.0.1/', '10.0.0.1 is at 10.0.0.1, which is no public address'],
    ['loopback in disguise', 'https://2130706689/', '127.0.1.1 is at 127.0.1.1, which is no public address'],
    ['loopback over IPv6', 'https://[::1]/', '[::1] is at [::1], which is no public address'],
    [
      'loopback, mapped',
      'https://[::ffff:127.0.0.1]/',
      '[::ffff:7f00:1] is at [::ffff:7f00:1], which is no public address',
    ],
    [
      'plain HTTP',
      'http://files.example/',
      'it redirects elsewhere: a pointer to a prefixlen file is an https URL',
    ],
    ['a file', 'file:///etc/passwd', 'it redirects elsewhere: a pointer to a prefixlen file is an https URL'],
    [
      'credentials',
      'https://user:secret@files.example/',
      'it redirects elsewhere: a pointer carries no user name or password',
    ],
    ['nothing', 'https://', 'it redirects to no URL'],
  ])('to %s is not followed', async (_, location, reason) => {
    server.answer = leadingTo((path) => (path === '/a' ? location : undefined));
    expect(await textOf(server.url('/a'))).toBe(`refused: ${reason}`);
  });
});

describe('a name', () => {
  it.each([
    [['10.0.0.1']],
    [['127.0.0.1']],
    [['169.254.169.254']],
    [['100.64.0.1']],
    [['::1']],
    [['fe80::1']],
    [['fe80::1%eth0']],
    [['fd00::1']],
    [['::ffff:10.0.0.1']],
    [['64:ff9b::10.0.0.1']],
    [['2002:7f00:1::1']],
    [['93.184.215.14', '10.0.0.1']],
    [['not an address']],
  ])('that resolves to %j is not connected to', async (addresses) => {
    const fetcher = testFetcher({ resolve: () => Promise.resolve(addresses), mayConnect: isPublicAddress });
    const before = server.asked.length;
    expect(await textOf(server.url('/a.csv'), fetcher)).toMatch(
      /^refused: files\.example is at .*, which is no public address$/,
    );
    expect(server.asked).toHaveLength(before);
  });

  it('that does not resolve is named', async () => {
    const nowhere = testFetcher({ resolve: () => Promise.resolve([]) });
    expect(await textOf(server.url('/a.csv'), nowhere)).toBe('refused: files.example has no address');
    const failing = testFetcher({ resolve: () => Promise.reject(new Error('getaddrinfo ENOTFOUND')) });
    expect(await textOf(server.url('/a.csv'), failing)).toBe('refused: getaddrinfo ENOTFOUND');
  });

  it('is resolved once for each connection: what was looked at is what is connected to', async () => {
    server.answer = PLAIN;
    let asked = 0;
    const rebinding = testFetcher({
      resolve: () => Promise.resolve([asked++ === 0 ? '127.0.0.1' : '10.0.0.1']),
    });
    expect(await textOf(server.url('/a.csv'), rebinding)).toBe(TEXT);
    expect(asked).toBe(1);
  });

  it('is not needed to refuse an address that stands in the URL itself', async () => {
    const listening = connect(server.port, '127.0.0.1');
    await once(listening, 'connect');
    listening.destroy();
    const strict = testFetcher({ mayConnect: isPublicAddress });
    expect(await textOf(server.url('/a.csv', '127.0.0.1'), strict)).toBe(
      'refused: 127.0.0.1 is at 127.0.0.1, which is no public address',
    );
  });
});
