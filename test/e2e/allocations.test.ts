import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningService, startService } from '../support/service.ts';

/** Milliseconds in which a change made anywhere holds in every process. */
const EVERYWHERE_MS = 5_000;

interface Network {
  readonly prefix: string;
  readonly source: string;
  readonly allocation?: { readonly origin: string; readonly reference: string; readonly prefix: string };
}

async function network(service: RunningService, address: string): Promise<Network> {
  return JSON.parse(await (await fetch(`${service.url}/v1/network/${address}`)).text());
}

/** Asks until the prefix is the expected one; resolves to the milliseconds that took. */
async function until(service: RunningService, address: string, prefix: string): Promise<number> {
  const began = performance.now();
  while ((await network(service, address)).prefix !== prefix) {
    if (performance.now() - began > 10 * EVERYWHERE_MS) throw new Error(`${address} never became ${prefix}`);
  }
  return performance.now() - began;
}

describe('two services and the command line on one store', () => {
  let folder: string;
  let services: RunningService[];
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'prefixwise-allocations-'));
    services = await Promise.all([startService(join(folder, 'data')), startService(join(folder, 'data'))]);
  });
  afterAll(async () => {
    for (const service of services) expect(await service.stop()).toBe(0);
    rmSync(folder, { recursive: true });
  });

  async function cli(...argv: readonly string[]): Promise<number | null> {
    const child = spawn(process.execPath, ['--import', 'tsx', 'functions/cli.ts', ...argv], {
      env: { ...process.env, DATA_DIR: join(folder, 'data') },
      stdio: 'ignore',
    });
    await once(child, 'exit');
    return child.exitCode;
  }

  it('an import holds in every service within five seconds, with its provenance', async () => {
    const file = join(folder, 'isp.csv');
    writeFileSync(file, '2600:1f00::/32,56,\r\n');
    expect(await cli('import', file)).toBe(0);
    for (const service of services) {
      expect(await until(service, '2600:1f00:1:2ff::1', '2600:1f00:1:200::/56')).toBeLessThan(EVERYWHERE_MS);
      expect(await network(service, '2600:1f00:1:2ff::1')).toMatchObject({
        source: 'published',
        allocation: { prefix: '2600:1f00::/32', origin: 'prefixlen', reference: 'isp.csv' },
      });
    }
  });

  it('an operator entry holds at once where it was made, and within five seconds elsewhere', async () => {
    const [here, there] = services;
    if (here === undefined || there === undefined) throw new Error('two services are expected');
    const url = `${here.url}/v1/allocations/${encodeURIComponent('2600:1f00::/32')}`;
    const response = await fetch(url, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: '{"endSiteLength":48,"note":"they told us"}',
    });
    expect(response.status).toBe(201);
    expect(await network(here, '2600:1f00:1::1')).toMatchObject({
      prefix: '2600:1f00:1::/48',
      source: 'operator',
      allocation: { reference: 'they told us' },
    });
    expect(await until(there, '2600:1f00:1::1', '2600:1f00:1::/48')).toBeLessThan(EVERYWHERE_MS);
    expect((await fetch(url, { method: 'DELETE' })).status).toBe(204);
    expect((await network(here, '2600:1f00:1::1')).source).toBe('published');
    expect(await until(there, '2600:1f00:1::1', '2600:1f00:1::/56')).toBeLessThan(EVERYWHERE_MS);
  });

  it('a removed source is gone everywhere', async () => {
    expect(await cli('import', '--remove', 'isp.csv')).toBe(0);
    for (const service of services) {
      expect(await until(service, '2600:1f00::1', '2600:1f00::/64')).toBeLessThan(EVERYWHERE_MS);
    }
  });
});
