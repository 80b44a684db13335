/**
 * The contract every store keeps. A store's own test file calls this with a way to open one; whatever passes may serve.
 */
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { formatPrefix } from '../../lib/net/prefix.ts';
import { NAME_BYTES, namedKey, namedRungsOf, rootKey, rungKey, rungsOf } from '../../lib/reputation/rung.ts';
import { STANCES } from '../../lib/reputation/stance.ts';
import { EMPTY_TALLY, pruned, type Tally } from '../../lib/reputation/tally.ts';
import { standingKey } from '../../lib/store/impulse.ts';
import { MemoryStore } from '../../lib/store/memory/store.ts';
import type { Reporter, Store, VerdictRecord } from '../../lib/store/port.ts';
import type { AuditEntry } from '../../lib/store/records.ts';
import { itKeepsCounters } from './counter-contract.ts';
import { DAY, HOUR, mustPrefix, NOW, recordOf } from './records.ts';

export interface OpenStore {
  readonly store: Store;
  /** Opens the same store again after a close, when it outlives its process. */
  readonly reopen?: () => Promise<Store>;
  /** Makes it this late, and has what is past its time go, when the store sees to that. */
  readonly elapse?: (now: number) => Promise<void>;
  readonly cleanUp: () => Promise<void>;
}

const AUDIT: AuditEntry = { at: NOW, actor: 'cli', act: 'test', target: 'x', reason: 'why', detail: null };
const HOST = '2a00:1450:8319:fe42::1';
const NEIGHBOUR = '2a00:1450:8319:fe43::1';
const name = (letter: string): string => letter.repeat(NAME_BYTES);
const ORG = namedKey('org', name('o'));
/** With a byte that looks like the mark between a subject and its reporter. */
const MEMBER = namedKey('member', name('o'), name('\u00ff'));
const COLLEAGUE = namedKey('member', name('o'), name('c'));
const LONER = namedKey('account', name('l'));

