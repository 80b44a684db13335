/**
 * The contract on a store's state as a whole: what comes out goes in again, into any store, and means the same there.
 */
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { NO_SERIES } from '../../lib/reputation/series.ts';
import { MemoryStore } from '../../lib/store/memory/store.ts';
import type { Store } from '../../lib/store/port.ts';
import { anyHistory } from './arbitraries.ts';
import {
  AFTERWARDS,
  AUDIT,
  comparable,
  entriesOf,
  FILLED,
  FILLING,
  fill,
  load,
  markOf,
  talliesOf,
} from './moved-state.ts';
import { DAY, NOW } from './records.ts';
import type { OpenStore } from './store-contract.ts';

const EVERYTHING = [...FILLING, ...AFTERWARDS];

export function describeStateContract(name: string, open: () => Promise<OpenStore>): void {
  describe(`${name} keeps the contract on its state`, () => {
    const opened: OpenStore[] = [];
    const fresh = async (): Promise<Store> => {
      const one = await open();
      opened.push(one);
      return one.store;
    };
    let store: Store;
    beforeEach(async () => {
      store = await fresh();
    });
    afterEach(async () => {
      for (const one of opened.splice(0)) await one.cleanUp();
    });

    it('is empty until something is kept', async () => {
      expect(await store.state.isEmpty()).toBe(true);
      expect(await entriesOf(store)).toEqual([]);
      await store.blobs.putBlob('x', Uint8Array.of());
      expect(await store.state.isEmpty()).toBe(false);
    });

    it('comes out as what another store kept of the same, byte for byte', async () => {
      const reference = new MemoryStore();
      for (const each of [store, reference]) await fill(each);
      const entries = comparable(await entriesOf(store));
      expect(entries).toEqual(comparable(await entriesOf(reference)));
      expect(new Set(entries.map((entry) => JSON.parse(entry).kind))).toEqual(
        new Set(['record', 'revision', 'audit', 'blob', 'forgotten', 'verdict', 'tally']),
      );
    });

    it('goes into an empty store and comes out the same, every tally with it', async () => {
      await fill(store);
      const entries = await entriesOf(store);
      const other = await fresh();
      await load(other, entries);
      expect(comparable(await entriesOf(other))).toEqual(comparable(entries));
      expect(await talliesOf(other, EVERYTHING)).toEqual(await talliesOf(store, EVERYTHING));
      expect((await other.records.listAudit({ limit: 9 })).items).toEqual(
        (await store.records.listAudit({ limit: 9 })).items,
      );
      expect(await other.records.revision('block')).toBe(2);
      expect(await other.blobs.getBlob('published/large')).toEqual(
        await store.blobs.getBlob('published/large'),
      );
    });

    it('takes what it is told afterwards just as the store it came from', async () => {
      await fill(store);
      const other = await fresh();
      await load(other, await entriesOf(store));
      const later = FILLED + DAY;
      for (const each of [store, other]) {
        expect(await each.recordVerdicts(EVERYTHING, later)).toEqual(
          EVERYTHING.map(({ id }) => (id === 'taken-back' ? 'accepted' : 'duplicate')),
        );
        for (const { id, reporter } of EVERYTHING) {
          const expected = id !== 'forgotten';
          expect(await each.retractVerdict(reporter.id, id, later), id).toBe(expected);
        }
        await each.records.changeRecords([], { ...AUDIT, act: 'after' });
      }
      const left = await talliesOf(other, EVERYTHING, later);
      expect(left).toEqual(await talliesOf(store, EVERYTHING, later));
      for (const tally of left)
        expect(tally).toMatchObject({ months: NO_SERIES, days: NO_SERIES, quarters: NO_SERIES, hosts: [] });
      const [newest, ...rest] = (await other.records.listAudit({ limit: 9 })).items;
      expect(newest?.act).toBe('after');
      expect(rest.map(({ act }) => act)).toEqual(['last', 'test', 'reputation.forget']);
    });

    it('has the rungs of what was loaded in its listings', async () => {
      await fill(store);
      const other = await fresh();
      await load(other, await entriesOf(store));
      for (const { ladder } of EVERYTHING) {
        for (const within of ladder.ancestors) {
          const asked = [within, ladder.subject.length, { limit: 20 }] as const;
          expect(await other.listRungs(...asked)).toEqual(await store.listRungs(...asked));
        }
      }
    });

    it('leaves out verdicts past retention, and what was forgotten too long ago to matter', async () => {
      await fill(store);
      const kinds = (await entriesOf(store, NOW + 40 * DAY)).map(({ kind }) => kind);
      expect(kinds).not.toContain('verdict');
      expect(kinds).not.toContain('forgotten');
      expect(kinds).toContain('tally');
    });

    it('is not ready, and says so, until a load is finished', async () => {
      const intake = await store.state.intake(markOf(0));
      await expect(store.check()).rejects.toThrow('a load into this store was not finished');
      await intake.finish(markOf(0, true));
      await expect(store.check()).resolves.toBeUndefined();
      expect(await store.state.loadMark()).toEqual(markOf(0, true));
      expect(await store.state.isEmpty()).toBe(true);
    });

    it('takes no load when it has something, but goes on with one that it knows', async () => {
      await fill(store);
      await expect(store.state.intake(markOf(0))).rejects.toThrow('not empty');
      const other = await fresh();
      await (await other.state.intake(markOf(0))).apply((await entriesOf(store)).slice(0, 2), markOf(1));
      await expect(other.state.intake({ ...markOf(0), load: 'load-2' })).rejects.toThrow('not empty');
      await expect(other.state.intake(markOf(1))).resolves.toBeDefined();
    });

    it('comes to the same when the process ends between any two chunks', async () => {
      await fill(store);
      const entries = await entriesOf(store);
      const other = await fresh();
      const half = Math.floor(entries.length / 2);
      await (await other.state.intake(markOf(0))).apply(entries.slice(0, half), markOf(1));
      const intake = await other.state.intake(markOf(1));
      intake.skip(entries.slice(0, half));
      await intake.apply(entries.slice(half), markOf(2));
      await intake.finish(markOf(2, true));
      expect(comparable(await entriesOf(other))).toEqual(comparable(entries));
      expect(await talliesOf(other, EVERYTHING)).toEqual(await talliesOf(store, EVERYTHING));
    });

    it('moves any history, whatever the cut', async () => {
      await fc.assert(
        fc.asyncProperty(anyHistory, fc.integer({ min: 1, max: 40 }), async (history, size) => {
          const source = new MemoryStore();
          source.record(history, NOW);
          const [taken] = history;
          if (taken !== undefined) await source.retractVerdict(taken.reporter.id, taken.id, NOW);
          const target = await fresh();
          const entries = await entriesOf(source);
          await load(target, entries, size);
          expect(comparable(await entriesOf(target))).toEqual(comparable(entries));
          expect(await talliesOf(target, history)).toEqual(await talliesOf(source, history));
        }),
        { seed: 42, numRuns: 12 },
      );
    });
  });
}
