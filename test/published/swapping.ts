/**
 * A program that keeps replacing the published table of a store: end sites of /56 everywhere, then of /60, and back.
 * Arguments: the store's folder, how many swaps. Says `ready` when the first table is in force.
 */
import { AllocationRows } from '../../lib/allocation/rows.ts';
import { AllocationTable } from '../../lib/allocation/table.ts';
import { publish, stageTable } from '../../lib/published/publish.ts';
import { EmbeddedStore } from '../../lib/store/embedded/store.ts';
import { allocationOf } from '../support/allocations.ts';
import { testPublisher } from './sources.ts';

const [folder = '', count = '1'] = process.argv.slice(2);

/** Blocks enough for a few hundred leaves; each says something of its own, so that no two become one range. */
const BLOCKS = 8_000;

function tableOf(endSiteLength: number): AllocationTable {
  const rows = new AllocationRows();
  for (let i = 0; i < BLOCKS; i++) {
    const block = `2600:${(i >> 8).toString(16)}:${(i & 255).toString(16)}::/48`;
    rows.add(allocationOf(block, { origin: 'prefixlen', endSiteLength, reference: `file ${i}` }));
  }
  return AllocationTable.from(rows);
}

const tables = [tableOf(56), tableOf(60)];
const store = new EmbeddedStore(folder);
const publisher = testPublisher('swap');
for (let swap = 0; swap < Number(count); swap++) {
  publisher.now++;
  const table = tables[swap % 2] ?? AllocationTable.empty;
  const facts = { ipv4: 0, ipv6: BLOCKS, refused: 0, files: [], at: publisher.now };
  const record = { table: await stageTable(store.blobs, table, publisher), ...facts };
  const published = await publish(store, new Map([['swapping', record]]), publisher);
  if (!published.ok) throw new Error(published.error);
  if (swap === 0) process.stdout.write('ready\n');
}
await store.close();
