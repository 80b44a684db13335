/**
 * Everything a client can choose, with everything in it that could break a log line: none of it may reach the log as it came.
 */
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningService, startService } from '../../lib/http/service.ts';
import { readSettings } from '../../lib/settings.ts';
import { MemoryStore } from '../../lib/store/memory/store.ts';
import { runCli } from '../support/cli.ts';
import { postJson, storeWith, testApp } from '../support/http.ts';

/** What ends a line, colours a terminal, turns text around or ends a JSON string; each between marks that are looked for. */
const HOSTILE = [
  '\n',
  '\r\n',
  '\r',
  '\0',
  '\u001b[31m',
  '\u001b]0;t\u0007',
  '\u009b31m',
  '\u0085',
  '\u2028',
  '\u2029',
  '\u202e',
  '\ufeff',
  '\u007f',
  '"',
  '\\',
  '"}\n{"event":"forged"}\n',
];
const MARK = 'zqforgedqz';
const texts = HOSTILE.map((bad) => `${MARK}${bad}${MARK}`);

describe('the log of a service', () => {
  let directory: string;
  let service: RunningService;
  let token: string;
  let said = '';
  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'prefixwise-log-'));
    const env = { DATA_DIR: directory, PORT: '0', LOG_ADDRESSES: 'on' };
    token = (await runCli(['keys', 'create', 'a', '--scopes', 'lookup,report,admin'], { env })).stdout.trim();
    const settings = readSettings(env);
    if (!settings.ok) throw new Error('settings');
    const say = (text: string): void => {
      said += text;
    };
    const started = await startService(settings.value, { write: say, writeError: say });
    if (!started.ok) throw new Error(started.error);
    service = started.value;
  });
  afterAll(() => rmSync(directory, { recursive: true }));

  /** Sends bytes as they are, which no client library would, and waits for the whole answer. */
  async function sendRaw(head: readonly string[], body = ''): Promise<string> {
    const socket = connect(Number(new URL(service.url).port), '127.0.0.1');
    await once(socket, 'connect');
    const length = Buffer.byteLength(body);
    socket.end(`${head.join('\r\n')}\r\nConnection: close\r\nContent-Length: ${length}\r\n\r\n${body}`);
    let answer = '';
    for await (const chunk of socket) answer += String(chunk);
    return answer;
  }

  it('has whole lines of our own words only, and never a key', async () => {
    const host = 'Host: localhost';
    const key = `Authorization: Bearer ${token}`;
    const json = 'Content-Type: application/json';
    const statuses = new Set<string>();
    const send = async (head: readonly string[], body?: string): Promise<void> => {
      const answer = await sendRaw(head, body);
      statuses.add(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1] ?? 'none');
    };
    for (const text of texts) {
      const quoted = encodeURIComponent(text);
      for (const path of [
        text,
        quoted,
        `v1/lookup/${quoted}`,
        `v1/lookup/8.8.8.8?account=${quoted}`,
        `v1/network/${text}`,
        `map/${quoted}`,
        `?address=${quoted}`,
        `v1/lists/${quoted}/${quoted}`,
        `v1/keys/${quoted}`,
        `problems/${quoted}`,
        `docs/${quoted}`,
        `v1/audit?after=${quoted}`,
      ]) {
        await send([`GET /${path} HTTP/1.1`, host, key]);
      }
      for (const name of [
        'Authorization',
        'User-Agent',
        'Host',
        'Cookie',
        'Origin',
        'Referer',
        'X-Request-Id',
        'Traceparent',
        'X-Forwarded-For',
        'Content-Type',
        'Idempotency-Key',
      ]) {
        await send(
          [
            'POST /v1/verdicts HTTP/1.1',
            ...(name === 'Host' ? [] : [host]),
            ...(name === 'Authorization' ? [] : [key]),
            `${name}: ${text}`,
          ],
          '{}',
        );
      }
      await send([`${text} /healthz HTTP/1.1`, host]);
      await send([`GET /healthz ${text}`, host]);
      const verdict = { id: text, address: text, verdict: text, account: text, org: text, at: text };
      const bodies: readonly (readonly [string, unknown])[] = [
        ['/v1/verdicts', verdict],
        ['/v1/verdicts', { ...verdict, address: '8.8.8.8', verdict: 'spam', at: undefined }],
        ['/v1/lookup', { addresses: [text] }],
        ['/v1/keys', { label: text, scopes: ['lookup'], trustedHosts: [text], reason: text }],
        ['/v1/keys', { label: 'fine', scopes: ['lookup'], reason: text }],
        ['/v1/feedback', { Version: text }],
        ['/v1/admission', { address: text, event: text }],
      ];
      for (const [path, body] of bodies)
        await send([`POST ${path} HTTP/1.1`, host, key, json], JSON.stringify(body));
      await send(['POST /v1/verdicts HTTP/1.1', host, key, json], text);
      await send(
        ['PUT /v1/allocations/2001:db8::%2F32 HTTP/1.1', host, key, json],
        JSON.stringify({ endSiteLength: 56, note: text }),
      );
      await send(
        ['PUT /v1/lists/block/2001:db8::%2F32 HTTP/1.1', host, key, json],
        JSON.stringify({ reason: text }),
      );
      await send(
        ['DELETE /v1/reputation/8.8.8.8%2F32 HTTP/1.1', host, key, json],
        JSON.stringify({ reason: text }),
      );
      await send([`DELETE /v1/verdicts/${quoted} HTTP/1.1`, host, key]);
      for (const path of ['/sign-in', '/report', '/delist']) {
        const form = ['Content-Type: application/x-www-form-urlencoded', 'Sec-Fetch-Site: same-origin'];
        const fields = {
          key: text,
          next: text,
          address: text,
          verdict: text,
          id: text,
          reason: text,
          subject: text,
        };
        await send([`POST ${path} HTTP/1.1`, host, key, ...form], new URLSearchParams(fields).toString());
      }
    }
    await send(['GET /v1/lookup/8.8.8.8 HTTP/1.1', host, key]);
    await service.stop();
    expect(said).not.toContain(token.slice(-43));
    expect(said).not.toContain(MARK);
    const lines = said.trimEnd().split('\n').slice(1);
    expect(lines.length).toBeGreaterThan(HOSTILE.length * 20);
    for (const line of lines) {
      expect(line).toMatch(/^\{[\x20-\x7e]+\}$/);
      expect(JSON.parse(line)).toMatchObject({ event: 'request' });
    }
    // Not everything stopped at the door.
    expect([...statuses]).toEqual(expect.arrayContaining(['200', '201', '204', '400', '401', '404', '422']));
  }, 120_000);
});

describe('an error that quotes what a client sent', () => {
  it.each(texts)('is logged in one plain line: %j', async (text) => {
    const { app, log } = testApp({
      store: storeWith(new MemoryStore(), {
        recordVerdicts: () => Promise.reject(new Error(`no room for ${text}`)),
        retractVerdict: () => Promise.reject(new Error(text)),
      }),
    });
    await postJson(app, '/v1/verdicts', { id: 'fine', address: '8.8.8.8', verdict: 'spam' });
    await app.request('/v1/verdicts/fine', { method: 'DELETE' });
    expect(log).toHaveLength(2);
    for (const line of log) {
      expect(line).toMatch(/^\{[\x20-\x7e]+\}\n$/);
      expect(JSON.parse(line)).toMatchObject({ level: 'error' });
    }
  });
});
