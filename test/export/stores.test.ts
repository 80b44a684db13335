/** The walk over each store, and over very many blocks. */
import { describe, expect, it } from 'vitest';
import { MemoryStore } from '../../lib/store/memory/store.ts';
import type { Store } from '../../lib/store/port.ts';
import { openInMemory, promptStore } from '../support/dynamo-store.ts';
import { exportedLines } from '../support/exported.ts';
import { NOW, recordOf } from '../support/records.ts';

const records = [
  ...Array.from({ length: 60 }, (_, n) => recordOf(`2a00:1450:${n >> 2}:${n}::1`)),
  ...Array.from({ length: 20 }, (_, n) => recordOf(`2a0${n % 7}:${n + 16}::1`)),
  ...Array.from({ length: 20 }, (_, n) => recordOf(`198.${n % 5}.${n}.7`)),
];

async function linesOf(store: Store): Promise<readonly string[]> {
  await store.recordVerdicts(records, NOW);
  return exportedLines({ store });
}

describe('an export', () => {
  it('says the same of the same verdicts on DynamoDB as in memory', async () => {
    const inMemory = await linesOf(new MemoryStore());
    const onDynamo = await linesOf(promptStore(openInMemory(() => NOW)));
    expect(inMemory.length).toBeGreaterThan(40);
    expect(onDynamo).toEqual(inMemory);
  });

  it('does not depend on how many blocks come at a time', async () => {
    const store = new MemoryStore();
    const listRungs = store.listRungs.bind(store);
    const whole = await linesOf(store);
    store.listRungs = (within, length, { after }) => listRungs(within, length, { after, limit: 3 });
    expect(await exportedLines({ store })).toEqual(whole);
  });

  it('says of a block whose every address is listed on its own no more than it has to', async () => {
    const store = new MemoryStore();
    const hosts = Array.from({ length: 256 }, (_, n) => recordOf(`198.35.7.${n}`, { count: 5 }));
    await store.recordVerdicts(hosts, NOW);
    const zone = await exportedLines({ store });
    expect(zone.filter((line) => line.startsWith('198.35.7.'))).toHaveLength(256);
  });
});
