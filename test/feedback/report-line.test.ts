import { describe, expect, it } from 'vitest';
import { report } from '../../lib/report/report.ts';
import { rungKey } from '../../lib/reputation/rung.ts';
import { MemoryStore } from '../../lib/store/memory/store.ts';
import { DAY, mustPrefix, NO_ALLOCATIONS, NOW } from '../support/records.ts';
import { ARF_FIELDS, arf, dmarc, dmarcRow, MAIL, mailWith, mustRead, sample } from './build.ts';

const REPORTER = { id: 'fbl', trusted: true };
const SOURCES = { store: new MemoryStore(), allocations: NO_ALLOCATIONS };
const badOn = (store: MemoryStore, prefix: string): number =>
  [...store.tally(rungKey(mustPrefix(prefix))).days].reduce((sum, { bad }) => sum + bad, 0);

describe('a feedback report on the verdict line', () => {
  it('counts once, however often and however packed it is sent', async () => {
    const store = new MemoryStore();
    const xml = dmarc([dmarcRow({ count: '5' }), dmarcRow({ ip: '2002:808:808::1' })]);
    const sent = [
      await mustRead('application/xml', xml),
      await mustRead(MAIL, mailWith('text/xml', 'a.xml', Buffer.from(xml))),
    ];
    const outcomes = [];
    for (const { claims } of sent) outcomes.push(await report(claims, REPORTER, { ...SOURCES, store }, NOW));
    expect(outcomes).toEqual([
      { accepted: 2, duplicates: 0, refusals: [] },
      { accepted: 0, duplicates: 2, refusals: [] },
    ]);
    expect(badOn(store, '2a00:1450:bad::/64')).toBe(1000);
    expect(badOn(store, '8.8.8.8/32')).toBe(600);
  });

  it('two complaints about two messages count twice', async () => {
    const store = new MemoryStore();
    const fields = [
      ...ARF_FIELDS,
      'Source-IP: IPv6:2a00:1450:bad::1',
      'Arrival-Date: Sat, 21 Nov 2026 10:00:00 +0000',
    ];
    for (const message of ['<1@example.org>', '<2@example.org>']) {
      const { claims } = await mustRead(MAIL, arf({ fields, message: [`Message-ID: ${message}`] }));
      await report(claims, REPORTER, { ...SOURCES, store }, NOW);
    }
    expect(badOn(store, '2a00:1450:bad::/64')).toBe(2000);
  });

  it('leaves it to the verdict line to refuse what is too old or nobody’s address', async () => {
    const old = await mustRead(MAIL, sample('arf/arf-01.eml'));
    const nobody = await mustRead('application/json', sample('xarf/samples_v4_messaging-spam.json'));
    const at = nobody.claims[0]?.claim.at ?? 0;
    expect(await report(old.claims, REPORTER, SOURCES, NOW)).toMatchObject({
      refusals: [{ index: 0, kind: 'too-old' }],
    });
    expect(await report(nobody.claims, REPORTER, SOURCES, at + DAY)).toMatchObject({
      refusals: [{ index: 0, kind: 'not-rateable' }],
    });
  });
});
