/** What each format writes of one small state. */
import { describe, expect, it } from 'vitest';
import { csv } from '../../lib/export/csv.ts';
import type { Format } from '../../lib/export/format.ts';
import { postfixCidr } from '../../lib/export/postfix-cidr.ts';
import { rbldnsd } from '../../lib/export/rbldnsd.ts';
import { rspamdMap } from '../../lib/export/rspamd-map.ts';
import { DEFAULT_POLICY_BOOK } from '../../lib/policy/policy-book.ts';
import { MemoryStore } from '../../lib/store/memory/store.ts';
import { entry } from '../lists/build.ts';
import { exportedLines, ZONE } from '../support/exported.ts';
import { HOUR, NOW, recordOf } from '../support/records.ts';

const BOOK = { ...DEFAULT_POLICY_BOOK, lookupUrl: 'https://rep.example/?address=' };
const ENTRIES = [
  entry('block', '198.35.0.0/20', { reason: 'cost $5 a "month"' }),
  entry('allow', '198.35.1.0/28', { reason: 'our friend' }),
  entry('block', '198.35.64.0/24', { expires: NOW }),
];

const SITES = ['1', '2', '3', '4', '5', '6', '7', '8'];

/** A bad /40 of a few bad /48s with a good /64 in it, and an IPv4 host of which little is known. */
async function lines(format: Format): Promise<readonly string[]> {
  const store = new MemoryStore();
  const spam = SITES.flatMap((site) =>
    ['a', 'b', 'c'].map((subnet) => recordOf(`2a00:1450:${site}:${subnet}::1`)),
  );
  const ham = [1, 2, 3, 4, 5, 6].map((n) =>
    recordOf('2a00:1450:d:d::1', { id: String(n), verdict: 'ham', at: NOW - n * HOUR }),
  );
  await store.recordVerdicts([...spam, ...ham, recordOf('8.8.4.4')], NOW);
  return exportedLines({ store, entries: ENTRIES, book: BOOK }, format);
}

const sees = '- see https://rep.example/?address=';

describe('rbldnsd', () => {
  it('has both test entries, a code for what is done, an exclusion for what is not, and says why', async () => {
    const zone = await lines(
      rbldnsd({ ...ZONE, book: BOOK, withFaces: false, nameServers: ['ns1.example', 'ns2.example'] }),
    );
    const all = zone.join('\n');
    expect(zone.slice(0, 6)).toEqual([
      '$SOA 300 ns1.example hostmaster 0 600 300 86400 60',
      '$NS 86400 ns1.example ns2.example',
      '$TTL 300',
      '127.0.0.2/32 :2:this entry shows that the list works (RFC 5782)',
      '!198.35.1.0/28',
      `198.35.0.0/20 :10:198.35.0.0/20 is on the block list: cost $$5 a "month" ${sees}$`,
    ]);
    expect(zone).toContain('::ffff:7f00:2/128 :2:this entry shows that the list works (RFC 5782)');
    expect(zone).toContain('!2a00:1450:d::/48');
    expect(all).toMatch(
      /^2a00:1450::\/40 :4:nothing is known of this sender, and of its neighbours in 2a00:1450::\/40 about \d\d % is spam - see https:\/\/rep\.example\/\?address=\$$/m,
    );
    expect(all).not.toContain('198.35.64.0');
    expect(all).not.toContain('8.8.4.4');
  });

  it('says in IPv6 how blocks of IPv4 show there, where one prefix is one host', async () => {
    const zone = await lines(rbldnsd({ ...ZONE, book: BOOK }));
    const starts = zone.map((line) => line.split(' :')[0]);
    expect(starts).toContain('2002:c623::/36');
    expect(starts).toContain('!2002:c623:100::/44');
    expect(starts).toContain('64:ff9b::c623:0/116');
    expect(starts).toContain('!64:ff9b::c623:100/124');
    expect(zone.join('\n')).not.toMatch(/^!?2001:0?:/m);
  });

  it('makes two datasets of one file', async () => {
    const zone = await lines(rbldnsd({ ...ZONE, book: BOOK, combined: true, nameServers: ['ns1.example'] }));
    expect(zone.filter((line) => line.startsWith('$'))).toEqual([
      '$SOA 300 ns1.example hostmaster 0 600 300 86400 60',
      '$NS 86400 ns1.example',
      '$DATASET ip4trie:ipv4 @',
      '$TTL 300',
      '$DATASET ip6trie:ipv6 @',
      '$TTL 300',
    ]);
  });

  it('never answers with a text longer than DNS can carry', async () => {
    const store = new MemoryStore();
    const entries = [entry('block', '2a00::/32', { reason: 'long '.repeat(60).trim() })];
    const zone = await exportedLines({ store, entries, book: BOOK });
    const [, text = ''] = /^2a00::\/32 :10:(.*)\$$/m.exec(zone.join('\n')) ?? [];
    expect(text.length).toBeGreaterThan(200);
    expect(text.length + 39).toBeLessThanOrEqual(255);
  });
});

