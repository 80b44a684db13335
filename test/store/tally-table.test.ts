import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { RungKey } from '../../lib/reputation/rung.ts';
import { EMPTY_TALLY, type Tally } from '../../lib/reputation/tally.ts';
import { TallyTable } from '../../lib/store/embedded/tally-table.ts';

function tallyOf(lastSeen: number): Tally {
  return { ...EMPTY_TALLY, lastSeen };
}

test('a key has the tally that was put there last or none, and keys with one hash keep apart', () => {
  const key = fc.integer({ min: 0, max: 40 });
  const step = fc.record({ op: fc.constantFrom('add', 'replace', 'delete', 'clear', 'get'), key });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const table = new TallyTable();
      const model = new Map<RungKey, Tally>();
      let put = 0;
      for (const { op, key: number } of steps) {
        const key = `k${number}`;
        // Three hashes in one set, one of them 0, as that of an empty place.
        const hash = (number % 3) << 12;
        const tally = tallyOf(++put);
        if (op === 'add') {
          table.add(key, hash, tally);
          model.set(key, tally);
          expect(table.get(key, hash)).toBe(tally);
        }
        if (op === 'replace') {
          const wasThere = table.get(key, hash) !== undefined;
          table.replace(key, hash, tally);
          expect(table.get(key, hash)).toBe(wasThere ? tally : undefined);
          model.set(key, tally);
        }
        if (op === 'delete') {
          table.delete(key, hash);
          model.delete(key);
          expect(table.get(key, hash)).toBeUndefined();
        }
        if (op === 'clear') {
          table.clear();
          model.clear();
        }
        expect([undefined, model.get(key)]).toContain(table.get(key, hash));
      }
    }),
    { seed: 9, numRuns: 300 },
  );
});

test('of a full set goes what was not used, not what is asked for again and again', () => {
  const table = new TallyTable();
  const busy = tallyOf(1);
  table.add('busy', 5, busy);
  for (let i = 0; i < 1000; i++) {
    expect(table.get('busy', 5)).toBe(busy);
    table.add(`once ${i}`, 5, tallyOf(i));
  }
  expect(table.get('busy', 5)).toBe(busy);
  expect(table.get('once 999', 5)).toEqual(tallyOf(999));
  const held = Array.from({ length: 1000 }, (_, i) => table.get(`once ${i}`, 5)).filter(Boolean);
  expect(held).toHaveLength(7);
});

test('sets do not push out each other', () => {
  const table = new TallyTable();
  for (let i = 0; i < 4096; i++) table.add(`in set ${i}`, i, tallyOf(i));
  for (let i = 0; i < 4096; i++) expect(table.get(`in set ${i}`, i)).toEqual(tallyOf(i));
});
