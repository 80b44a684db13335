import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runCli } from '../support/cli.ts';
import { policyClient } from '../support/policy-client.ts';
import { policyRequest } from '../support/policy-request.ts';
import { startService } from '../support/service.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'prefixwise-policy-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

describe('prefixwise postfix-policy', () => {
  it('asks a service over HTTP, answers on when that is gone, and stops when told', async () => {
    const service = await startService(directory, { LOG_REQUESTS: 'off' });
    const args = [
      '--import',
      'tsx',
      'functions/cli.ts',
      'postfix-policy',
      '--listen',
      'inet:[::1]:0',
      '--budget',
      '10000',
    ];
    const child = spawn(process.execPath, [...args, '--url', service.url], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const exited = once(child, 'exit');
    const [line] = await once(createInterface({ input: child.stdout }), 'line');
    const [, place = '', url] =
      /^prefixwise answers Postfix at (\S+), and asks (\S+)$/.exec(String(line)) ?? [];
    expect(url).toBe(service.url);
    const client = await policyClient(place);
    const found =
      'PREPEND X-Prefixwise: class=unknown; action=throttle; prefix=2a00:1450:8319:fe42::/64; spam=0.';
    expect((await client.ask(policyRequest()))[0]).toContain(found);
    await service.kill();
    const other = { instance: 'other', client_address: '2a00:1450:8319:ff00::1' };
    expect(await client.ask(policyRequest(other))).toEqual(['DUNNO']);
    child.kill('SIGTERM');
    await client.closed;
    expect(await exited).toEqual([0, null]);
  });

  it.each([
    [['--listen', '10040'], 2, '--listen: inet:HOST:PORT or unix:PATH is expected'],
    [['--listen', 'inet:192.0.2.1:10040'], 2, '--listen: a loopback address is expected'],
    [['--url', 'mail'], 2, '--url: an http or https URL is expected'],
    [['--budget', '0'], 2, '--budget: a whole number from 1 to 10000 is expected'],
    [['--on-trouble', 'reject'], 2, '--on-trouble: dunno or defer is expected'],
    [['--listen', 'unix:/nowhere/at/all'], 78, '--listen: cannot listen there:'],
  ])('with %j ends with %i and the reason', async (options, code, reason) => {
    const ran = await runCli(['postfix-policy', ...options]);
    expect(ran.code).toBe(code);
    expect(ran.stderr).toContain(`postfix-policy: ${reason}`);
  });
});

describe('a service that answers Postfix itself', () => {
  it('rules as it does over HTTP, counts both in its metrics, and gives places back when it stops', async () => {
    const place = `unix:${join(directory, 'policy')}`;
    const service = await startService(directory, { POSTFIX_LISTEN: place, LOOKUP_BUDGET_MS: '5000' });
    const client = await policyClient(place);
    const instances = ['a', 'b', 'c', 'd', 'e', 'f'];
    const actions: (string | undefined)[] = [];
    for (const instance of instances) actions.push((await client.ask(policyRequest({ instance })))[0]);
    expect(actions.slice(0, 5).every((action) => action?.startsWith('PREPEND'))).toBe(true);
    expect(actions[5]).toMatch(
      /^(?:421 4\.7\.0|451 4\.7\.1) Limit reached, try again later: at most 5 messages /,
    );
    const answer = await fetch(`${service.url}/v1/admission`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ address: '2a00:1450:8319:fe42::26', event: 'message', count: 5 }),
    });
    expect(await answer.json()).toMatchObject({ decision: 'defer', limit: { name: 'messagesPerMinute' } });
    const metrics = await (await fetch(`${service.url}/metrics`)).text();
    expect(metrics).toContain('prefixwise_lookups_total{kind="ipv6",class="unknown"} 6');
    expect(metrics).toContain('prefixwise_admissions_total{class="unknown",decision="defer"} 2');
    expect(await service.stop()).toBe(0);
    await client.closed;
  });
});
