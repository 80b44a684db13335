/**
 * `npm run bench:intake`: verdicts made durable by the embedded store, whole cascade included, beside as many bare records
 * written to LMDB in as many transactions.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { open, TransactionFlags } from 'lmdb';
import { AllocationTable } from '../../lib/allocation/table.ts';
import { type PlacedClaim, report } from '../../lib/report/report.ts';
import { EmbeddedStore } from '../../lib/store/embedded/store.ts';
import { describeMachine, thisMachine } from '../measure/machine.ts';
import { decimals, plainTable, whole, withRange } from '../measure/print.ts';
import { ratiosOf, spreadOf } from '../measure/statistics.ts';
import { Senders } from '../world/senders.ts';
import { ClaimSource } from './claims.ts';

const SENDERS = 100_000;
const ROUNDS = 7;
/** Verdicts of one round, in calls of each of the batch sizes: as many as fall to two checkpoints. */
const VERDICTS = 40_000;
const BATCHES = [100, 1000, 10_000];
/** A verdict's record is about that long. */
const RECORD_BYTES = 40;

const { json } = new Command('bench:intake')
  .option('--json <file>', 'write every round to a file')
  .parse()
  .opts<{ json?: string }>();

/** Verdicts a second and microseconds of processor time for each, round by round. */
interface Figures {
  readonly name: string;
  readonly perSecond: number[];
  readonly cpu: number[];
}

const machine = thisMachine();
console.log(describeMachine(machine));
const folder = mkdtempSync(join(tmpdir(), 'prefixwise-intake-'));
const results: Figures[][] = [];
for (const batch of BATCHES) results.push(await compare(batch));
console.log(
  plainTable(
    ['batches of', '', 'a second', 'us of CPU each', 'times bare'],
    results.flatMap((pair, i) =>
      pair.map(({ name, perSecond, cpu }) => [
        whole(BATCHES[i] ?? 0),
        name,
        withRange(spreadOf(perSecond), whole),
        withRange(spreadOf(cpu), decimals(1)),
        withRange(ratiosOf(cpu, pair[0]?.cpu ?? []), decimals(1)),
      ]),
    ),
  ),
);
rmSync(folder, { recursive: true });
if (json !== undefined) {
  const batches = results.map((pair, i) => ({ batch: BATCHES[i], contestants: pair }));
  writeFileSync(json, `${JSON.stringify({ machine, batches })}\n`);
}

async function compare(batch: number): Promise<Figures[]> {
  const place = join(folder, `${batch}`);
  const senders = new Senders(SENDERS);
  const allocations = AllocationTable.of(senders.published);
  const store = new EmbeddedStore(place);
  const bare = open({ path: join(place, 'bare.mdb'), noSubdir: true, maxDbs: 2 });
  const records = bare.openDB<Buffer, Buffer>({ name: 'records', encoding: 'binary', keyEncoding: 'binary' });
  const source = new ClaimSource(senders);
  const contestants = [
    {
      name: 'bare records in LMDB',
      write: async (claims: readonly PlacedClaim[]) => {
        bare.transactionSync(() => {
          for (const { claim } of claims) {
            records.putSync(
              Buffer.from(`local\0${claim.id}`, 'latin1'),
              Buffer.alloc(RECORD_BYTES, claim.id),
            );
          }
        }, TransactionFlags.NO_SYNC_FLUSH);
        await bare.flushed;
      },
    },
    {
      name: 'verdicts, cascade and all',
      write: async (claims: readonly PlacedClaim[]) => {
        await report(claims, { id: 'local', trusted: true }, { store, allocations }, Date.now());
      },
    },
  ];
  const figures = contestants.map(({ name }): Figures => ({ name, perSecond: [], cpu: [] }));
  for (let round = -1; round < ROUNDS; round++) {
    for (const [i, { write }] of contestants.entries()) {
      const batches = Array.from({ length: VERDICTS / batch }, () => source.take(batch));
      const started = performance.now();
      const before = process.cpuUsage();
      for (const claims of batches) await write(claims);
      const { user, system } = process.cpuUsage(before);
      if (round < 0) continue;
      figures[i]?.perSecond.push((VERDICTS * 1000) / (performance.now() - started));
      figures[i]?.cpu.push((user + system) / VERDICTS);
    }
  }
  await store.close();
  await bare.close();
  return figures;
}
