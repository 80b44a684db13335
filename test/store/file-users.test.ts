import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { EmbeddedStore } from '../../lib/store/embedded/store.ts';
import { NOW, recordOf } from '../support/records.ts';

const ALL_LARGE = { verdicts: 1000, after: 3_600_000, large: 1 };

it('is not opened twice in a process while LMDB’s thread has its lock, and not written on that thread where it is', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'prefixwise-users-'));
  const store = new EmbeddedStore(directory, ALL_LARGE);
  let isDone = false;
  let refused = 0;
  const recorded = store.recordVerdicts([recordOf('2a00:ff::1')], NOW).finally(() => {
    isDone = true;
  });
  const others: EmbeddedStore[] = [];
  while (!isDone) {
    try {
      others.push(new EmbeddedStore(directory, ALL_LARGE));
    } catch (error) {
      expect(String(error)).toContain('open it once in a process');
      refused++;
    }
    await new Promise(setImmediate);
  }
  expect(await recorded).toEqual(['accepted']);
  const other = others[0] ?? new EmbeddedStore(directory, ALL_LARGE);
  expect(
    await Promise.all(
      [store, other].map((one, i) => one.recordVerdicts([recordOf(`2a00:ff:${i + 1}::1`)], NOW)),
    ),
  ).toEqual([['accepted'], ['accepted']]);
  expect(others.length + refused).toBeGreaterThan(0);
  for (const one of [...others, other, store]) await one.close();
  rmSync(directory, { recursive: true });
});
