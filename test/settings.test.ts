import { describe, expect, it } from 'vitest';
import { describeFaults, isLoopback, readSettings, readStoreSettings } from '../lib/settings.ts';

describe('readSettings', () => {
  it('needs nothing', () => {
    expect(readSettings({})).toEqual({
      ok: true,
      value: {
        host: '127.0.0.1',
        port: 8080,
        store: { kind: 'embedded', dataDir: './data' },
        lookupBudgetMs: 50,
        policyFile: null,
        publicUrl: null,
        rateLimit: 60_000,
        evidenceMonths: 24,
        accountSecret: null,
        postfixListen: null,
        postfixOnTrouble: 'dunno',
        logRequests: true,
        logAddresses: false,
        traces: null,
      },
    });
  });

  it('takes every variable, and an empty one for none', () => {
    const env = {
      HOST: '::1',
      PORT: '0',
      DATA_DIR: '/srv/evidence',
      STORE: 'embedded',
      LOOKUP_BUDGET_MS: '',
      POLICY_FILE: 'policy.yaml',
      PUBLIC_URL: 'https://rep.example/prefixwise/',
      POSTFIX_LISTEN: 'inet:[::1]:10040',
      POSTFIX_ON_TROUBLE: 'defer',
    };
    expect(readSettings(env)).toMatchObject({
      ok: true,
      value: {
        host: '::1',
        port: 0,
        store: { kind: 'embedded', dataDir: '/srv/evidence' },
        lookupBudgetMs: 50,
        publicUrl: 'https://rep.example/prefixwise',
        postfixListen: { kind: 'inet', host: '::1', port: 10040 },
        postfixOnTrouble: 'defer',
      },
    });
  });

  it('takes a limit for keys, or none', () => {
    expect(readSettings({ RATE_LIMIT: '600' })).toMatchObject({ value: { rateLimit: 600 } });
    expect(readSettings({ RATE_LIMIT: 'off' })).toMatchObject({ value: { rateLimit: null } });
    for (const RATE_LIMIT of ['0', '-1', '1.5', 'many', '1000000000']) {
      expect(readSettings({ RATE_LIMIT })).toMatchObject({
        ok: false,
        error: [
          { variable: 'RATE_LIMIT', detail: expect.stringMatching(/^a whole number from 1 .*; or off$/) },
        ],
      });
    }
  });

  it('keeps tallies that nobody reports on for 3 to 24 months', () => {
    expect(readSettings({ EVIDENCE_MONTHS: '3' })).toMatchObject({ value: { evidenceMonths: 3 } });
    for (const EVIDENCE_MONTHS of ['2', '25', '1.5', 'off'])
      expect(readSettings({ EVIDENCE_MONTHS })).toMatchObject({
        ok: false,
        error: [{ variable: 'EVIDENCE_MONTHS', detail: expect.stringContaining('from 3 to 24') }],
      });
  });

  it('takes a secret that is long enough, and never repeats it', () => {
    const ACCOUNT_SECRET = 'open sesame '.repeat(3);
    expect(readSettings({ ACCOUNT_SECRET })).toMatchObject({ value: { accountSecret: ACCOUNT_SECRET } });
    expect(readSettings({ ACCOUNT_SECRET: 'open sesame' })).toEqual({
      ok: false,
      error: [{ variable: 'ACCOUNT_SECRET', detail: 'at least 32 characters are expected' }],
    });
  });

  it('takes a table for a store, its region from where AWS tools take it', () => {
    const table = { STORE: 'dynamodb', TABLE_NAME: 'prefixwise-prod' };
    expect(readStoreSettings(table)).toEqual({
      ok: true,
      value: { kind: 'dynamodb', tableName: 'prefixwise-prod', endpoint: undefined, region: undefined },
    });
    const env = { ...table, AWS_DEFAULT_REGION: 'us-east-1', DYNAMODB_ENDPOINT: 'http://127.0.0.1:8000/' };
    expect(readStoreSettings(env)).toMatchObject({
      value: { region: 'us-east-1', endpoint: 'http://127.0.0.1:8000' },
    });
    expect(readStoreSettings({ ...env, AWS_REGION: 'eu-central-1' })).toMatchObject({
      value: { region: 'eu-central-1' },
    });
  });

  it('sends traces where an OpenTelemetry program would', () => {
    const tracesOf = (env: Record<string, string>) => {
      const settings = readSettings(env);
      return settings.ok ? settings.value.traces : settings.error;
    };
    const base = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318/' };
    const all = { url: 'http://collector:4318/v1/traces', share: 1, serviceName: 'prefixwise' };
    expect(tracesOf(base)).toEqual(all);
    expect(tracesOf({ ...base, OTEL_SERVICE_NAME: 'mx', OTEL_TRACES_SAMPLER_ARG: '0.05' })).toEqual({
      ...all,
      share: 0.05,
      serviceName: 'mx',
    });
    const own = { ...base, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'https://traces.example/in' };
    expect(tracesOf(own)).toEqual({ ...all, url: 'https://traces.example/in' });
    expect(tracesOf({ OTEL_TRACES_SAMPLER_ARG: '0.5' })).toBeNull();
  });

  it.each([
    ['TABLE_NAME', ''],
    ['TABLE_NAME', 'a/b'],
    ['AWS_REGION', 'Frankfurt'],
    ['DYNAMODB_ENDPOINT', 'localhost:8000'],
    ['DYNAMODB_ENDPOINT', 'https://user:secret@dynamodb.example'],
  ])('refuses %s=%j of a table by name', (variable, text) => {
    const settings = readSettings({ STORE: 'dynamodb', TABLE_NAME: 'prefixwise', [variable]: text });
    expect(settings).toMatchObject({ ok: false, error: [{ variable }] });
  });

  it.each([
    ['PORT', '65536'],
    ['PORT', '-1'],
    ['PORT', '80a'],
    ['PORT', '0x50'],
    ['HOST', 'a b'],
    ['STORE', 'sqlite'],
    ['LOOKUP_BUDGET_MS', '0'],
    ['LOOKUP_BUDGET_MS', '1.5'],
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'collector:4318'],
    ['OTEL_TRACES_SAMPLER_ARG', '1.5'],
    ['PUBLIC_URL', 'rep.example'],
    ['PUBLIC_URL', 'javascript:alert(1)'],
    ['PUBLIC_URL', 'https://rep.example/?x=1'],
    ['PUBLIC_URL', 'https://user:secret@rep.example/'],
  ])('refuses %s=%s by name', (variable, text) => {
    const settings = readSettings({ [variable]: text });
    expect(settings.ok).toBe(false);
    if (!settings.ok) expect(settings.error.map((fault) => fault.variable)).toEqual([variable]);
  });

  it('finds every fault at once, and prints none of a client’s control characters', () => {
    const settings = readSettings({ PORT: 'x\n\u001b[31m', HOST: 'a b' });
    if (settings.ok) throw new Error('taken');
    const text = describeFaults(settings.error);
    expect(text.split('\n')).toHaveLength(2);
    expect(text).not.toContain('\u001b');
  });
});

describe('isLoopback', () => {
  it.each(['127.0.0.1', '127.8.9.10', '::1', 'localhost', '0:0:0:0:0:0:0:1'])('knows %s', (host) => {
    expect(isLoopback(host)).toBe(true);
  });
  it.each(['0.0.0.0', '::', '10.0.0.1', 'rep.example', '::ffff:10.0.0.1', '128.0.0.1'])(
    'does not take %s for it',
    (host) => {
      expect(isLoopback(host)).toBe(false);
    },
  );
});
