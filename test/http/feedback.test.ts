import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { accountSchema, lookupAnswerSchema } from '../../lib/http/openapi/answers.ts';
import { dmarc, dmarcRow, sample } from '../feedback/build.ts';
import { answerOf, problemOf, storeWith, testApp } from '../support/http.ts';

const SAMPLES = new URL('../vectors/feedback/', import.meta.url).pathname;
const files = ['arf', 'dmarc', 'xarf'].flatMap((folder) =>
  readdirSync(join(SAMPLES, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name)),
);
const TYPES = [
  'message/rfc822',
  'application/json',
  'application/xml',
  'application/gzip',
  'application/zip',
];

const TAKEN = dmarc([dmarcRow({ count: '5' }), dmarcRow({ ip: '2002:808:808::1' })]);

function send(
  app: ReturnType<typeof testApp>['app'],
  type: string,
  bytes: Uint8Array | string,
  headers = {},
) {
  return app.request('/v1/feedback', {
    method: 'POST',
    headers: { 'content-type': type, ...headers },
    body: typeof bytes === 'string' ? bytes : new Uint8Array(bytes),
  });
}

describe('POST /v1/feedback', () => {
  it('counts a report once, under the subjects of its addresses', async () => {
    const { app } = testApp();
    expect(await answerOf(send(app, 'application/xml', TAKEN), accountSchema)).toEqual({
      accepted: 2,
      duplicates: 0,
      rejected: [],
    });
    expect(await answerOf(send(app, 'text/xml; charset=utf-8', TAKEN), accountSchema)).toMatchObject({
      accepted: 0,
      duplicates: 2,
    });
    const { reputation } = await answerOf(app.request('/v1/lookup/8.8.8.8'), lookupAnswerSchema);
    expect(reputation).toMatchObject({ reporters: 1 });
  });

  it('takes a report of more records than are stored at a time', async () => {
    const rows = Array.from({ length: 2500 }, (_, i) => dmarcRow({ ip: `45.79.${i >> 8}.${i & 255}` }));
    const answer = await answerOf(send(testApp().app, 'application/xml', dmarc(rows)), accountSchema);
    expect(answer).toMatchObject({ accepted: 2500, rejected: [] });
  });

  it('names what it did not take, and takes the rest', async () => {
    const rows = [dmarcRow({ ip: '10.0.0.1' }), dmarcRow({})];
    const answer = await answerOf(send(testApp().app, 'application/xml', dmarc(rows)), accountSchema);
    expect(answer).toMatchObject({
      accepted: 1,
      rejected: [{ index: 0, status: 422, title: 'Not rateable' }],
    });
  });

  it('counts every sample, or says what is missing, whatever type it is sent under', async () => {
    expect(files.length).toBeGreaterThan(20);
    const statuses = new Set<number>();
    for (const file of files) {
      for (const type of TYPES) {
        const response = await send(testApp().app, type, readFileSync(file));
        statuses.add(response.status);
        if (response.status === 200) {
          const { accepted, rejected } = await answerOf(response, accountSchema);
          expect(accepted + rejected.length, file).toBeGreaterThan(0);
        } else {
          const { status, detail } = await problemOf(response);
          expect([400, 413, 422], `${file} as ${type}`).toContain(status);
          expect(detail, file).toMatch(/^[^:]+: ./);
        }
      }
    }
    expect([...statuses].sort()).toEqual(expect.arrayContaining([200, 400, 422]));
  });

  it.each([
    ['text/plain', 'hello', 415, 'unsupported-media-type'],
    ['', 'hello', 415, 'unsupported-media-type'],
    ['application/xml', '<feedback', 400, 'malformed-report'],
    ['message/rfc822', sample('arf/arf-11.eml'), 422, 'incomplete-report'],
    ['application/xml', Buffer.alloc(8 * 1024 * 1024 + 1, ' '), 413, 'too-large'],
  ])('%s %# is a problem', async (type, bytes, status, kind) => {
    expect(await problemOf(send(testApp().app, type, bytes))).toMatchObject({
      status,
      type: `/problems/${kind}`,
    });
  });

  it('is refused under an encoding, and under another host’s name', async () => {
    const { app } = testApp();
    const encoded = send(app, 'application/xml', TAKEN, { 'content-encoding': 'gzip' });
    expect(await problemOf(encoded)).toMatchObject({ status: 415 });
    expect(await problemOf(send(app, 'application/xml', TAKEN, { host: 'evil.example' }))).toMatchObject({
      status: 403,
    });
  });

  it('says that it can be sent again when the store fails', async () => {
    const recordVerdicts = () => Promise.reject(new Error('disk on fire'));
    const { app, log } = testApp({ store: storeWith(testApp().store, { recordVerdicts }) });
    expect(await problemOf(send(app, 'application/xml', TAKEN))).toMatchObject({ status: 503 });
    expect(log).toHaveLength(1);
  });
});
