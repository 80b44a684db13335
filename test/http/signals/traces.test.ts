import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rolldown } from 'rolldown';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type CollectedSpan, type Collector, startCollector } from '../../support/collector.ts';
import { startService } from '../../support/service.ts';

let directory: string;
let collector: Collector;
beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'traces-'));
  collector = await startCollector();
});
afterEach(async () => {
  await collector.close();
  rmSync(directory, { recursive: true });
});

/** Runs a service with a collector, and resolves once it has ended: by then everything was sent. */
async function traced(
  env: Readonly<Record<string, string>>,
  use: (url: string) => Promise<unknown>,
): Promise<{ readonly code: number | null; readonly said: string }> {
  const service = await startService(directory, { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, ...env });
  await use(service.url);
  const code = await service.stop();
  return { code, said: service.said() };
}

const named = (name: string): readonly CollectedSpan[] =>
  collector.spans.filter((span) => span.name === name);
const TRACE = '0af7651916cd43dd8448eb211c80319c';
const PARENT = 'b7ad6b7169203331';

describe('traces', () => {
  it('show a lookup with its read of the store and its policy, inside the trace of who asks', async () => {
    const headers = { traceparent: `00-${TRACE}-${PARENT}-01` };
    await traced({}, (url) => fetch(`${url}/v1/lookup/45.79.27.34?spf=pass`, { headers }));
    expect(collector.paths).toEqual(['/v1/traces']);
    const [request] = named('GET /v1/lookup/{address}');
    expect(request).toMatchObject({
      traceId: TRACE,
      parentSpanId: PARENT,
      kind: 2,
      service: 'prefixwise',
      attributes: {
        'http.request.method': 'GET',
        'http.route': '/v1/lookup/{address}',
        'http.response.status_code': 200,
        'prefixwise.kind': 'ipv4',
        'prefixwise.class': 'unknown',
        'prefixwise.degraded': false,
      },
    });
    for (const name of ['store read', 'policy']) {
      expect(named(name), name).toMatchObject([{ traceId: TRACE, parentSpanId: request?.spanId, kind: 1 }]);
    }
    expect(JSON.stringify(collector.spans)).not.toContain('45.79');
  });

  it('keep requests that run beside each other apart', async () => {
    const addresses = Array.from({ length: 20 }, (_, i) => `45.79.27.${i}`);
    await traced({ OTEL_SERVICE_NAME: 'mx-reputation' }, (url) =>
      Promise.all(addresses.map((address) => fetch(`${url}/v1/lookup/${address}`))),
    );
    const requests = named('GET /v1/lookup/{address}');
    expect(requests).toHaveLength(20);
    expect(new Set(requests.map(({ traceId }) => traceId)).size).toBe(20);
    const parents = named('store read').map(({ parentSpanId }) => parentSpanId);
    expect(parents.toSorted()).toEqual(requests.map(({ spanId }) => spanId).toSorted());
    expect(requests[0]?.service).toBe('mx-reputation');
  });

  it('show a verdict until it is durable', async () => {
    const body = JSON.stringify({ address: '45.79.27.34', verdict: 'spam' });
    const headers = { 'content-type': 'application/json' };
    await traced({}, (url) => fetch(`${url}/v1/verdicts`, { method: 'POST', headers, body }));
    const [request] = named('POST /v1/verdicts');
    expect(named('store write')).toMatchObject([{ parentSpanId: request?.spanId, status: 0 }]);
  });

  it('are taken of the share that is asked for, and of every request that is traced already', async () => {
    await traced({ OTEL_TRACES_SAMPLER_ARG: '0' }, async (url) => {
      await fetch(`${url}/v1/lookup/45.79.27.34`);
      await fetch(`${url}/healthz`, { headers: { traceparent: `00-${TRACE}-${PARENT}-01` } });
      await fetch(`${url}/readyz`, { headers: { traceparent: 'rubbish' } });
    });
    expect(collector.spans.map(({ name }) => name)).toEqual(['GET /healthz']);
  });

  it('whose collector is gone cost a line of log, and nothing else', async () => {
    await collector.close();
    const { code, said } = await traced({}, async (url) => {
      expect((await fetch(`${url}/v1/lookup/45.79.27.34`)).status).toBe(200);
    });
    collector = await startCollector();
    expect(code).toBe(0);
    expect(said).toContain('"event":"traces-not-sent"');
  });
});

describe('the tracing library', () => {
  it.each(['serve', 'api', 'cli'])('is no part of what %s loads to start', async (entry) => {
    const bundler = await rolldown({
      input: `functions/${entry}.ts`,
      platform: 'node',
      external: /^[^./]/,
      logLevel: 'silent',
    });
    const { output } = await bundler.generate({ format: 'esm' });
    await bundler.close();
    const chunks = new Map(output.flatMap((file) => (file.type === 'chunk' ? [[file.fileName, file]] : [])));
    const loaded = new Set<string>();
    const packages = new Set<string>();
    const load = (file: string): void => {
      if (loaded.has(file)) return;
      loaded.add(file);
      for (const path of chunks.get(file)?.imports ?? []) {
        if (chunks.has(path)) load(path);
        else packages.add(path);
      }
    };
    load(`${entry}.js`);
    expect(packages.size).toBeGreaterThan(3);
    expect([...packages].filter((path) => path.startsWith('@opentelemetry'))).toEqual([]);
  });
});
