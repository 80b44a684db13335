/** Every tally is exactly what its reporters and children contribute: against a twin that starts anew each time. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatPrefix } from '../../lib/net/prefix.ts';
import { rungKey } from '../../lib/reputation/rung.ts';
import { MemoryStore } from '../../lib/store/memory/store.ts';
import { anyHistory, anyOrderOf, batchesOf, SEED } from '../support/arbitraries.ts';
import { climbed, expectTwin, learned, named, plain, plainTwin } from '../support/climbed.ts';
import { DAY, NOW } from '../support/records.ts';
import { slowHosts, slowNewest, slowVerdictOf } from '../support/tally-slow.ts';

describe('every tally', () => {
  it('is exactly what its reporters and children contribute, whatever was said in whatever order and batches', () => {
    const shuffled = anyHistory.chain((history) => fc.tuple(fc.constant(history), anyOrderOf(history)));
    fc.assert(
      fc.property(
        shuffled,
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }),
        ([history, order], sizes) => {
          const store = new MemoryStore();
          for (const batch of batchesOf(order, sizes)) store.record(batch, NOW);
          expectTwin(store, history);
          const fewest = new MemoryStore();
          fewest.record(history, NOW);
          for (const key of climbed(history)) expect(store.tally(key)).toEqual(fewest.tally(key));
        },
      ),
      { seed: SEED, numRuns: 60 },
    );
  });

  it('is that again after any of it was taken back', async () => {
    await fc.assert(
      fc.asyncProperty(anyHistory, fc.infiniteStream(fc.boolean()), async (history, coin) => {
        const store = new MemoryStore();
        store.record(history, NOW);
        const kept = history.filter(() => coin.next().value);
        for (const record of history.filter((one) => !kept.includes(one))) {
          expect(await store.retractVerdict(record.reporter.id, record.id, NOW)).toBe(true);
        }
        expectTwin(store, kept, history);
      }),
      { seed: SEED, numRuns: 60 },
    );
  });

  it('is that again some days later, when new verdicts come and old buckets go', () => {
    fc.assert(
      fc.property(anyHistory, anyHistory, fc.integer({ min: 0, max: 90 }), (before, after, days) => {
        const later = NOW + days * DAY;
        const moved = after.map((record) => ({ ...record, at: record.at + days * DAY }));
        const store = new MemoryStore();
        store.record(before, NOW);
        store.record(moved, later);
        // What is not written again keeps old buckets until it is, so only rungs of the new verdicts are compared.
        const twin = [...before, ...moved].map(slowVerdictOf);
        for (const key of climbed(moved)) {
          expect(plain(store.tally(key)), named(key)).toEqual(plainTwin(twin, key, later));
        }
      }),
      { seed: SEED, numRuns: 40 },
    );
  });

  it('of a wider block tells no hosts, no single reports and no time', () => {
    fc.assert(
      fc.property(anyHistory, (history) => {
        const store = learned(history);
        const subjects = new Set(history.map(({ ladder }) => rungKey(ladder.subject)));
        for (const key of climbed(history).filter((rung) => !subjects.has(rung))) {
          expect(store.tally(key)).toMatchObject({ hosts: [], recent: [], lastSeen: 0 });
        }
      }),
      { seed: SEED, numRuns: 30 },
    );
  });

  it('knows the hosts of an end site and its newest reports as the twin does', () => {
    fc.assert(
      fc.property(anyHistory, (history) => {
        const store = learned(history);
        const twin = history.map(slowVerdictOf);
        for (const { ladder } of history) {
          const tally = store.tally(rungKey(ladder.subject));
          const subject = formatPrefix(ladder.subject);
          const hosts = [...slowHosts(twin, subject, NOW)].flatMap(([bin, buckets]) =>
            [...buckets].map(([index, { bad, good }]) => ({ bin: Number(bin), index, bad, good })),
          );
          expect(tally.hosts).toEqual(hosts.toSorted((a, b) => a.bin - b.bin || a.index - b.index));
          expect(tally.recent.map(({ at, bad, bin }) => ({ at, bad, bin }))).toEqual(
            slowNewest(twin, subject).map(({ at, verdict, bin }) => ({
              at: Math.floor(at / 1000) * 1000,
              bad: verdict !== 'ham',
              bin,
            })),
          );
        }
      }),
      { seed: SEED, numRuns: 60 },
    );
  });
});
