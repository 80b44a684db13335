/** Every example of the OpenAPI document at work: those of requests are sent, those of answers held against their schema. */
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { Hono } from 'hono';
import { beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { openApiDocument } from '../../lib/http/openapi/document.ts';
import { KEY_EXAMPLE } from '../../lib/http/openapi/key-operations.ts';
import { createKey } from '../../lib/keys/keys.ts';
import { openLists } from '../../lib/lists/live.ts';
import { openAllocations } from '../../lib/published/live.ts';
import { MemoryStore } from '../../lib/store/memory/store.ts';
import { act, mustCreate, SPEC, seededRandomness } from '../keys/build.ts';
import { postJson, testApp } from '../support/http.ts';
import { bearer, ringOf } from '../support/keyed-app.ts';

const contentSchema = z.record(
  z.string(),
  z.object({ schema: z.record(z.string(), z.unknown()), example: z.optional(z.unknown()) }),
);
const operationSchema = z.looseObject({
  parameters: z.optional(
    z.array(
      z.looseObject({
        in: z.enum(['path', 'query', 'header']),
        name: z.string(),
        required: z.boolean(),
        schema: z.looseObject({
          examples: z.optional(z.array(z.string())),
          enum: z.optional(z.array(z.string())),
          default: z.optional(z.unknown()),
        }),
      }),
    ),
  ),
  requestBody: z.optional(z.looseObject({ content: contentSchema })),
  responses: z.record(z.string(), z.looseObject({ content: z.optional(contentSchema) })),
});
type Operation = z.output<typeof operationSchema>;

const document = openApiDocument('1.0.0', null);
const paths = z.parse(z.record(z.string(), z.record(z.string(), operationSchema)), document['paths']);
const operations = Object.entries(paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
);

/** What a client that was made from this document would refuse. */
const validator = new Ajv2020({ strict: false, validateFormats: false });
validator.addSchema({ $id: 'openapi', components: document['components'] });

function faultsOf(schema: Readonly<Record<string, unknown>>, value: unknown): unknown {
  const text = JSON.stringify(schema).replaceAll('"#/components', '"openapi#/components');
  const resolved: object = JSON.parse(text);
  const validate = validator.compile(resolved);
  return validate(value) ? [] : validate.errors;
}

interface Sent {
  readonly method: string;
  readonly url: string;
  readonly type: string | null;
  readonly example: unknown;
  readonly operation: Operation;
}

/** The requests that the examples of an operation make: each of a parameter in turn, each body. */
function requestsOf({ path, method, operation }: (typeof operations)[number]): Sent[] {
  const { parameters = [], requestBody } = operation;
  let urls = [path];
  for (const { in: place, name, required, schema } of parameters) {
    const values =
      schema.examples ?? schema.enum ?? (schema.default === undefined ? [] : [String(schema.default)]);
    if (place === 'path') {
      expect(values, `${path}: examples of ${name}`).not.toEqual([]);
      urls = urls.flatMap((url) => values.map((value) => url.replace(`{${name}}`, value)));
    } else if (place === 'query') {
      const asked = (url: string) => (value: string) =>
        `${url}${url.includes('?') ? '&' : '?'}${name}=${encodeURIComponent(value)}`;
      const more = urls.slice(0, 1).flatMap((first) => values.map(asked(first)));
      urls = required ? more : [...urls, ...more];
    }
  }
  const bodies = Object.entries(requestBody?.content ?? {}).filter(
    ([, { example }]) => example !== undefined,
  );
  return urls.flatMap((url): Sent[] =>
    bodies.length === 0
      ? [{ method, url, type: null, example: undefined, operation }]
      : bodies.map(([type, { example }]) => ({ method, url, type, example, operation })),
  );
}

/** So that what one example asks for, another has made: entries first, their removal last, and keys at the very end. */
const ORDER = ['PUT', 'POST', 'GET', 'DELETE'];
const rankOf = ({ method, url }: Sent): number =>
  (url.startsWith('/v1/keys/') && method !== 'GET' ? 10 : 0) + ORDER.indexOf(method);
const requests = operations.flatMap(requestsOf).toSorted((a, b) => rankOf(a) - rankOf(b));
const answers = operations.flatMap(({ path, method, operation }) =>
  Object.entries(operation.responses).flatMap(([status, { content = {} }]) =>
    Object.entries(content).map(([type, { schema, example }]) => ({
      path,
      method,
      status,
      type,
      schema,
      example,
    })),
  ),
);

/** A service with all that an operator can say, live, and the key of the examples. */
async function wholeApp(): Promise<{ readonly app: Hono; readonly token: string }> {
  const store = new MemoryStore();
  const fail = (error: unknown): never => {
    throw error;
  };
  const admin = await mustCreate(store.records, { label: 'admin', scopes: ['lookup', 'report', 'admin'] });
  const random = seededRandomness('examples');
  const ids = [Buffer.from(KEY_EXAMPLE.id, 'hex')];
  const example = await createKey(store.records, SPEC, act(), (size) => ids.shift() ?? random(size));
  expect(example).toMatchObject({ ok: true, value: { key: { id: KEY_EXAMPLE.id } } });
  const [allocations, lists] = await Promise.all([
    openAllocations(store, fail),
    openLists(store.records, fail),
  ]);
  await Promise.all([allocations.close(), lists.close()]);
  const { app } = testApp({
    store,
    allocations,
    entriesChanged: allocations.entriesChanged,
    listingOf: lists.listingOf,
    listsChanged: lists.changed,
    keys: await ringOf(store),
    openWithoutKeys: false,
    metricsText: () => Promise.resolve('prefixwise_lookups_total{kind="ipv6",class="good"} 41\n'),
  });
  // Accounts stand in no example of a verdict, and one of them is forgotten.
  for (const name of [{ account: 'anna' }, { account: 'anna', org: 'acme' }]) {
    await postJson(
      app,
      '/v1/verdicts',
      { address: '45.79.27.34', verdict: 'spam', ...name },
      bearer(admin.token),
    );
  }
  return { app, token: admin.token };
}

describe('an example of a request', () => {
  let app: Hono;
  let token: string;
  beforeAll(async () => {
    ({ app, token } = await wholeApp());
  });

  it.each(requests)('$method $url $type is sent, and answered as described', async (request) => {
    const { method, url, type, example, operation } = request;
    const headers = { ...bearer(token), ...(type === null ? {} : { 'content-type': type }) };
    const body = type === null ? null : typeof example === 'string' ? example : JSON.stringify(example);
    const response = await app.request(url, { method, headers, body });
    const text = await response.text();
    expect(response.status, text).toBeLessThan(300);
    const described = operation.responses[String(response.status)];
    expect(described, `status ${response.status}`).toBeDefined();
    const [media = ''] = (response.headers.get('content-type') ?? '').split(';');
    if (described?.content === undefined) {
      expect(text).toBe('');
      return;
    }
    const content = described.content[media];
    expect(content, `${media}: ${text}`).toBeDefined();
    if (content === undefined) return;
    const answer: unknown = /[/+]json$/.test(media) ? JSON.parse(text) : text;
    expect(faultsOf(content.schema, answer)).toEqual([]);
    // Nothing that is reported or looked up as an example comes to nothing.
    if (url.startsWith('/v1/verdicts') || url === '/v1/feedback') expect(text).toContain('"rejected":[]');
  });

  it('takes a body that its own schema allows', () => {
    const bodies = requests.filter(({ type }) => type !== null);
    expect(bodies.length).toBeGreaterThan(10);
    for (const { method, url, type, example, operation } of bodies) {
      const schema = operation.requestBody?.content[type ?? '']?.schema ?? {};
      expect(faultsOf(schema, example), `${method} ${url}`).toEqual([]);
    }
  });
});

describe('an example of an answer', () => {
  const shown = answers.filter(({ example }) => example !== undefined);
  it.each(shown)('$method $path $status $type is what its schema describes', ({ schema, example }) => {
    expect(faultsOf(schema, example)).toEqual([]);
  });

  it('stands by every answer of success, but by this document itself', () => {
    const bare = answers.filter(({ status, example }) => status.startsWith('2') && example === undefined);
    expect(bare.map(({ method, path }) => `${method} ${path}`)).toEqual(['GET /openapi.json']);
  });

  it('would be found out if its schema did not fit', () => {
    const schema = { $ref: '#/components/schemas/LookupAnswer' };
    expect(faultsOf(schema, { address: '2001:db8::25' })).not.toEqual([]);
  });
});
