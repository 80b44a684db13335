import { Validator } from '@seriousme/openapi-schema-validator';
import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { MAX_BATCH_VERDICTS } from '../../lib/http/limits.ts';
import {
  accountSchema,
  childrenSchema,
  lookupAnswerSchema,
  networkSchema,
} from '../../lib/http/openapi/answers.ts';
import {
  ACCOUNT_EXAMPLE,
  CHILDREN_EXAMPLE,
  LOOKUP_EXAMPLE,
  VERDICT_EXAMPLE,
} from '../../lib/http/openapi/examples.ts';
import { PROBLEM_TYPES } from '../../lib/http/problem.ts';
import { verdictSchema } from '../../lib/http/wire/verdict.ts';
import { testApp } from '../support/http.ts';

/** Pages for people, which the document does not describe. */
const PAGES = [
  '/',
  '/report',
  '/delist',
  '/sign-in',
  '/sign-out',
  '/map/:prefix',
  '/map/:prefix/:length',
  '/docs',
  '/docs/:file',
];

const documentSchema = z.looseObject({
  info: z.looseObject({ version: z.string(), description: z.string() }),
  servers: z.array(z.object({ url: z.string() })),
  paths: z.record(
    z.string(),
    z.record(z.string(), z.looseObject({ responses: z.record(z.string(), z.unknown()) })),
  ),
  components: z.object({ schemas: z.record(z.string(), z.looseObject({})) }),
});

async function documentOf(publicUrl: string | null = null) {
  const response = await testApp({ publicUrl }).app.request('/openapi.json');
  return z.parse(documentSchema, await response.json());
}

describe('the OpenAPI document', () => {
  it('is valid OpenAPI 3.1', async () => {
    const document = await documentOf();
    const result = await new Validator().validate(document);
    expect(result.errors ?? []).toEqual([]);
    expect(result.valid).toBe(true);
    expect(document).toMatchObject({
      openapi: '3.1.0',
      info: { version: expect.stringMatching(/^\d+\.\d+\.\d+/) },
    });
  });

  it('describes every route, and none that is not there', async () => {
    const { paths } = await documentOf();
    const described = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    const served = testApp()
      .app.routes.filter(({ path }) => !PAGES.includes(path))
      .map(({ method, path }) => `${method} ${path.replace(/:(\w+)/g, '{$1}')}`);
    expect(described.sort()).toEqual(served.sort());
  });

  it('names every type of problem, and gives each operation its own', async () => {
    const { info, paths } = await documentOf();
    for (const kind of Object.keys(PROBLEM_TYPES)) expect(info.description).toContain(`/problems/${kind}`);
    const { post } = paths['/v1/verdicts'] ?? {};
    expect(Object.keys(post?.responses ?? {})).toEqual(
      expect.arrayContaining(['200', '400', '403', '413', '415', '500', '503']),
    );
  });

  it('quotes the limits that are kept', async () => {
    const { VerdictsRequest, Verdict } = (await documentOf()).components.schemas;
    expect(VerdictsRequest).toMatchObject({
      anyOf: [{}, { properties: { verdicts: { maxItems: MAX_BATCH_VERDICTS } } }],
    });
    expect(Verdict).toMatchObject({
      required: ['address', 'verdict'],
      properties: { id: { minLength: 1, maxLength: 200 }, count: { minimum: 1, maximum: 1_000_000_000 } },
    });
  });

  it('lets answers grow: no schema forbids further fields', async () => {
    expect(JSON.stringify(await documentOf())).not.toContain('"additionalProperties":false');
  });

  it('shows examples that its own schemas take', () => {
    z.parse(lookupAnswerSchema, LOOKUP_EXAMPLE);
    z.parse(networkSchema, LOOKUP_EXAMPLE.network);
    z.parse(childrenSchema, CHILDREN_EXAMPLE);
    z.parse(accountSchema, ACCOUNT_EXAMPLE);
    z.parse(verdictSchema, VERDICT_EXAMPLE);
  });

  it('names the public address when there is one', async () => {
    expect((await documentOf()).servers).toEqual([{ url: '/' }]);
    expect((await documentOf('https://rep.example')).servers).toEqual([{ url: 'https://rep.example' }]);
  });
});

describe('the documentation page', () => {
  it('comes with everything it needs from this process alone', async () => {
    const { app } = testApp();
    const page = await (await app.request('/docs')).text();
    const references = [...page.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, url = '']) => url);
    expect(references).toHaveLength(4);
    for (const url of references) {
      expect(url).toMatch(/^\/docs\/[\w.-]+$/);
      const response = await app.request(url);
      expect(response.status, url).toBe(200);
      expect(response.headers.get('content-type'), url).toMatch(
        /^(text\/(css|javascript); charset=utf-8|image\/png)$/,
      );
      expect(response.headers.get('x-content-type-options')).toBe('nosniff');
      expect((await response.arrayBuffer()).byteLength, url).toBeGreaterThan(50);
    }
    const start = await (await app.request('/docs/start.js')).text();
    for (const text of [page, start]) expect(text).not.toMatch(/(?:https?:)?\/\/[a-z]/i);
    expect(start).toContain('validatorUrl: null');
  });

  it('may load, run and call nothing but this process', async () => {
    const { headers } = await testApp().app.request('/docs');
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self';");
    expect(policy).toContain("connect-src 'self'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/https?:|\*|unsafe-eval/);
  });

  it('gives no other file away', async () => {
    const { app } = testApp();
    for (const name of ['package.json', '..%2F..%2Fpackage.json', 'swagger-ui-bundle.js.map', 'index.html']) {
      expect((await app.request(`/docs/${name}`)).status, name).toBe(404);
    }
  });
});
