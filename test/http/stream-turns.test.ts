import { get, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from 'vitest';
import { STREAM_CHUNK } from '../../lib/http/limits.ts';
import { type RunningServer, startServer } from '../../lib/http/server.ts';
import { MemoryStore } from '../../lib/store/memory/store.ts';
import { storeWith, testApp } from '../support/http.ts';

const CHUNKS = 40;
const CLIENTS = 20;

let server: RunningServer | undefined;
afterEach(() => server?.close(1000));

/** The stream, answered once all of it is taken. */
async function post(url: string, lines: string): Promise<string> {
  const headers = { 'content-type': 'application/x-ndjson' };
  return await new Promise((resolve, reject) => {
    const outgoing = request(`${url}/v1/verdicts`, { method: 'POST', headers }, (incoming) => {
      text(incoming).then(resolve, reject);
    });
    outgoing.on('error', reject).end(lines);
  });
}

/** A lookup over a connection of its own, as a mail server's that keeps none. */
async function lookUp(url: string): Promise<number | undefined> {
  return await new Promise((resolve, reject) => {
    get(`${url}/v1/lookup/45.79.27.34`, { agent: false }, (incoming) => {
      text(incoming).then(() => resolve(incoming.statusCode), reject);
    }).on('error', reject);
  });
}

describe('a stream of verdicts', () => {
  it('lets those who connect meanwhile in between two of its chunks, not one of them a chunk', async () => {
    const store = new MemoryStore();
    let chunks = 0;
    let lookups: Promise<readonly (readonly [status: number | undefined, chunks: number])[]> | undefined;
    const watched = storeWith(store, {
      recordVerdicts: (records, now) => {
        chunks++;
        lookups ??= Promise.all(
          Array.from({ length: CLIENTS }, async () => [await lookUp(running.url), chunks] as const),
        );
        return store.recordVerdicts(records, now);
      },
    });
    const { app } = testApp({ store: watched });
    const running = await startServer({ fetch: app.fetch, host: '127.0.0.1', port: 0 });
    server = running;
    const lines = Array.from(
      { length: CHUNKS * STREAM_CHUNK },
      (_, i) => `{"id":"${i}","address":"45.79.${i % 251}.34","verdict":"spam"}`,
    );
    const answer = await post(running.url, lines.join('\n'));
    expect(JSON.parse(answer)).toMatchObject({ accepted: CHUNKS * STREAM_CHUNK, rejected: [] });
    for (const [status, after] of (await lookups) ?? []) {
      expect(status).toBe(200);
      expect(after).toBeLessThan(CHUNKS / 4);
    }
    expect((await lookups)?.length).toBe(CLIENTS);
  });
});
