/** The report line: a claim becomes one record under the same subject a lookup reads; a bad one never spoils the rest. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { classify } from '../../lib/net/kind.ts';
import { formatPrefix } from '../../lib/net/prefix.ts';
import { type Claim, type PlacedClaim, type ReportSources, report } from '../../lib/report/report.ts';
import { hostBin } from '../../lib/reputation/host.ts';
import { MemoryStore } from '../../lib/store/memory/store.ts';
import { VERDICT_RETENTION_MS, type VerdictRecord } from '../../lib/store/port.ts';
import { CROWDED, SEED } from '../support/arbitraries.ts';
import { DAY, HOUR, mustAddress, mustPrefix, NO_ALLOCATIONS, NOW } from '../support/records.ts';

const LOCAL = { id: 'local', trusted: true };
const HOST = '2a00:1450:4001:81b::5';

describe('a claim', () => {
  it('is recorded as it was made, under the subject of its address', async () => {
    const { records, outcome } = await sent([claim('a', { verdict: 'trap', count: 7, at: NOW - HOUR })]);
    expect(outcome).toEqual({ accepted: 1, duplicates: 0, refusals: [] });
    expect(records).toMatchObject([{ id: 'a', reporter: LOCAL, verdict: 'trap', count: 7, at: NOW - HOUR }]);
    expect(subjects(records)).toEqual(['2a00:1450:4001:81b::/64']);
    expect(records[0]?.bin).toBe(hostBin(mustAddress(HOST), mustPrefix('2a00:1450:4001:81b::/64')));
  });

  it.each([
    '198.35.26.96',
    '::ffff:198.35.26.96',
    '2002:c623:1a60::25',
    '64:ff9b::c623:1a60',
    '2001:0:4136:e378:8000:63bf:39dc:e59f',
  ])('about %s is about the IPv4 host behind it', async (address) => {
    const { records } = await sent([claim('a', { address })]);
    expect(subjects(records)).toEqual(['198.35.26.96/32']);
    expect(records[0]?.bin).toBeNull();
  });

  it('about a host of a published IPv4 block tells that host apart, whatever its face', async () => {
    const bins = await Promise.all(
      ['198.35.3.9', '::ffff:198.35.3.9', '2002:c623:309::1'].map(async (address) => {
        const { records } = await sent([claim('a', { address })], CROWDED);
        expect(subjects(records)).toEqual(['198.35.3.8/29']);
        return records[0]?.bin;
      }),
    );
    expect(new Set(bins)).toEqual(new Set([hostBin(mustAddress('198.35.3.9'), mustPrefix('198.35.3.8/29'))]));
  });

  it('from the future is dated now', async () => {
    const { records } = await sent([
      claim('a', { at: NOW + 1 }),
      claim('b', { at: NOW + 400 * DAY }),
      claim('c', { at: NOW }),
    ]);
    expect(records.map(({ at }) => at)).toEqual([NOW, NOW, NOW]);
  });

  it('of thirty days ago is taken, one a millisecond older is refused by its place in the request', async () => {
    expect(VERDICT_RETENTION_MS).toBe(30 * DAY);
    const { records, outcome } = await sent([
      claim('a', { at: NOW - 30 * DAY }),
      claim('b', { at: NOW - 30 * DAY - 1 }),
      claim('c', { at: 0 }),
    ]);
    expect(records.map(({ id }) => id)).toEqual(['a']);
    expect(outcome.refusals).toMatchObject([
      { index: 1, kind: 'too-old' },
      { index: 2, kind: 'too-old' },
    ]);
  });

  it.each([
    ['127.0.0.1', 'loopback'],
    ['10.0.0.1', 'private-use'],
    ['2001:db8::1', 'documentation'],
    ['64:ff9b::a00:1', 'private-use'],
    ['::8.8.8.8', 'ipv4-compatible'],
    ['::ffff:0:8.8.8.8', 'ipv4-translated'],
  ])('about %s is refused as not rateable: %s', async (address, what) => {
    const { records, outcome } = await sent([claim('a', { address })]);
    expect(records).toEqual([]);
    expect(outcome).toMatchObject({ accepted: 0, refusals: [{ index: 0, kind: 'not-rateable' }] });
    expect(outcome.refusals[0]?.detail).toContain(what);
  });

  it('said twice is a duplicate, in one request and in the next', async () => {
    const store = new MemoryStore();
    const sources = { store, allocations: NO_ALLOCATIONS };
    const twice = placed([claim('a'), claim('a'), claim('b')]);
    expect(await report(twice, LOCAL, sources, NOW)).toMatchObject({ accepted: 2, duplicates: 1 });
    expect(await report(twice, LOCAL, sources, NOW)).toMatchObject({ accepted: 0, duplicates: 3 });
    expect(await report(twice, { id: 'other', trusted: false }, sources, NOW)).toMatchObject({
      accepted: 2,
      duplicates: 1,
    });
  });
});

describe('a request', () => {
  it('keeps its good claims whatever stands between them, and names the bad ones by their places', async () => {
    const good = fc.constantFrom(HOST, '198.35.26.96', '2002:c623:1a60::25').map((address) => ({ address }));
    const bad = fc.constantFrom(
      { address: '127.0.0.1' },
      { address: '2001:db8::1' },
      { address: '::8.8.8.8' },
      { address: HOST, at: NOW - 31 * DAY },
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.oneof(good, bad), fc.nat(3)), { maxLength: 30 }),
        async (list) => {
          let index = 0;
          // Places of malformed items, refused before, are missing.
          const claims = list.map(([changes, gap]) => {
            index += 1 + gap;
            return { index, claim: claim(`${index}`, changes) };
          });
          const store = new MemoryStore();
          const outcome = await report(claims, LOCAL, { store, allocations: NO_ALLOCATIONS }, NOW);
          const isBad = ({ claim: { address, at } }: PlacedClaim) =>
            at < NOW - VERDICT_RETENTION_MS || !['ipv6', 'ipv4', '6to4'].includes(kindOf(address));
          expect(outcome.refusals.map((refusal) => refusal.index)).toEqual(
            claims.filter(isBad).map((one) => one.index),
          );
          expect(outcome.accepted).toBe(claims.filter((one) => !isBad(one)).length);
        },
      ),
      { seed: SEED, numRuns: 200 },
    );
  });

  it('is one write, and none when there is nothing to write', async () => {
    const { writes } = await sent([claim('a'), claim('b'), claim('c', { address: '::1' })]);
    expect(writes).toBe(1);
    expect((await sent([claim('a', { address: '::1' })])).writes).toBe(0);
    expect((await sent([])).outcome).toEqual({ accepted: 0, duplicates: 0, refusals: [] });
  });

  it('fails as a whole when the store does, so that the caller tries again', async () => {
    const store = { recordVerdicts: () => Promise.reject(new Error('disk full')) };
    const sources: ReportSources = { store, allocations: NO_ALLOCATIONS };
    await expect(report(placed([claim('a')]), LOCAL, sources, NOW)).rejects.toThrow('disk full');
  });
});

type Changes = Partial<Omit<Claim, 'id' | 'address'>> & { readonly address?: string };

function claim(id: string, { address = HOST, ...changes }: Changes = {}): Claim {
  return { id, address: mustAddress(address), verdict: 'spam', at: NOW, count: 1, ...changes };
}

function placed(claims: readonly Claim[]): readonly PlacedClaim[] {
  return claims.map((one, index) => ({ index, claim: one }));
}

/** Reports to a store that notes what it is given. */
async function sent(claims: readonly Claim[], allocations: ReportSources['allocations'] = NO_ALLOCATIONS) {
  const memory = new MemoryStore();
  const records: VerdictRecord[] = [];
  let writes = 0;
  const store: ReportSources['store'] = {
    recordVerdicts: (given, now) => {
      records.push(...given);
      writes++;
      return memory.recordVerdicts(given, now);
    },
  };
  const outcome = await report(placed(claims), LOCAL, { store, allocations }, NOW);
  return { records, writes, outcome };
}

function subjects(records: readonly VerdictRecord[]): readonly string[] {
  return records.map(({ ladder }) => formatPrefix(ladder.subject));
}

function kindOf(address: Claim['address']): string {
  return classify(address).kind;
}
