import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rungKey } from '../../../lib/reputation/rung.ts';
import { NO_SERIES } from '../../../lib/reputation/series.ts';
import { numberIn } from '../../../lib/store/dynamodb/item.ts';
import { DynamoStore } from '../../../lib/store/dynamodb/store.ts';
import { MemoryStore } from '../../../lib/store/memory/store.ts';
import { anyHistory } from '../../support/arbitraries.ts';
import { openInMemory, storeOn } from '../../support/dynamo-store.ts';
import type { MemoryTable } from '../../support/memory-table.ts';
import {
  AFTERWARDS,
  comparable,
  entriesOf,
  FILLED,
  FILLING,
  fill,
  load,
  markOf,
  talliesOf,
} from '../../support/moved-state.ts';
import { DAY, NOW, recordOf } from '../../support/records.ts';

const EVERYTHING = [...FILLING, ...AFTERWARDS];

async function filled(): Promise<MemoryStore> {
  const store = new MemoryStore();
  await fill(store);
  return store;
}

/** All items of a table but the marks of its stream, in order. */
async function itemsOf(table: MemoryTable): Promise<readonly string[]> {
  const items: string[] = [];
  let next: Awaited<ReturnType<MemoryTable['scan']>>['next'];
  do {
    const page = await table.scan({ ExclusiveStartKey: next });
    items.push(...page.items.map((item) => JSON.stringify(item)));
    next = page.next;
  } while (next !== undefined);
  return items;
}

describe('a state loaded into a table', () => {
  it('is no news to the roll-up: pumping its stream changes nothing', async () => {
    const { table, pump, log, reports } = openInMemory(() => FILLED);
    await load(storeOn(table), await entriesOf(await filled()));
    const before = await itemsOf(table);
    expect(log.shards.flatMap(({ records }) => records).length).toBeGreaterThan(20);
    await pump.untilQuiet();
    expect(await itemsOf(table)).toEqual(before);
    expect(reports.map(({ writes, buried }) => writes + buried)).toEqual(reports.map(() => 0));
  });

  it('is rolled up from there on: what is taken back, reported and forgotten reaches every level', async () => {
    const source = await filled();
    const { table, pump } = openInMemory(() => FILLED + DAY);
    const store = storeOn(table);
    await load(store, await entriesOf(source));
    const fresh = [recordOf('2a00:1450:8319:fe42::9', { id: 'fresh', at: FILLED })];
    for (const each of [source, store]) {
      await each.recordVerdicts(fresh, FILLED + DAY);
      await each.retractVerdict('thief', 'stays', FILLED + DAY);
      await each.retractVerdict('local', 'v4', FILLED + DAY);
      await pump.untilQuiet();
      const subject = rungKey(recordOf('198.35.1.2').ladder.subject);
      await each.forget(subject, {
        at: FILLED + DAY,
        actor: 'cli',
        act: 'f',
        target: '',
        reason: null,
        detail: null,
      });
      await pump.untilQuiet();
    }
    const own = await talliesOf(store, [...EVERYTHING, ...fresh]);
    expect(own).toEqual(await talliesOf(source, [...EVERYTHING, ...fresh]));
  });

  it('comes to nothing when all of any history is taken back, roots too', async () => {
    await fc.assert(
      fc.asyncProperty(anyHistory, async (history) => {
        const source = new MemoryStore();
        source.record(history, NOW);
        const { table, pump, reports } = openInMemory(() => FILLED);
        const store = storeOn(table);
        await load(store, await entriesOf(source), 50);
        await pump.untilQuiet();
        for (const { reporter, id } of history) await store.retractVerdict(reporter.id, id, FILLED);
        await pump.untilQuiet();
        for (const tally of await talliesOf(store, history)) {
          expect(tally).toMatchObject({
            months: NO_SERIES,
            days: NO_SERIES,
            quarters: NO_SERIES,
            hosts: [],
            recent: [],
          });
        }
        expect(reports.map(({ buried }) => buried)).toEqual(reports.map(() => 0));
      }),
      { seed: 42, numRuns: 25 },
    );
  });

  it('is refused when somebody else writes to the table meanwhile', async () => {
    const entries = await entriesOf(await filled());
    const { table, pump } = openInMemory(() => FILLED);
    const store = storeOn(table);
    const intake = await store.state.intake(markOf(0));
    await store.recordVerdicts([recordOf('2a00:1450:8319:fe42::1', { id: 'meanwhile' })], NOW);
    await pump.untilQuiet();
    await expect(intake.apply(entries, markOf(1))).rejects.toThrow(
      'somebody else wrote to the table while it was loaded (item ',
    );
  });

  it('goes on where calls failed in the middle of a chunk', async () => {
    const entries = await entriesOf(await filled());
    const { table } = openInMemory(() => FILLED);
    const store = storeOn(table);
    let calls = 0;
    for (let fault = 0; fault < 40; fault += 3) {
      calls = 0;
      const fail = async (): Promise<void> => {
        if (calls++ === fault) throw new Error('the table is out of reach');
      };
      table.weather = { before: async () => {}, after: fail };
      const intake = await store.state.intake(markOf(0)).catch(() => null);
      await intake?.apply(entries, markOf(1)).catch(() => undefined);
    }
    table.weather = { before: async () => {}, after: async () => {} };
    const intake = await store.state.intake(markOf(0));
    await intake.apply(entries, markOf(1));
    await intake.finish(markOf(1, true));
    expect(comparable(await entriesOf(store))).toEqual(comparable(entries));
  });

  it('waits out a throttled table', async () => {
    const entries = await entriesOf(await filled());
    const { table } = openInMemory(() => FILLED);
    const store = storeOn(table);
    let calls = 0;
    const throttle = async (): Promise<void> => {
      if (calls++ % 11 !== 0) return;
      throw Object.assign(new Error('too fast'), { name: 'ProvisionedThroughputExceededException' });
    };
    const intake = await store.state.intake(markOf(0));
    table.weather = { before: throttle, after: async () => {} };
    await intake.apply(entries, markOf(1));
    await intake.finish(markOf(1, true));
    table.weather = { before: async () => {}, after: async () => {} };
    expect(comparable(await entriesOf(store))).toEqual(comparable(entries));
  });
});