export function describeStoreContract(name: string, open: () => Promise<OpenStore>): void {
  describe(`${name} keeps the store contract`, () => {
    let opened: OpenStore;
    let store: Store;
    beforeEach(async () => {
      opened = await open();
      store = opened.store;
    });
    afterEach(() => opened.cleanUp());

    it('knows nothing of a rung nobody reported about', async () => {
      const tallies = await store.readTallies([rungKey(mustPrefix('2a00::/32')), rootKey(6)]);
      expect(tallies).toEqual([EMPTY_TALLY, EMPTY_TALLY]);
    });

    it('shows a verdict on the subject and on every ancestor once it is accepted', async () => {
      const record = recordOf(HOST);
      expect(await store.recordVerdicts([record], NOW)).toEqual(['accepted']);
      const tallies = await store.readTallies(rungsOf(record.ladder));
      expect(tallies).toHaveLength(1 + record.ladder.ancestors.length);
      for (const tally of tallies) {
        expect([...tally.days]).toEqual([{ index: Math.floor(NOW / DAY), bad: 1000, good: 0, sources: 1 }]);
      }
      expect(tallies.map((tally) => tally.lastSeen)).toEqual([NOW, ...record.ladder.ancestors.map(() => 0)]);
    });

    it('answers in the order asked, unknown rungs in their places', async () => {
      const record = recordOf(HOST);
      await store.recordVerdicts([record], NOW);
      const [first, second, third] = await store.readTallies([
        rungKey(mustPrefix('2001:500::/32')),
        rungKey(record.ladder.subject),
        rungKey(mustPrefix('2001:500::/40')),
      ]);
      expect(first).toEqual(EMPTY_TALLY);
      expect(second?.lastSeen).toBe(NOW);
      expect(third).toEqual(EMPTY_TALLY);
    });

    it('leaves the neighbour of a reported subject untouched', async () => {
      await store.recordVerdicts([recordOf(HOST, { count: 500 })], NOW);
      const neighbour = recordOf(NEIGHBOUR).ladder.subject;
      expect(await store.readTallies([rungKey(neighbour)])).toEqual([EMPTY_TALLY]);
    });

    it('never lets families meet', async () => {
      await store.recordVerdicts([recordOf('32.1.4.0')], NOW);
      const v6 = recordOf('2001:400::1').ladder;
      for (const tally of await store.readTallies(rungsOf(v6))) expect(tally).toEqual(EMPTY_TALLY);
      expect(store.rootTally(6)).toEqual(EMPTY_TALLY);
      expect(store.rootTally(4).months).toHaveLength(1);
    });

    it('takes an id once per reporter, in one call and across calls', async () => {
      const record = recordOf(HOST, { id: 'a' });
      expect(await store.recordVerdicts([record, record], NOW)).toEqual(['accepted', 'duplicate']);
      expect(await store.recordVerdicts([record], NOW + 29 * DAY)).toEqual(['duplicate']);
      const other = { ...record, reporter: { id: 'other', trusted: true } };
      expect(await store.recordVerdicts([other], NOW)).toEqual(['accepted']);
    });

    it('forgets an id after thirty days', async () => {
      const record = recordOf(HOST, { id: 'a' });
      await store.recordVerdicts([record], NOW);
      const later = NOW + 30 * DAY;
      expect(await store.recordVerdicts([{ ...record, at: later }], later)).toEqual(['accepted']);
    });

    it('tells ids apart however long and odd they are', async () => {
      const ids = [
        'a',
        'A',
        ' a',
        'a#0',
        'ä',
        '🜁',
        'x'.repeat(200),
        `${'x'.repeat(199)}y`,
        'nul\u0000l',
        'nul',
      ];
      const records = ids.map((id) => recordOf(HOST, { id }));
      expect(await store.recordVerdicts(records, NOW)).toEqual(ids.map(() => 'accepted'));
      expect(await store.recordVerdicts(records, NOW)).toEqual(ids.map(() => 'duplicate'));
    });

    it('takes a verdict back with everything it set off', async () => {
      const kept = recordOf(HOST, { id: 'kept' });
      const taken = recordOf(HOST, { id: 'taken', verdict: 'ham' });
      await store.recordVerdicts([kept], NOW);
      const before = await store.readTallies(rungsOf(kept.ladder));
      await store.recordVerdicts([taken], NOW);
      expect(await store.readTallies(rungsOf(kept.ladder))).not.toEqual(before);
      expect(await store.retractVerdict('local', 'taken', NOW)).toBe(true);
      expect(await store.readTallies(rungsOf(kept.ladder))).toEqual(before);
    });

    it('takes back only what the same reporter said, and only once', async () => {
      await store.recordVerdicts([recordOf(HOST, { id: 'a' })], NOW);
      expect(await store.retractVerdict('somebody', 'a', NOW)).toBe(false);
      expect(await store.retractVerdict('local', 'b', NOW)).toBe(false);
      expect(await store.retractVerdict('local', 'a', NOW)).toBe(true);
      expect(await store.retractVerdict('local', 'a', NOW)).toBe(false);
    });

    it('accepts an id again after it was taken back', async () => {
      const record = recordOf(HOST, { id: 'a' });
      await store.recordVerdicts([record], NOW);
      await store.retractVerdict('local', 'a', NOW);
      expect(await store.recordVerdicts([record], NOW)).toEqual(['accepted']);
    });

    it('loses nothing when many write the same subject at once', async () => {
      const calls = Array.from({ length: 50 }, (_, i) =>
        store.recordVerdicts([recordOf(HOST, { id: `n${i}` })], NOW),
      );
      expect((await Promise.all(calls)).flat()).toEqual(Array.from({ length: 50 }, () => 'accepted'));
      const [tally] = await store.readTallies([rungKey(recordOf(HOST).ladder.subject)]);
      expect(tally?.days.at(0)?.bad).toBe(50_000);
    });

    it('agrees with the plain in-memory store whatever the order and the batches', async () => {
      const reference = new MemoryStore();
      const records = fc.sample(anyRecord, { numRuns: 300, seed: 42 });
      reference.record(records, NOW);
      const shuffled = records.toReversed();
      for (let i = 0; i < shuffled.length; i += 37) {
        await store.recordVerdicts(shuffled.slice(i, i + 37), NOW);
      }
      expect(await everything(store, records)).toEqual(await everything(reference, records));
    });

    it('comes to nothing when everything is taken back', async () => {
      const records = fc.sample(anyRecord, { numRuns: 100, seed: 7 });
      await store.recordVerdicts(records, NOW);
      for (const { reporter, id } of records) await store.retractVerdict(reporter.id, id, NOW);
      for (const tally of await everything(store, records)) {
        expect({ ...tally, lastSeen: 0 }).toEqual(EMPTY_TALLY);
      }
    });

    it('takes a verdict back whose buckets were dropped before the clock was set back', async () => {
      const old = recordOf(HOST, { id: 'old', at: NOW - 40 * HOUR });
      await store.recordVerdicts([old], NOW);
      await store.recordVerdicts([recordOf(HOST, { id: 'new' })], NOW + 12 * HOUR);
      expect(await store.retractVerdict('local', 'old', NOW + HOUR)).toBe(true);
      const tallies = await store.readTallies(rungsOf(old.ladder));
      for (const tally of tallies) {
        const [quarter, ...others] = tally.quarters;
        expect(others).toEqual([]);
        expect(quarter).toMatchObject({ bad: 1000, good: 0, sources: 1 });
      }
    });

    it('keeps to what was said, and to nothing below nothing, however the clock is set', async () => {
      const reference = new MemoryStore();
      const turns = fc.sample(anyTurn, { numRuns: 60, seed: 5 });
      const records = turns.flatMap(({ records }) => records);
      for (const { clock, records: said, back } of turns) {
        const now = NOW + clock;
        expect(await store.recordVerdicts(said, now)).toEqual(reference.record(said, now));
        for (const { reporter, id } of back.map((which) => records[which % records.length]).filter(isRecord))
          expect(await store.retractVerdict(reporter.id, id, now)).toBe(
            await reference.retractVerdict(reporter.id, id, now),
          );
      }
      // What is in the window of the latest time was in every earlier one: no store has ever dropped it.
      const latest = NOW + Math.max(...turns.map(({ clock }) => clock));
      const [found, wanted] = [await everything(store, records), await everything(reference, records)];
      expect(found.map((tally) => sumsOf(pruned(tally, latest)))).toEqual(
        wanted.map((tally) => sumsOf(pruned(tally, latest))),
      );
      for (const { quarters, days, months, hosts } of found) {
        for (const { bad, good } of [...quarters, ...days, ...months, ...hosts])
          expect(Math.min(bad, good)).toBeGreaterThanOrEqual(0);
      }
    });

    it('lets a tally go that nobody reports on, which takes nothing back from what is wider', async () => {
      const { elapse } = opened;
      if (elapse === undefined) return expect(store).not.toHaveProperty('sweepTallies');
      const [month, host] = [30 * DAY, recordOf(HOST)];
      const [subject, ...above] = [...rungsOf(host.ladder), rootKey(6)];
      const weights = async (now: number) =>
        (await store.readTallies([subject ?? '', ...above])).map((tally) =>
          Array.from(pruned(tally, now).months, ({ bad }) => bad),
        );
      await store.recordVerdicts([host], NOW);
      const later = NOW + 20 * month;
      await elapse(later);
      await store.recordVerdicts([recordOf(NEIGHBOUR, { at: later })], later);
      expect(await weights(later)).toEqual([[1000], ...above.map(() => [1000, 1000])]);
      const past = NOW + 26 * month;
      await elapse(past);
      expect(await store.readTallies([subject ?? ''])).toEqual([EMPTY_TALLY]);
      expect(await weights(past)).toEqual([[], ...above.map(() => [1000])]);
      await store.recordVerdicts([recordOf(HOST, { at: past })], past);
      expect(await weights(past)).toEqual([[1000], ...above.map(() => [1000, 1000])]);
    });

    it('counts the stances of a reporter by subject, and takes them back with its verdicts or with the subject', async () => {
      const reporter = { id: 'ödd one', trusted: false };
      const against = (host: string, id: string): VerdictRecord =>
        recordOf(host, { id, reporter, stance: 'contradicts', count: 40 });
      const months = async () => {
        const [tally] = await store.readTallies([standingKey(reporter.id)]);
        return tally && Array.from(tally.months, ({ bad, good, sources }) => ({ bad, good, sources }));
      };
      await store.recordVerdicts([against(HOST, 'a'), against(HOST, 'b'), against(NEIGHBOUR, 'c')], NOW);
      await store.recordVerdicts(
        [{ ...recordOf('198.35.1.1', { id: 'd', reporter }), stance: 'agrees' }],
        NOW,
      );
      expect(await months()).toEqual([{ bad: 2000, good: 1000, sources: 3 }]);
      await store.retractVerdict(reporter.id, 'a', NOW);
      expect(await months()).toEqual([{ bad: 2000, good: 1000, sources: 3 }]);
      await store.retractVerdict(reporter.id, 'b', NOW);
      expect(await months()).toEqual([{ bad: 1000, good: 1000, sources: 2 }]);
      await store.forget(rungKey(recordOf(NEIGHBOUR).ladder.subject), { ...AUDIT, act: 'reputation.forget' });
      expect(await months()).toEqual([{ bad: 0, good: 1000, sources: 1 }]);
      expect(await store.retractVerdict(reporter.id, 'c', NOW + 1)).toBe(false);
      expect(await months()).toEqual([{ bad: 0, good: 1000, sources: 1 }]);
      expect(await store.retractSince(reporter.id, NOW, NOW + 1)).toBeGreaterThan(0);
      expect(await months()).toEqual([]);
    });

    it('takes back all that a reporter said since a time, and nothing else', async () => {
      const thief = { id: 'thief', trusted: true };
      const before = recordOf(HOST, { id: 'before', reporter: thief });
      const after = recordOf(HOST, { id: 'after', reporter: thief });
      await store.recordVerdicts([before, recordOf(HOST, { id: 'mine' })], NOW);
      await store.recordVerdicts([after], NOW + DAY);
      expect(await store.retractSince('thief', NOW + 1, NOW + DAY)).toBe(1);
      const [tally] = await store.readTallies(rungsOf(before.ladder));
      expect(tally?.months.at(0)).toMatchObject({ bad: 2000, sources: 2 });
      expect(await store.retractVerdict('thief', 'after', NOW + DAY)).toBe(false);
      expect(await store.retractVerdict('thief', 'before', NOW + DAY)).toBe(true);
    });

    it('forgets a subject, what it contributed, and the right to take back what was said of it', async () => {
      const record = recordOf(HOST, { id: 'a', count: 3 });
      const other = recordOf('2a00:1450:8319:fe42:ffff::1', { id: 'b' });
      const neighbour = recordOf(NEIGHBOUR, { id: 'c' });
      await store.recordVerdicts([neighbour], NOW);
      const alone = await store.readTallies([...rungsOf(neighbour.ladder), rootKey(6)]);
      await store.recordVerdicts([record, other], NOW);
      expect(await store.forget(rungKey(record.ladder.subject), AUDIT)).toBe(true);
      expect(await store.forget(rungKey(record.ladder.subject), AUDIT)).toBe(false);
      expect(await store.readTallies([...rungsOf(neighbour.ladder), rootKey(6)])).toEqual(alone);
      expect(await store.readTallies(rungsOf(record.ladder).slice(0, 1))).toEqual([EMPTY_TALLY]);
      expect(await store.retractVerdict('local', 'a', NOW)).toBe(false);
      expect(await store.readTallies([...rungsOf(neighbour.ladder), rootKey(6)])).toEqual(alone);
      expect((await store.records.listAudit({ limit: 5 })).items).toEqual([AUDIT, AUDIT]);
    });

    it('keeps forgotten what was, when the clock is set back and the subject is forgotten again', async () => {
      const record = recordOf(HOST, { id: 'first' });
      const subject = rungKey(record.ladder.subject);
      await store.recordVerdicts([record], NOW + HOUR);
      expect(await store.forget(subject, { ...AUDIT, at: NOW + 2 * HOUR })).toBe(true);
      await store.recordVerdicts([recordOf(HOST, { id: 'other', account: LONER })], NOW);
      await store.forget(subject, AUDIT);
      expect(await store.retractVerdict('local', 'first', NOW)).toBe(false);
    });

    it('shows a verdict that names an account on the account and its organisation too', async () => {
      await store.recordVerdicts(
        [
          recordOf(HOST, { id: 'a', account: MEMBER, count: 9 }),
          recordOf(NEIGHBOUR, { id: 'b', account: MEMBER, count: 3 }),
          recordOf(HOST, { id: 'c', account: COLLEAGUE }),
          recordOf(HOST, { id: 'd', account: LONER }),
        ],
        NOW,
      );
      const tallies = await store.readTallies([MEMBER, COLLEAGUE, ORG, LONER]);
      expect(tallies.map(({ days, lastSeen }) => [days.at(0)?.bad, days.at(0)?.sources, lastSeen])).toEqual([
        [12_000, 1, NOW],
        [1000, 1, NOW],
        [2000, 2, 0],
        [1000, 1, NOW],
      ]);
      for (const tally of tallies) expect(tally.hosts).toEqual([]);
    });

    it('counts what is said of an account on the network as if none had been named', async () => {
      const plain = recordOf(HOST, { id: 'a', count: 3 });
      const rungs = [...rungsOf(plain.ladder), rootKey(6)];
      await store.recordVerdicts([plain], NOW);
      const without = await store.readTallies(rungs);
      await store.retractVerdict('local', 'a', NOW);
      await store.recordVerdicts([{ ...plain, account: MEMBER }], NOW);
      expect(await store.readTallies(rungs)).toEqual(without);
    });

    it('takes a verdict back from its account as well, singly and with all its reporter said', async () => {
      const thief = { id: 'thief', trusted: true };
      await store.recordVerdicts([recordOf(HOST, { id: 'kept', account: MEMBER })], NOW);
      const before = await store.readTallies([MEMBER, ORG]);
      const said = ['1', '2', '3'].map((id) =>
        recordOf(HOST, { id, account: id === '3' ? COLLEAGUE : MEMBER, reporter: thief }),
      );
      await store.recordVerdicts(said, NOW);
      expect(await store.readTallies([MEMBER, ORG])).not.toEqual(before);
      expect(await store.retractVerdict('thief', '1', NOW)).toBe(true);
      expect(await store.retractSince('thief', NOW, NOW)).toBe(2);
      expect(await store.readTallies([MEMBER, ORG])).toEqual(before);
    });

    it('forgets a network and keeps the account, or the other way round; what is left can be taken back', async () => {
      const record = recordOf(HOST, { id: 'a', account: MEMBER });
      const rungs = [...rungsOf(record.ladder), rootKey(6), MEMBER, ORG];
      await store.recordVerdicts([record], NOW);
      expect(await store.forget(MEMBER, AUDIT)).toBe(true);
      expect(await store.forget(MEMBER, AUDIT)).toBe(false);
      const [subject, ...rest] = await store.readTallies(rungs);
      expect(subject?.days).toHaveLength(1);
      for (const tally of rest.slice(-2)) expect({ ...tally, lastSeen: 0 }).toEqual(EMPTY_TALLY);
      expect(await store.retractVerdict('local', 'a', NOW)).toBe(true);
      for (const tally of await store.readTallies(rungs)) {
        expect({ ...tally, lastSeen: 0 }).toEqual(EMPTY_TALLY);
      }
      await store.recordVerdicts([{ ...record, id: 'b' }], NOW + 1);
      expect(await store.forget(rungKey(record.ladder.subject), { ...AUDIT, at: NOW + 1 })).toBe(true);
      expect((await store.readTallies([MEMBER]))[0]?.days).toHaveLength(1);
      expect(await store.retractVerdict('local', 'b', NOW + 1)).toBe(true);
      for (const tally of await store.readTallies(rungs)) {
        expect({ ...tally, lastSeen: 0 }).toEqual(EMPTY_TALLY);
      }
    });

    it('lists the rungs of one length inside a prefix in address order, page by page', async () => {
      const hosts = ['2a00:ff::1', '2a00:ff:0:1::1', '2a00:ff:ffff:ffff::1', '2a00:100::1', '2a00:fe::1'];
      await store.recordVerdicts(
        hosts.flatMap((host) =>
          ['r1', 'r2'].map((id) => recordOf(host, { id, reporter: { id, trusted: false } })),
        ),
        NOW,
      );
      await store.recordVerdicts(
        hosts.map((host) => recordOf(host)),
        NOW,
      );
      const within = mustPrefix('2a00:ff::/32');
      const first = await store.listRungs(within, 64, { limit: 2 });
      expect(first.items.map(({ prefix }) => formatPrefix(prefix))).toEqual([
        '2a00:ff::/64',
        '2a00:ff:0:1::/64',
      ]);
      const second = await store.listRungs(within, 64, { limit: 2, after: first.next ?? '' });
      expect(second.items.map(({ prefix }) => formatPrefix(prefix))).toEqual(['2a00:ff:ffff:ffff::/64']);
      expect(second.next).toBeNull();
      const whole = await store.listRungs(mustPrefix('2a00::/16'), 32, { limit: 10 });
      expect(whole.items.map(({ prefix }) => formatPrefix(prefix))).toEqual([
        '2a00:fe::/32',
        '2a00:ff::/32',
        '2a00:100::/32',
      ]);
    });

    it('keeps records by kind and key, with an audit entry for every change', async () => {
      const { records } = store;
      expect(await records.revision('allow')).toBe(0);
      const changes = ['b', 'a', 'c'].map((key) => ({ kind: 'allow' as const, key, value: { reason: key } }));
      await records.changeRecords(changes, AUDIT);
      await records.changeRecords([{ kind: 'block', key: 'a', value: 1 }], {
        ...AUDIT,
        act: 'list.block.put',
      });
      expect(await records.getRecord('allow', 'a')).toEqual({ key: 'a', value: { reason: 'a' } });
      expect(await records.getRecord('allow', 'z')).toBeNull();
      const first = await records.listRecords('allow', { limit: 2 });
      expect(first.items.map(({ key }) => key)).toEqual(['a', 'b']);
      const second = await records.listRecords('allow', { limit: 2, after: first.next ?? '' });
      expect(second).toEqual({ items: [{ key: 'c', value: { reason: 'c' } }], next: null });
      const revision = await records.revision('allow');
      await records.changeRecords([{ kind: 'allow', key: 'a', remove: true }], AUDIT);
      expect(await records.revision('allow')).toBeGreaterThan(revision);
      expect(await records.getRecord('allow', 'a')).toBeNull();
      const audit = await records.listAudit({ limit: 2 });
      expect(audit.items.map(({ act }) => act)).toEqual(['test', 'list.block.put']);
      const rest = await records.listAudit({ limit: 2, after: audit.next ?? '' });
      expect(rest.items.map(({ act }) => act)).toEqual(['test']);
    });

    it('makes a record once, and gives the one that stands to all who ask at once', async () => {
      const { records } = store;
      const revision = await records.revision('secret');
      const made = await Promise.all(
        ['a', 'b', 'c'].map((value) => records.createRecord({ kind: 'secret', key: 'k', value }, AUDIT)),
      );
      const standing = await records.getRecord('secret', 'k');
      expect(['a', 'b', 'c']).toContain(standing?.value);
      expect(made).toEqual([standing, standing, standing]);
      expect((await records.listAudit({ limit: 5 })).items).toEqual([AUDIT]);
      expect(await records.revision('secret')).toBeGreaterThan(revision);
    });

    it('keeps blobs until they are deleted', async () => {
      const { blobs } = store;
      const large = new Uint8Array(100_000).fill(7);
      await blobs.putBlob('table/1/root', Uint8Array.of(1, 2, 3));
      await blobs.putBlob('table/1/leaf/0', large);
      await blobs.putBlob('tablecloth', Uint8Array.of());
      expect(await blobs.listBlobs('table/')).toEqual(['table/1/leaf/0', 'table/1/root']);
      expect(Buffer.from((await blobs.getBlob('table/1/leaf/0')) ?? []).equals(large)).toBe(true);
      await blobs.deleteBlob('table/1/root');
      expect(await blobs.getBlob('table/1/root')).toBeNull();
    });

    itKeepsCounters(() => store);

    it('says that it is ready', async () => {
      await expect(store.check()).resolves.toBeUndefined();
    });

    it('finds everything again after it was closed, when it is a durable one', async () => {
      const record = recordOf(HOST, { id: 'a' });
      await store.recordVerdicts([record], NOW);
      if (opened.reopen === undefined) return expect(store).toBeInstanceOf(MemoryStore);
      const before = await store.readTallies(rungsOf(record.ladder));
      await store.close();
      const again = await opened.reopen();
      expect(await again.readTallies(rungsOf(record.ladder))).toEqual(before);
      expect(await again.recordVerdicts([record], NOW)).toEqual(['duplicate']);
      await again.close();
    });
  });
}

