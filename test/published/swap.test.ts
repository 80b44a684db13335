import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readPublished } from '../../lib/published/import-records.ts';
import { openAllocations } from '../../lib/published/live.ts';
import { leafKey, readRoot } from '../../lib/published/stored-table.ts';
import { EmbeddedStore } from '../../lib/store/embedded/store.ts';
import { mustAddress } from '../support/records.ts';

const SWAPS = 30;

describe('a process that reads while another swaps the table', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'prefixwise-swap-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('answers from one table or the other, never from a mixture', async () => {
    const child = spawn(
      process.execPath,
      ['--import', 'tsx', 'test/published/swapping.ts', folder, String(SWAPS)],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    const ended = once(child, 'exit');
    await once(child.stdout, 'data');

    const store = new EmbeddedStore(folder);
    const errors: unknown[] = [];
    const live = await openAllocations(store, (error) => errors.push(error));
    const addresses = Array.from({ length: 400 }, (_, i) => {
      const block = i * 20;
      return mustAddress(`2600:${(block >> 8).toString(16)}:${(block & 255).toString(16)}::1`);
    });
    const seen: number[] = [];
    while (child.exitCode === null) {
      // The store answers within this turn of the event loop, and the child's end comes in another.
      await setImmediate();
      await live.refresh();
      const lengths = new Set(addresses.map((address) => live.match(address)?.endSiteLength));
      expect([...lengths], 'one length everywhere').toHaveLength(1);
      const [length = 0] = lengths;
      expect([56, 60]).toContain(length);
      if (seen.at(-1) !== length) seen.push(length);
    }
    await ended;
    expect(child.exitCode).toBe(0);
    expect(errors).toEqual([]);
    expect(seen.length, 'both tables were seen in turn').toBeGreaterThan(3);

    await live.refresh();
    expect(live.match(mustAddress('2600::1'))?.endSiteLength).toBe(60);
    const { table } = await readPublished(store.records);
    const root = await readRoot(store.blobs, table ?? '');
    const leaves = root.ok ? root.value.leaves : [];
    expect(leaves.length, 'the table has many leaves, so that a mixture was possible').toBeGreaterThan(25);
    expect(await store.blobs.getBlob(leafKey(table ?? '', leaves[0]?.id ?? ''))).not.toBeNull();
    await live.close();
    await store.close();
  });
});