describe('a tally loaded into a table', () => {
  it('goes when it would have gone where it comes from, not so long after it was loaded', async () => {
    const source = new MemoryStore();
    await source.recordVerdicts([recordOf('198.35.1.1')], NOW);
    const later = NOW + 200 * DAY;
    const { table } = openInMemory(() => later);
    const store = new DynamoStore(table, { evidenceMonths: 3 });
    const mark = { ...markOf(0), taken: later };
    const intake = await store.state.intake(mark);
    const entries = (await entriesOf(source, later)).filter(({ kind }) => kind === 'tally');
    await intake.apply(entries, { ...mark, chunks: 1 });
    await intake.finish({ ...mark, chunks: 1, done: true });
    const tallies = (await table.scan({})).items.filter((item) => 'tally' in item);
    expect(tallies.length).toBeGreaterThan(3);
    for (const item of tallies) {
      const expires = (numberIn(item, 'expires') ?? 0) * 1000;
      expect(expires).toBeGreaterThan(NOW + 90 * DAY);
      expect(expires).toBeLessThan(later);
    }
  });
});

describe('a state dumped from a table', () => {
  it('says when the table was written to shortly before', async () => {
    const { table, pump } = openInMemory(() => NOW);
    const store = storeOn(table);
    await store.recordVerdicts([recordOf('198.35.1.1')], NOW);
    await pump.untilQuiet();
    const remarksAt = async (now: number): Promise<readonly string[]> => {
      const state = store.state.exportState(now);
      for await (const _ of state.entries);
      return state.remarks();
    };
    expect(await remarksAt(NOW + 61_000)).toEqual([]);
    expect(await remarksAt(NOW + 59_000)).toEqual([
      expect.stringContaining('was written to while it was dumped'),
    ]);
  });

  it('counts the dead letters it leaves behind', async () => {
    const { table } = openInMemory(() => NOW);
    await table.put({ Item: { pk: { S: 'x' }, sk: { S: '1' } } });
    const state = storeOn(table).state.exportState(NOW);
    for await (const _ of state.entries);
    expect(state.remarks()).toEqual([expect.stringMatching(/^1 changes lie in the dead letters/)]);
  });

  it('knows every kind of item that the table of access patterns names', async () => {
    const header = readFileSync(new URL('../../../lib/store/dynamodb/keys.ts', import.meta.url), 'utf8');
    const letters = [...header.matchAll(/^ \* \|[^|]*\| ([a-z]) /gm)].map(([, letter = '']) => letter);
    expect(new Set(letters).size).toBeGreaterThan(10);
    const unknown: string[] = [];
    for (const letter of new Set(letters)) {
      const { table } = openInMemory(() => NOW);
      const sk = letter === 'c' ? 'allow' : '1';
      await table.put({ Item: { pk: { S: letter }, sk: { S: sk } } });
      const fault: unknown = await entriesOf(storeOn(table)).catch((error: unknown) => error);
      if (/cannot dump/.test(String(fault))) unknown.push(letter);
    }
    expect(unknown).toEqual([]);
  });

  it('fails at items it does not know rather than leave them behind', async () => {
    for (const pk of ['?', 'cunknown']) {
      const { table } = openInMemory(() => NOW);
      await table.put({ Item: { pk: { S: pk }, sk: { S: '1' } } });
      await expect(entriesOf(storeOn(table))).rejects.toThrow(
        `items under ${pk}, which this version cannot dump`,
      );
    }
  });
});