describe('postfix-cidr', () => {
  it('puts inner blocks first, and knows only permit, reject and dunno for postscreen', async () => {
    const table = await lines(postfixCidr('postscreen', BOOK, false));
    expect(table.slice(0, 2)).toEqual(['198.35.1.0/28 permit', '198.35.0.0/20 reject']);
    expect(table.every((line) => /^\S+ (permit|reject|dunno)$/.test(line))).toBe(true);
    expect(table.join('\n')).not.toContain('2a00:1450::/40');
  });

  it('defers and refuses in words for check_client_access', async () => {
    const table = await lines(postfixCidr('access', BOOK, false));
    expect(table.slice(0, 2)).toEqual([
      '198.35.1.0/28 permit',
      `198.35.0.0/20 554 5.7.1 Refused: 198.35.0.0/20 is on the block list: cost $5 a "month" ${sees}198.35.0.0`,
    ]);
    const at = (start: string): number => table.findIndex((line) => line.startsWith(start));
    expect(at('2a00:1450:d::/48 dunno')).toBeGreaterThan(0);
    expect(at('2a00:1450::/40 451 4.7.1 Deferred: ')).toBeGreaterThan(at('2a00:1450:d::/48 dunno'));
  });
});

describe('rspamd-map', () => {
  it('has a symbol for each block, and one of no weight for what is not listed inside one that is', async () => {
    const map = await lines(rspamdMap(false));
    expect(map.slice(0, 2)).toEqual([
      '198.35.1.0/28 PREFIXWISE_LIST_ALLOWED',
      '198.35.0.0/20 PREFIXWISE_LIST_BLOCKED',
    ]);
    expect(map).toContain('2a00:1450:d::/48 PREFIXWISE_LIST_NONE');
    expect(map).toContain('2a00:1450::/40 PREFIXWISE_LIST_DEFERRED');
  });
});

describe('csv', () => {
  it('has a row for every subject that something is known of and every list entry, and no other', async () => {
    const [columns, ...rows] = await lines(csv());
    expect(columns).toBe('prefix,class,action,spam,low,high,observations,reporters,lastSeen,list,reason');
    const bad = SITES.flatMap((s) => ['a', 'b', 'c'].map((n) => `2a00:1450:${s}:${n}::/64`));
    expect(rows.map((row) => row.split(',')[0])).toEqual([
      ...['8.8.4.4/32', '198.35.1.0/28', '198.35.0.0/20', ...bad, '2a00:1450:d:d::/64'],
    ]);
    expect(rows[0]).toMatch(
      /^8\.8\.4\.4\/32,(bad|mixed|unknown),\w+,0\.\d+,0\.\d+,[\d.]+,1,1,2026-11-21T12:00:00\.000Z,,"[^"]+"$/,
    );
    expect(rows[2]).toBe(
      '198.35.0.0/20,bad,reject,,,,,,,block,"198.35.0.0/20 is on the block list: cost $5 a ""month"""',
    );
  });
});
