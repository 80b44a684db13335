import { describe, expect, it } from 'vitest';
import { accountSchema } from '../../lib/http/openapi/answers.ts';
import { answerOf, postJson, postLines, problemOf, testApp } from '../support/http.ts';

const VERDICT = { address: '45.79.27.34', verdict: 'ham' };
const MIB = 1024 * 1024;

describe('a batch of verdicts', () => {
  it('is taken up to 10,000', async () => {
    const verdicts = Array.from({ length: 10_000 }, () => VERDICT);
    const account = await answerOf(postJson(testApp().app, '/v1/verdicts', { verdicts }), accountSchema);
    expect(account).toMatchObject({ accepted: 10_000, rejected: [] });
  });

  it('is refused whole beyond that, naming both numbers', async () => {
    const verdicts = Array.from({ length: 10_001 }, () => VERDICT);
    expect(await problemOf(postJson(testApp().app, '/v1/verdicts', { verdicts }))).toMatchObject({
      status: 413,
      detail: 'verdicts: at most 10000 are taken, these are 10001',
    });
  });

  it('is refused beyond 8 MiB, whether its length is announced or not', async () => {
    const body = Buffer.alloc(8 * MIB + 1, ' ');
    const headers = { 'content-type': 'application/json' };
    const announced = testApp().app.request('/v1/verdicts', {
      method: 'POST',
      headers: { ...headers, 'content-length': String(body.length) },
      body,
    });
    const streamed = testApp().app.request('/v1/verdicts', {
      method: 'POST',
      headers,
      body: new Blob([body]).stream(),
      duplex: 'half',
    });
    for (const response of [announced, streamed]) {
      expect(await problemOf(response)).toMatchObject({
        status: 413,
        detail: 'body: at most 8388608 bytes are taken',
      });
    }
  });

  it('may hold names of full length', async () => {
    const verdict = {
      ...VERDICT,
      id: 'i'.repeat(200),
      account: 'a'.repeat(320),
      org: 'o'.repeat(320),
      count: 1_000_000_000,
    };
    expect(await answerOf(postJson(testApp().app, '/v1/verdicts', verdict), accountSchema)).toMatchObject({
      accepted: 1,
    });
  });
});

describe('a stream of verdicts', () => {
  it('may hold more than a batch', async () => {
    const text = `${JSON.stringify(VERDICT)}\n`.repeat(25_000);
    const account = await answerOf(postLines(testApp().app, text), accountSchema);
    expect(account).toMatchObject({ accepted: 25_000, rejected: [] });
  });

  it('loses a line beyond 16 KiB alone', async () => {
    const long = JSON.stringify({ ...VERDICT, filler: 'x'.repeat(16 * 1024) });
    const text = [JSON.stringify(VERDICT), long, JSON.stringify(VERDICT)].join('\n');
    const account = await answerOf(postLines(testApp().app, text), accountSchema);
    expect(account).toMatchObject({
      accepted: 2,
      rejected: [{ index: 1, status: 413, detail: 'line: at most 16384 bytes are taken' }],
    });
  });

  it('loses a line nested deeper than 16 levels alone', async () => {
    const deep = `{"x":${'['.repeat(10_000)}`;
    const account = await answerOf(
      postLines(testApp().app, `${deep}\n${JSON.stringify(VERDICT)}`),
      accountSchema,
    );
    expect(account).toMatchObject({
      accepted: 1,
      rejected: [{ index: 0, detail: 'body: nested deeper than 16 levels' }],
    });
  });

  it('names 10,000 bad lines and counts the rest', async () => {
    const account = await answerOf(postLines(testApp().app, 'x\n'.repeat(10_050)), accountSchema);
    expect(account.rejected).toHaveLength(10_000);
    expect(account).toMatchObject({ accepted: 0, rejectedBeyond: 50 });
  });

  it('is refused before it is read when it announces more than 1 GiB', async () => {
    const response = postLines(testApp().app, '', { 'content-length': String(1024 * MIB + 1) });
    expect(await problemOf(response)).toMatchObject({ status: 413 });
  });
});
