import { describe, expect, it } from 'vitest';
import { type Item, keyAttributes } from '../../../lib/store/dynamodb/item.ts';
import { ItemReader } from '../../../lib/store/dynamodb/item-reader.ts';
import type { TableKey } from '../../../lib/store/dynamodb/keys.ts';
import type { BatchGetOptions, GetOptions, Table } from '../../../lib/store/dynamodb/table.ts';
import { whenAsked } from '../../../lib/store/dynamodb/when-asked.ts';
import { MemoryTable } from '../../support/memory-table.ts';
import { StreamLog } from '../../support/stream-log.ts';

type Call = readonly [operation: 'get' | 'batchGet', keys: number, consistent: boolean | undefined];

/** A table with an item at each of these sort keys, that leaves so many keys of a batch for later. */
async function tableOf(places: readonly string[], left = 0) {
  const memory = new MemoryTable(new StreamLog());
  for (const sk of places) await memory.put({ Item: keyAttributes({ pk: 'c', sk }) });
  const calls: Call[] = [];
  const table: Pick<Table, 'get' | 'batchGet'> = {
    get: (key: TableKey, options?: GetOptions) => {
      calls.push(['get', 1, options?.consistent]);
      return memory.get(key);
    },
    batchGet: async (keys: readonly TableKey[], options: BatchGetOptions) => {
      calls.push(['batchGet', keys.length, options.consistent]);
      const asked = keys.slice(left);
      return { items: (await memory.batchGet(asked, options)).items, unprocessed: keys.slice(0, left) };
    },
  };
  const reader = new ItemReader(table);
  const read = (sk: string, options: GetOptions = {}) => reader.read({ pk: 'c', sk }, options);
  return { read, calls };
}

const found = (items: readonly (Item | undefined)[]) => items.map((item) => item?.['sk']?.S);

describe('single items', () => {
  it('that are asked for in one turn are read in one call, each once', async () => {
    const { read, calls } = await tableOf(['a', 'b']);
    expect(found(await Promise.all(['a', 'none', 'b', 'a'].map((sk) => read(sk))))).toEqual([
      'a',
      undefined,
      'b',
      'a',
    ]);
    expect(calls).toEqual([['batchGet', 3, false]]);
    await read('a');
    expect(calls).toHaveLength(2);
  });

  it('are all read consistently when one of them is to be', async () => {
    const { read, calls } = await tableOf(['a', 'b']);
    await Promise.all([read('a'), read('b', { consistent: true })]);
    expect(calls).toEqual([['batchGet', 2, true]]);
  });

  it('are asked for by themselves when they are alone or were left for later', async () => {
    const { read, calls } = await tableOf(['a', 'b', 'c'], 2);
    expect(found([await read('a', { consistent: true })])).toEqual(['a']);
    expect(found(await Promise.all(['a', 'b', 'c'].map((sk) => read(sk))))).toEqual(['a', 'b', 'c']);
    expect(calls).toEqual([
      ['get', 1, true],
      ['batchGet', 3, false],
      ['get', 1, false],
      ['get', 1, false],
    ]);
  });

  it('go in as many calls as DynamoDB needs', async () => {
    const places = Array.from({ length: 230 }, (_, i) => `${i}`);
    const { read, calls } = await tableOf(places);
    expect(found(await Promise.all(places.map((sk) => read(sk))))).toEqual(places);
    expect(calls.map(([, keys]) => keys)).toEqual([100, 100, 30]);
  });
});

describe('a part that is loaded when it is asked for', () => {
  it('is loaded once, and again only when that failed', async () => {
    let loads = 0;
    const part = whenAsked(() =>
      loads++ === 0 ? Promise.reject(new Error('no file')) : Promise.resolve(loads),
    );
    await expect(part()).rejects.toThrow('no file');
    expect(await Promise.all([part(), part()])).toEqual([2, 2]);
    expect(await part()).toBe(2);
    expect(loads).toBe(2);
  });
});
