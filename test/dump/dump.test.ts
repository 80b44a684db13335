import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { Loader } from '../../lib/dump/load-dump.ts';
import { DumpFault } from '../../lib/dump/read-dump.ts';
import { MemoryStore } from '../../lib/store/memory/store.ts';
import type { StateEntry } from '../../lib/store/state.ts';
import { dumpOf, partsOf } from '../support/dumped.ts';
import { comparable, entriesOf, fill } from '../support/moved-state.ts';

const small: readonly StateEntry[] = Array.from({ length: 2500 }, (_, i) => ({
  kind: 'record',
  of: 'allow',
  key: `10.0.${i >> 8}.${i & 255}/32`,
  value: { n: i },
}));

describe('a dump', () => {
  let dump: Buffer;
  let entries: readonly StateEntry[];
  beforeAll(async () => {
    const store = new MemoryStore();
    await fill(store);
    entries = (await entriesOf(store)).filter(({ kind }) => kind !== 'blob');
    dump = await dumpOf(entries, ['a remark']);
  });

  it('reads back as it was written', () => {
    const parts = partsOf(dump);
    expect(parts[0]).toMatchObject({ kind: 'header', header: { version: '0.1.0' } });
    expect(parts.at(-1)).toMatchObject({ kind: 'end', end: { remarks: ['a remark'] } });
    const read = parts.flatMap((part) => (part.kind === 'chunk' ? part.entries : []));
    expect(comparable(read)).toEqual(comparable(entries));
  });

  it('is cut into chunks of a thousand entries', async () => {
    const chunks = partsOf(await dumpOf(small)).filter((part) => part.kind === 'chunk');
    expect(chunks.map((part) => (part.kind === 'chunk' ? part.entries.length : 0))).toEqual([
      1000, 1000, 500,
    ]);
  });

  it('is refused with any byte of it changed', () => {
    fc.assert(
      fc.property(fc.nat(dump.length - 1), fc.integer({ min: 1, max: 255 }), (at, by) => {
        const altered = Buffer.from(dump);
        altered[at] = (altered[at] ?? 0) ^ by;
        expect(() => partsOf(altered)).toThrow(DumpFault);
      }),
      { seed: 42, numRuns: 400 },
    );
  });

  it('is refused wherever it breaks off', () => {
    fc.assert(
      fc.property(fc.nat(dump.length - 2), (length) => {
        expect(() => partsOf(dump.subarray(0, length))).toThrow(DumpFault);
      }),
      { seed: 42, numRuns: 200 },
    );
  });

  it('is refused with a chunk left out, moved or repeated', async () => {
    const lines = (await dumpOf(small)).toString().split('\n');
    const [header, first, second] = [lines.slice(0, 2), lines.slice(2, 1003), lines.slice(1003, 2004)];
    const rest = lines.slice(2004);
    const faultOf = (...parts: readonly string[][]): string => {
      try {
        partsOf(Buffer.from(parts.flat().join('\n')));
        return 'none';
      } catch (error) {
        return String(error);
      }
    };
    expect(faultOf(header, first, second, rest)).toBe('none');
    expect(faultOf(header, second, rest)).toBe(
      'Error: chunk 1 (lines 3 to 1003) does not match its checksum',
    );
    expect(faultOf(header, second, first, rest)).toBe(
      'Error: chunk 1 (lines 3 to 1003) does not match its checksum',
    );
    expect(faultOf(header, first, first, rest)).toBe(
      'Error: chunk 2 (lines 1004 to 2004) does not match its checksum',
    );
  });

  it.each([
    ['no dump', '{"what":"else"}\n', 'line 1: no header of a dump'],
    ['no text', '\u0000\u0001', 'line 1: no header of a dump'],
    ['nothing', '', 'the dump breaks off at line 0'],
    [
      'another format',
      '{"prefixwise":"dump","format":4,"version":"9.0.0","taken":1}\n',
      'the dump has format 4, written by version 9.0.0; this version reads 3',
    ],
  ])('is told from %s', (_name, text, fault) => {
    expect(() => partsOf(Buffer.from(text))).toThrow(fault);
  });

  it('names the line of an entry that this version does not know', async () => {
    const odd: StateEntry = { kind: 'tally', key: 'x', body: Uint8Array.of(7), forgotten: -1 };
    const dumped = await dumpOf([...small.slice(0, 3), odd]);
    expect(() => partsOf(dumped)).toThrow('line 6: tally record of unknown layout 7');
  });

  it('says at its end when something follows', () => {
    expect(() => partsOf(Buffer.concat([dump, Buffer.from('\n')]))).toThrow('follows the end of the dump');
  });
});

describe('loading a dump', () => {
  const take = async (
    store: MemoryStore,
    dump: Uint8Array,
    resume: boolean,
    parts = Number.POSITIVE_INFINITY,
  ) => {
    const loader = new Loader(store.state, { resume, name: 'n' });
    for (const part of partsOf(dump).slice(0, parts)) {
      const taken = await loader.take(part);
      if (!taken.ok) return taken.error;
    }
    return 'taken';
  };

  it('goes on after any chunk, and only with the same dump', async () => {
    const dump = await dumpOf(small);
    const other = await dumpOf(small.slice(1));
    for (let parts = 1; parts <= 4; parts++) {
      const store = new MemoryStore();
      expect(await take(store, dump, false, parts)).toBe('taken');
      expect(await take(store, dump, false)).toMatch(/was not finished/);
      if (parts > 1) expect(await take(store, other, true)).toMatch(/from another dump/);
      expect(await take(store, dump, true)).toBe('taken');
      expect(comparable(await entriesOf(store))).toEqual(comparable(small));
      expect((await store.state.loadMark())?.done).toBe(true);
    }
  });

  it('goes on with a dump taken again of a store that did not change, as down a pipe', async () => {
    const store = new MemoryStore();
    expect(await take(store, await dumpOf(small), false, 3)).toBe('taken');
    expect(await take(store, await dumpOf(small), true)).toBe('taken');
  });

  it('is done when it is asked to go on after the end, and refuses a longer dump then', async () => {
    const store = new MemoryStore();
    const dump = await dumpOf(small.slice(0, 2000));
    expect(await take(store, dump, false)).toBe('taken');
    expect(await take(store, dump, true)).toBe('taken');
    expect(await take(store, await dumpOf(small), true)).toMatch(/from another dump/);
    expect(await take(store, await dumpOf(small.slice(0, 1000)), true)).toMatch(/from another dump/);
    expect(await take(store, dump, false)).toMatch(/not empty/);
  });

  it('starts anew when asked to go on with nothing', async () => {
    const store = new MemoryStore();
    expect(await take(store, await dumpOf(small), true)).toBe('taken');
    expect(await entriesOf(store)).toHaveLength(small.length);
  });
});
