/**
 * `npm run bench:intake`: verdicts made durable by the embedded store, whole cascade included, beside as many bare records
 * written to LMDB in as many transactions, and all the values that verdicts set off with no thought to them.
 */
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
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
import { storeOf } from '../world/store.ts';
import { BareValues } from './bare-values.ts';
import { ClaimSource } from './claims.ts';

const ROUNDS = 7;
/** Verdicts of one round, in calls of each of the batch sizes: as many as fall to two checkpoints. */
const VERDICTS = 40_000;
const BATCHES = [100, 1000, 10_000];
/** A verdict's record is about that long. */
const RECORD_BYTES = 40;

const {
  json,
  senders: senderCount,
  built = false,
  batches: batchSizes,
} = new Command('bench:intake')
  .option('--json <file>', 'write every round to a file')
  .option('--senders <number>', 'how many senders there are', Number, 100_000)
  .option('--built', 'begin with a store that knows them all, not with an empty one')
  .option(
    '--batches <numbers...>',
    'verdicts a call',
    (word, words: number[]) => [...words, Number(word)],
    [],
  )
  .parse()
  .opts<{ json?: string; senders: number; built?: boolean; batches: number[] }>();
const sizes = batchSizes.length > 0 ? batchSizes : BATCHES;

/** Verdicts a second and microseconds of processor time for each, round by round. */
interface Figures {
  readonly name: string;
  readonly perSecond: number[];
  readonly cpu: number[];
}

/** Gives, for calls, what is to be done for each; what it does before that is not measured. */
interface Contestant {
  readonly name: string;
  readonly ready: (
    calls: readonly (readonly PlacedClaim[])[],
  ) => readonly (() => Promise<void>)[] | Promise<readonly (() => Promise<void>)[]>;
}

const machine = thisMachine();
console.log(describeMachine(machine));
const folder = mkdtempSync(join(tmpdir(), 'prefixwise-intake-'));
const results: Figures[][] = [];
for (const batch of sizes) results.push(await compare(batch));
console.log(
  plainTable(
    ['batches of', '', 'a second', 'us of CPU each', 'times bare'],
    results.flatMap((pair, i) =>
      pair.map(({ name, perSecond, cpu }) => [
        whole(sizes[i] ?? 0),
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
  const batches = results.map((pair, i) => ({ batch: sizes[i], contestants: pair }));
  writeFileSync(json, `${JSON.stringify({ machine, batches })}\n`);
}

async function compare(batch: number): Promise<Figures[]> {
  const senders = new Senders(senderCount);
  const allocations = AllocationTable.of(senders.published);
  const store = new EmbeddedStore(await placeFor(`${batch}`, senders));
  const values = new BareValues(await placeFor(`${batch}-values`, senders), allocations);
  const bare = open({ path: join(folder, `${batch}.mdb`), noSubdir: true, maxDbs: 2 });
  const records = bare.openDB<Buffer, Buffer>({ name: 'records', encoding: 'binary', keyEncoding: 'binary' });
  const source = new ClaimSource(senders);
  const writeRecords = async (claims: readonly PlacedClaim[]): Promise<void> => {
    bare.transactionSync(() => {
      for (const { claim } of claims) {
        records.putSync(Buffer.from(`local\0${claim.id}`, 'latin1'), Buffer.alloc(RECORD_BYTES, claim.id));
      }
    }, TransactionFlags.NO_SYNC_FLUSH);
    await bare.flushed;
  };
  const sayThem = async (claims: readonly PlacedClaim[]): Promise<void> => {
    await report(claims, { id: 'local', trusted: true }, { store, allocations }, Date.now());
  };
  const contestants: Contestant[] = [
    { name: 'bare records in LMDB', ready: (calls) => calls.map((claims) => () => writeRecords(claims)) },
    { name: 'verdicts, cascade and all', ready: (calls) => calls.map((claims) => () => sayThem(claims)) },
    { name: 'all they leave in the file, bare', ready: (calls) => values.ready(calls) },
  ];
  const figures = contestants.map(({ name }): Figures => ({ name, perSecond: [], cpu: [] }));
  for (let round = -1; round < ROUNDS; round++) {
    for (const [i, { ready }] of contestants.entries()) {
      const steps = await ready(Array.from({ length: VERDICTS / batch }, () => source.take(batch)));
      const started = performance.now();
      const before = process.cpuUsage();
      for (const step of steps) await step();
      const { user, system } = process.cpuUsage(before);
      if (round < 0) continue;
      figures[i]?.perSecond.push((VERDICTS * 1000) / (performance.now() - started));
      figures[i]?.cpu.push((user + system) / VERDICTS);
    }
  }
  await store.close();
  await Promise.all([values.close(), bare.close()]);
  return figures;
}

/** A folder of that name for a store, with a copy of a built one in it where that is asked for. */
async function placeFor(name: string, senders: Senders): Promise<string> {
  const place = join(folder, name);
  mkdirSync(place);
  if (built) copyFileSync(join(await storeOf(senders), 'evidence.mdb'), join(place, 'evidence.mdb'));
  return place;
}
