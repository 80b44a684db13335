import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lookupAnswerSchema } from '../../lib/http/openapi/answers.ts';
import { DynamoTable } from '../../lib/store/dynamodb/dynamo-table.ts';
import { createRollupHandler } from '../../lib/store/dynamodb/rollup/handler.ts';
import { startEmulator } from '../support/dynalite.ts';
import { startService } from '../support/service.ts';
import { Pump } from '../support/stream-log.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'prefixwise-service-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

/** Runs the service until it ends by itself. */
async function runToEnd(
  env: Readonly<Record<string, string>>,
): Promise<{ code: number | null; stderr: string }> {
  const child = spawn(process.execPath, ['--import', 'tsx', 'functions/serve.ts'], {
    env: { ...process.env, DATA_DIR: directory, PORT: '0', ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let stderr = '';
  child.stderr.on('data', (chunk) => {
    stderr += String(chunk);
  });
  const [code] = await once(child, 'close');
  return { code, stderr };
}

describe('the service process', () => {
  it('answers otherwise as soon as a verdict, an allocation or a list entry says so, and as before once they are gone', async () => {
    const service = await startService(directory);
    const send = async (method: string, path: string, body: object) => {
      const headers = { 'content-type': 'application/json' };
      const response = await fetch(service.url + path, { method, headers, body: JSON.stringify(body) });
      expect(response.ok, `${method} ${path}`).toBe(true);
    };
    const ask = async () => {
      // From the third time on an answer is kept.
      const path = `${service.url}/v1/lookup/2a00:1450:4001:81b::5`;
      for (let times = 0; times < 3; times++) await (await fetch(path)).text();
      const response = await fetch(path);
      const { network, reputation, listing } = lookupAnswerSchema.parse(await response.json());
      return [network.prefix, reputation?.observations, listing?.list];
    };
    const prefix = '2a00:1450:4001:81b::/64';
    expect(await ask()).toEqual([prefix, 0, undefined]);
    await send('POST', '/v1/verdicts', {
      id: 'one',
      address: '2a00:1450:4001:81b::6',
      verdict: 'spam',
    });
    expect(await ask()).toEqual([prefix, 1, undefined]);
    await send('PUT', '/v1/allocations/2a00:1450:4001::%2F48', { endSiteLength: 56 });
    expect(await ask()).toEqual(['2a00:1450:4001:800::/56', 1, undefined]);
    await send('PUT', '/v1/lists/block/2a00:1450::%2F32', { reason: 'ticket 42' });
    expect(await ask()).toEqual(['2a00:1450:4001:800::/56', 1, 'block']);
    await send('DELETE', '/v1/lists/block/2a00:1450::%2F32', { reason: 'settled' });
    await send('DELETE', '/v1/allocations/2a00:1450:4001::%2F48', {});
    expect(await ask()).toEqual([prefix, 1, undefined]);
    await service.stop();
  });

  it('answers a request that was under way when it was told to stop, then ends with 0', async () => {
    const service = await startService(directory);
    const line = '{"id":"last","address":"45.79.27.34","verdict":"spam"}\n';
    const socket = connect(Number(new URL(service.url).port), '127.0.0.1');
    await once(socket, 'connect');
    const head = `POST /v1/verdicts HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-ndjson\r\nContent-Length: ${2 * line.length}\r\n\r\n`;
    socket.write(head + line);
    // A second request answered says that the first has been seen.
    expect((await fetch(`${service.url}/healthz`)).status).toBe(200);
    const stopped = service.stop();
    const refused = async (): Promise<boolean> => {
      const response = await fetch(`${service.url}/healthz`, { headers: { connection: 'close' } }).catch(
        () => null,
      );
      return response === null;
    };
    while (!(await refused()));
    socket.write(line);
    let answer = '';
    for await (const chunk of socket) answer += String(chunk);
    expect(answer).toContain('{"accepted":1,"duplicates":1,"rejected":[]}');
    expect(await stopped).toBe(0);

    const again = await startService(directory);
    const retry = await fetch(`${again.url}/v1/verdicts`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: line,
    });
    expect(await retry.json()).toMatchObject({ accepted: 0, duplicates: 1 });
    expect(await again.stop()).toBe(0);
  });

  it('ends at once when it is told a second time, whatever is still under way', async () => {
    const child = spawn(process.execPath, ['--import', 'tsx', 'functions/serve.ts'], {
      env: { ...process.env, DATA_DIR: directory, PORT: '0' },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const exited = once(child, 'exit');
    const [ready] = await once(child.stdout, 'data');
    const url = /ready on (http:\S+)/.exec(String(ready))?.[1] ?? '';
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    socket.on('error', () => undefined);
    await once(socket, 'connect');
    socket.write(
      'POST /v1/verdicts HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{',
    );
    expect((await fetch(`${url}/healthz`, { headers: { connection: 'close' } })).status).toBe(200);
    child.kill('SIGTERM');
    while ((await fetch(`${url}/healthz`).catch(() => null)) !== null);
    child.kill('SIGINT');
    expect(await exited).toEqual([1, null]);
    socket.destroy();
  });

  it('names every setting that is at fault, and ends with 78', async () => {
    const { code, stderr } = await runToEnd({ PORT: 'eighty', STORE: 'sqlite', LOOKUP_BUDGET_MS: '0' });
    expect(code).toBe(78);
    expect(
      stderr
        .trim()
        .split('\n')
        .map((text) => text.split(':')[0]),
    ).toEqual(['PORT', 'STORE', 'LOOKUP_BUDGET_MS']);
  });

  it('keeps evidence on a table, and says who makes reputation of it', async () => {
    const emulator = await startEmulator();
    const log = await emulator.createTable('self-hosted');
    const env = { STORE: 'dynamodb', TABLE_NAME: 'self-hosted', DYNAMODB_ENDPOINT: emulator.endpoint };
    const service = await startService(directory, { ...env, LOOKUP_BUDGET_MS: '5000' });
    const verdict = { address: '2a00:1450:8319:fe42::1', verdict: 'spam' };
    const taken = await fetch(`${service.url}/v1/verdicts`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(verdict),
    });
    expect(await taken.json()).toMatchObject({ accepted: 1 });
    const table = new DynamoTable({ tableName: 'self-hosted', endpoint: emulator.endpoint });
    const rollUp = createRollupHandler({ table, now: Date.now, onReport: () => undefined });
    await new Pump(log, rollUp).untilQuiet();
    table.close();
    const answer = await fetch(`${service.url}/v1/lookup/2a00:1450:8319:fe42::2`);
    expect(await answer.json()).toMatchObject({ degraded: false, reputation: { reporters: 1 } });
    expect(await service.stop()).toBe(0);
    expect(service.said()).toContain('the roll-up function on the stream of the table');
    await emulator.close();
  });

  it('does not listen where others could reach it before there is a key, and says how to make one', async () => {
    const { code, stderr } = await runToEnd({ HOST: '0.0.0.0' });
    expect(code).toBe(78);
    expect(stderr).toContain('HOST: 0.0.0.0 can be reached from other machines, and there is no key');
    expect(stderr).toContain('prefixwise keys create NAME --scopes lookup,report,admin');
  });

  it('says which field of the policy file it does not understand', async () => {
    const file = join(directory, 'policy.yaml');
    writeFileSync(file, 'limits:\n  good:\n    messagesPerMinute: lots\n');
    const { code, stderr } = await runToEnd({ POLICY_FILE: file });
    expect(code).toBe(78);
    expect(stderr).toContain('limits.good.messagesPerMinute: a whole number');
  });

  it('says so when its port is taken', async () => {
    const service = await startService(directory);
    const other = mkdtempSync(join(tmpdir(), 'prefixwise-service-'));
    const { code, stderr } = await runToEnd({ PORT: new URL(service.url).port, DATA_DIR: other });
    rmSync(other, { recursive: true });
    expect(code).toBe(78);
    expect(stderr).toContain('EADDRINUSE');
    expect(await service.stop()).toBe(0);
  });
});
