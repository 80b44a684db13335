/** A key that ends while one of its requests is under way. */
import { describe, expect, it } from 'vitest';
import { revokeKey } from '../../../lib/keys/keys.ts';
import { act } from '../../keys/build.ts';
import { problemOf } from '../../support/http.ts';
import { bearer, type KeyedApp, keyedApp } from '../../support/keyed-app.ts';
import { NOW } from '../../support/records.ts';

const line = (id: number) => `{"id":"${id}","address":"2600:3c00:${id.toString(16)}::1","verdict":"spam"}\n`;

/** Sends a body in two parts, and revokes the key between them. */
async function sendHalves(keyed: KeyedApp, type: string, first: string, second: string): Promise<Response> {
  const { key, token } = keyed.keys.report;
  const parts = [first, second];
  const body = new ReadableStream<Uint8Array>(
    {
      pull: async (controller) => {
        const part = parts.shift();
        if (part === second) {
          await revokeKey(keyed.store.records, key.id, act());
          await keyed.ring.changed();
        }
        if (part === undefined) controller.close();
        else controller.enqueue(Buffer.from(part));
      },
    },
    { highWaterMark: 0 },
  );
  const init: RequestInit & { duplex: 'half' } = {
    method: 'POST',
    headers: { ...bearer(token), 'content-type': type },
    body,
    duplex: 'half',
  };
  return await keyed.app.request('/v1/verdicts', init);
}

describe('a key that ends while its verdicts come in', () => {
  it('is heard no more: what came before was taken, nothing of what came after', async () => {
    const keyed = await keyedApp();
    const lines = Array.from({ length: 1500 }, (_, i) => line(i));
    const answer = await sendHalves(
      keyed,
      'application/x-ndjson',
      lines.slice(0, 1200).join(''),
      lines.slice(1200).join(''),
    );
    expect(answer.headers.get('www-authenticate')).toBe('Bearer realm="prefixwise"');
    expect(await problemOf(answer)).toMatchObject({
      status: 401,
      detail: expect.stringContaining('the key ended'),
    });
    const { id } = keyed.keys.report.key;
    // Verdicts are made durable a thousand at a time.
    expect(await keyed.store.retractVerdict(id, '999', NOW)).toBe(true);
    for (const late of ['1000', '1200', '1499'])
      expect(await keyed.store.retractVerdict(id, late, NOW)).toBe(false);
  });

  it('is heard no more when the whole batch came too late', async () => {
    const keyed = await keyedApp();
    const answer = await sendHalves(keyed, 'application/json', '{"verdicts":[', `${line(1)}]}`);
    expect((await problemOf(answer)).status).toBe(401);
    expect(await keyed.store.retractVerdict(keyed.keys.report.key.id, '1', NOW)).toBe(false);
  });
});
