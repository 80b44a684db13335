/** The Haraka plugin without a Haraka: what the real one in `test/peers` does not show. */
import { describe, expect, it, vi } from 'vitest';
import { fcrdnsOf, spfOf, verdictOf } from '../../integrations/haraka/findings.ts';
import { Session } from '../../integrations/haraka/session.ts';
import { readSettings } from '../../integrations/haraka/settings.ts';
import { asking, away } from '../support/asking.ts';
import { postJson, testApp } from '../support/http.ts';

const HOST = '2a00:1450:8319:fe42::1';

function found(results: Readonly<Record<string, Readonly<Record<string, unknown>>>>) {
  return { add: vi.fn(), get: (plugin: string) => results[plugin] };
}

/** A connection to a mail server that asks the service itself. */
function sessionOf(rules: { limits?: boolean; refuseAt?: 'connect' | 'mail' } = {}) {
  const { app } = testApp();
  const scene = asking((path, body) => (body === null ? app.request(path) : postJson(app, path, body)));
  const open = (id: string, address = HOST) =>
    new Session(address, id, scene.client, { limits: true, refuseAt: 'mail', ...rules });
  const spam = (count: number) =>
    postJson(app, '/v1/verdicts', {
      verdicts: Array.from({ length: count }, (_, i) => ({ id: `s${i}`, address: HOST, verdict: 'spam' })),
    });
  return { ...scene, open, spam };
}

describe('prefixwise.ini', () => {
  it('may be empty: mail flows on trouble, refusals wait for MAIL, nothing is reported', () => {
    expect(readSettings({})).toEqual({
      ok: true,
      value: {
        client: { url: 'http://127.0.0.1:8080', key: undefined, onTrouble: 'accept', budgetMs: 50 },
        enforce: true,
        refuseAt: 'mail',
        limits: true,
        tarpitSeconds: 10,
        header: true,
        report: false,
      },
    });
  });

  it.each([
    ['url', 8080],
    ['key', 5],
    ['on_trouble', 'maybe'],
    ['refuse_at', 'rcpt'],
    ['budget_ms', 0],
    ['budget_ms', '50ms'],
    ['tarpit_seconds', 26],
    ['tarpit_seconds', 1.5],
  ])('with an impossible %s (%s) is refused by that name', (name, value) => {
    const read = readSettings({ [name]: value });
    expect(read.ok ? '' : read.error).toMatch(new RegExp(`^${name}: `));
  });
});

describe('what other plugins found', () => {
  it.each([
    [{}, undefined],
    [{ fcrdns: { fcrdns: ['mx.example.org'], has_rdns: true, err: [], skip: [] } }, 'pass'],
    [{ fcrdns: { fcrdns: [], has_rdns: true, err: [], skip: [] } }, 'fail'],
    [{ fcrdns: { fcrdns: [], has_rdns: false, err: [], skip: [] } }, 'none'],
    [{ fcrdns: { fcrdns: [], has_rdns: false, err: ['timeout'], skip: [] } }, undefined],
    [{ fcrdns: { fcrdns: [], has_rdns: false, err: [], skip: ['private_ip'] } }, undefined],
  ] as const)('%j is told as fcrdns %s', (results, told) => {
    expect(fcrdnsOf(found(results))).toBe(told);
  });

  it.each([
    ['Pass', 'pass'],
    ['Fail', 'fail'],
    ['SoftFail', 'fail'],
    ['Neutral', 'none'],
    ['None', 'none'],
    ['TempError', undefined],
  ] as const)('an SPF result of %s is told as %s', (result, told) => {
    expect(spfOf(found({ spf: { result } }))).toBe(told);
  });

  it.each([
    [{ clamd: { fail: ['Eicar'] }, rspamd: { action: 'no action' } }, 'malware'],
    [{ rspamd: { action: 'add header' } }, 'spam'],
    [{ rspamd: { action: 'no action' } }, 'ham'],
    [{ rspamd: { action: 'greylist' } }, null],
    [{ spamassassin: { flag: true } }, 'spam'],
    [{ spamassassin: { flag: false } }, 'ham'],
    [{}, null],
  ] as const)('%j is reported as %s', (results, verdict) => {
    expect(verdictOf(found(results))).toBe(verdict);
  });
});

describe('a connection', () => {
  it('is closed when its class has no seat left, and gives up its own at its end', async () => {
    const { open } = sessionOf();
    const [first, second, third] = [open('a'), open('b'), open('c')];
    expect(await first.connect({})).toBeNull();
    expect(await second.connect({})).toBeNull();
    expect(await third.connect({})).toMatchObject({ closes: true, reply: { code: 421 } });
    await first.end();
    expect(await open('d').connect({})).toBeNull();
  });

  it('of a bad sender is refused at MAIL, or at once where that is wanted', async () => {
    for (const refuseAt of ['mail', 'connect'] as const) {
      for (const limits of [true, false]) {
        const { open, spam } = sessionOf({ refuseAt, limits });
        await spam(2);
        const session = open('a');
        const refusal = { closes: false, reply: { code: 451, enhanced: '4.7.1' } };
        const atConnect = await session.connect({});
        if (refuseAt === 'connect') expect(atConnect).toMatchObject(refusal);
        else expect(atConnect).toBeNull();
        expect(await session.message({})).toMatchObject(refusal);
      }
    }
  });

  it('is asked about again when an account or an SPF result has come', async () => {
    const { open, asked } = sessionOf({ limits: false });
    const session = open('a');
    await session.connect({ fcrdns: 'pass' });
    await session.message({ account: undefined, spf: undefined });
    await session.message({ account: 'me', spf: 'pass' });
    expect(asked).toEqual([
      `/v1/lookup/${HOST}?fcrdns=pass`,
      `/v1/lookup/${HOST}?account=me&fcrdns=pass&spf=pass`,
    ]);
  });

  it('may send as many recipients as its class allows', async () => {
    const session = sessionOf().open('a');
    await session.connect({});
    await session.message({});
    const rulings = [];
    for (let i = 0; i < 11; i++) rulings.push(await session.recipient());
    expect(rulings.slice(0, 10)).toEqual(Array(10).fill(null));
    expect(rulings[10]).toMatchObject({ closes: false, reply: { code: expect.any(Number) } });
  });

  it('with too many errors ends at the next command', async () => {
    const session = sessionOf().open('a');
    await session.connect({});
    for (let i = 0; i < 4; i++) await session.error();
    expect(await session.message({})).toMatchObject({ closes: true, reply: { code: 421 } });
    expect(await session.recipient()).toMatchObject({ closes: true });
  });

  it('goes on when the service is away', async () => {
    const { open, answerBy } = sessionOf();
    answerBy(away);
    const session = open('a');
    expect([
      await session.connect({}),
      await session.message({}),
      await session.recipient(),
      session.tarpitSeconds,
    ]).toEqual([null, null, null, 0]);
    await session.error();
    await session.end();
    expect(await session.message({})).toBeNull();
  });
});
