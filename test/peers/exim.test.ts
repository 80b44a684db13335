/** The Exim ACL, in the real Exim. */
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningService, startService } from '../support/service.ts';
import { startExim } from './support/exim.ts';
import { addToLoopback } from './support/loopback.ts';
import type { MailServer } from './support/postfix.ts';
import { send } from './support/swaks.ts';

/** In no block that is given out, so that they stand for nobody. */
const SPAMMER = '2d00:db8:1:2::25';
const DOUBTFUL = '2d00:dbc:1:2::25';
const NEIGHBOUR = '2d00:db9:1:2::25';

let folder: string;
let service: RunningService;
let exim: MailServer;

async function report(address: string, count: number): Promise<void> {
  const answer = await fetch(`${service.url}/v1/verdicts`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ address, verdict: 'spam', count }),
  });
  expect(answer.status).toBe(200);
}

beforeAll(async () => {
  await addToLoopback([SPAMMER, DOUBTFUL, NEIGHBOUR]);
  folder = await mkdtemp(join(tmpdir(), 'prefixwise-exim-'));
  service = await startService(join(folder, 'data'));
  await report(SPAMMER, 40);
  await report(DOUBTFUL, 2);
  exim = await startExim(new URL(service.url).host);
});

afterAll(async () => {
  await exim.stop();
  await rm(folder, { recursive: true });
});

describe('the Exim ACL', () => {
  it('refuses with the reply of the policy, and lets a neighbour in', async () => {
    const refused = await send({ from: SPAMMER, port: exim.port });
    // Exim breaks a long reply into lines.
    expect(refused.transcript).toMatch(/554-5\.7\.1 Refused: 40 of 40 weighted reports /);
    expect(refused.refusal).toMatch(/^554 5\.7\.1 .*2d00:db8:1:2::\/64 spam$/);
    expect(await send({ from: NEIGHBOUR, port: exim.port })).toMatchObject({ accepted: true });
    expect(await exim.log()).toContain('Prefixwise: 5.7.1 Refused: ');
  });

  it('defers with the reply of the policy', async () => {
    const deferred = await send({ from: DOUBTFUL, port: exim.port });
    expect(deferred.transcript).toMatch(/451-4\.7\.1 Deferred: 2 of 2 weighted reports /);
  });

  it('lets mail pass when nobody listens, and when nobody answers', async () => {
    await service.stop();
    expect(await send({ from: SPAMMER, port: exim.port })).toMatchObject({ accepted: true });
    const silent = createServer().listen(Number(new URL(service.url).port), '127.0.0.1');
    await once(silent, 'listening');
    const impatient = await startExim(new URL(service.url).host, '1s');
    expect(await send({ from: SPAMMER, port: impatient.port })).toMatchObject({ accepted: true });
    await impatient.stop();
    silent.close();
  });
});