/** Records crowded into a few blocks, so that rungs are shared at every level. */
const anyRecord: fc.Arbitrary<VerdictRecord> = fc
  .record({
    id: fc.uuid(),
    host: fc.oneof(
      fc.tuple(fc.nat(3), fc.nat(3), fc.nat(9)).map(([a, b, c]) => `2a00:1450:${a}00:${b}0${a}::${c + 1}`),
      fc.tuple(fc.nat(3), fc.nat(9)).map(([a, b]) => `198.35.${a}.${b}`),
    ),
    reporter: fc.constantFrom('local', 'r1', 'r2'),
    verdict: fc.constantFrom('spam', 'ham', 'trap', 'auth-failure'),
    count: fc.constantFrom(1, 1, 2, 40),
    age: fc.integer({ min: 0, max: 29 * DAY }),
    account: fc.constantFrom(undefined, undefined, MEMBER, COLLEAGUE, LONER),
    stance: fc.constantFrom(undefined, ...STANCES),
  })
  .map(({ id, host, reporter, verdict, count, age, account, stance }) =>
    recordOf(host, {
      id,
      account,
      stance: reporter === 'local' ? undefined : stance,
      reporter: voiced(reporter, count),
      verdict,
      count,
      at: NOW - age,
    }),
  );

/** The operator's own, an untrusted one, and one that is sometimes hardly heard. */
function voiced(id: string, count: number): Reporter {
  if (id === 'local') return { id, trusted: true };
  return id === 'r2' && count > 1 ? { id, trusted: false, faint: true } : { id, trusted: false };
}

/** A turn of a clock that is set on and back by hours and weeks: what is said then, and which of all is taken back. */
const anyTurn = fc.record({
  clock: fc.oneof(
    fc.integer({ min: -2 * DAY, max: 2 * DAY }),
    fc.integer({ min: 0, max: 25 * DAY }),
    fc.integer({ min: 0, max: 90 * DAY }),
  ),
  records: fc.array(anyRecord, { minLength: 1, maxLength: 4 }),
  back: fc.array(fc.nat(1000), { maxLength: 3 }),
});

function isRecord(record: VerdictRecord | undefined): record is VerdictRecord {
  return record !== undefined;
}

function sumsOf({ quarters, days, months, hosts }: Tally) {
  return { quarters, days, months, hosts };
}

async function everything(store: Store, records: readonly VerdictRecord[]): Promise<readonly Tally[]> {
  const rungs = new Set(
    records.flatMap(({ ladder, account, reporter }) => [
      ...rungsOf(ladder),
      standingKey(reporter.id),
      ...(account === undefined ? [] : namedRungsOf(account)),
    ]),
  );
  return store.readTallies([...rungs, rootKey(4), rootKey(6)]);
}
