/**
 * `npm run bench:growth`: what a lookup costs and what a subject takes as the store grows, and what a match costs as the
 * published rows grow, ten times at each step.
 */
import { writeFileSync } from 'node:fs';
import { Command, InvalidArgumentError } from 'commander';
import { AllocationTable } from '../../lib/allocation/table.ts';
import { KnownSubjects } from '../../lib/lookup/known-subjects.ts';
import { type LookupSources, lookup } from '../../lib/lookup/lookup.ts';
import type { Address } from '../../lib/net/address.ts';
import { DEFAULT_POLICY_BOOK } from '../../lib/policy/policy-book.ts';
import { EmbeddedStore } from '../../lib/store/embedded/store.ts';
import { Random } from '../accuracy/random.ts';
import { describeMachine, thisMachine } from '../measure/machine.ts';
import { decimals, plainTable, whole, withRange } from '../measure/print.ts';
import { ratiosOf, spreadOf } from '../measure/statistics.ts';
import { Popularity } from '../world/popularity.ts';
import { Senders } from '../world/senders.ts';
import { scratchCopy, storeOf } from '../world/store.ts';
import { type RowsSize, rowsOf } from './matches.ts';
import { type Space, spaceOf } from './space.ts';

/** Lookups of one round. */
const LOOKUPS = 20_000;
const ROUNDS = 7;
const SMALLEST = 10_000;
const NONE: number[] = [];

/** One size of store, ready to be asked. */
interface Size {
  readonly senders: number;
  readonly space: Space;
  readonly ask: (addresses: readonly Address[]) => number;
  readonly repeating: () => readonly Address[];
  readonly fresh: () => readonly Address[];
  readonly close: () => Promise<void>;
}

const { most, json } = new Command('bench:growth')
  .option('--most <count>', 'subjects of the largest store', power, 1_000_000)
  .option('--json <file>', 'write every round to a file')
  .parse()
  .opts<{ most: number; json?: string }>();

const machine = thisMachine();
console.log(describeMachine(machine));
const sizes: Size[] = [];
for (let senders = SMALLEST; senders <= most; senders *= 10) sizes.push(await openSize(senders));
const figures = sizes.map(() => ({ repeating: NONE.slice(), fresh: NONE.slice() }));
// One round before the others warms everybody up.
for (let round = -1; round < ROUNDS; round++) {
  for (const [i, size] of sizes.entries()) {
    const repeating = size.ask(size.repeating());
    const fresh = size.ask(size.fresh());
    if (round < 0) continue;
    figures[i]?.repeating.push(repeating);
    figures[i]?.fresh.push(fresh);
  }
}
console.log(tableOf());
for (const size of sizes) await size.close();
const tables: RowsSize[] = [];
for (let rows = SMALLEST; rows <= most; rows *= 10) tables.push(rowsOf(rows));
const matches = tables.map(() => NONE.slice());
for (let round = -1; round < ROUNDS; round++) {
  for (const [i, table] of tables.entries()) {
    const took = table.ask();
    if (round >= 0) matches[i]?.push(took);
  }
}
console.log(matchesTable());
if (json !== undefined) {
  const subjects = sizes.map(({ senders, space }, i) => ({ senders, space, ...figures[i] }));
  const rows = tables.map((table, i) => ({ rows: table.rows, bytes: table.bytes, match: matches[i] }));
  writeFileSync(json, `${JSON.stringify({ machine, sizes: subjects, rows })}\n`);
}

function matchesTable(): string {
  const base = matches[1] ?? matches[0] ?? [];
  return plainTable(
    ['published rows', 'ns a match', 'ratio', 'bytes a row'],
    tables.map(({ rows, bytes }, i) => [
      whole(rows),
      withRange(spreadOf(matches[i] ?? []), whole),
      withRange(ratiosOf(matches[i] ?? [], base), decimals(2)),
      decimals(1)(bytes / rows),
    ]),
  );
}

function tableOf(): string {
  const base = figures[1] ?? figures[0];
  return plainTable(
    [
      'subjects',
      'us a lookup, senders repeat',
      'ratio',
      'us, every sender another',
      'ratio',
      'bytes a subject',
      'verdict records',
      'MB',
    ],
    sizes.map(({ senders, space }, i) => {
      const own = figures[i] ?? { repeating: [], fresh: [] };
      return [
        whole(senders),
        withRange(spreadOf(own.repeating), decimals(1)),
        withRange(ratiosOf(own.repeating, base?.repeating ?? []), decimals(2)),
        withRange(spreadOf(own.fresh), decimals(1)),
        withRange(ratiosOf(own.fresh, base?.fresh ?? []), decimals(2)),
        whole(space.reputation / senders),
        whole(space.verdicts / senders),
        whole(space.file / 1e6),
      ];
    }),
  );
}

async function openSize(count: number): Promise<Size> {
  const senders = new Senders(count);
  const { folder, remove } = scratchCopy(await storeOf(senders));
  const space = await spaceOf(folder);
  const store = new EmbeddedStore(folder);
  const random = new Random(20_268, `growth ${count}`);
  const popularity = new Popularity(count);
  const drawn = (draw: () => number): readonly Address[] =>
    Array.from({ length: LOOKUPS }, () => senders.addressOf(draw(), random));
  const sources: LookupSources = {
    store,
    allocations: AllocationTable.of(senders.published),
    subjects: new KnownSubjects(),
    book: DEFAULT_POLICY_BOOK,
    listingOf: () => null,
    divides: () => false,
    withinBudget: (read) => read,
  };
  return {
    senders: count,
    space,
    ask: (addresses) => microsecondsOf(addresses, sources),
    repeating: () => drawn(() => popularity.draw(random)),
    fresh: () => drawn(() => random.int(0, count - 1)),
    close: async () => {
      await store.close();
      remove();
    },
  };
}

/** Microseconds of processor time a lookup: the clock on the wall would measure others' work too. */
function microsecondsOf(addresses: readonly Address[], sources: LookupSources): number {
  const now = Date.now();
  const started = process.cpuUsage();
  for (const address of addresses) {
    if (lookup({ address, facts: {} }, sources, now) instanceof Promise)
      throw new Error('answers are at hand');
  }
  const { user, system } = process.cpuUsage(started);
  return (user + system) / addresses.length;
}

function power(text: string): number {
  const value = Number(text);
  if (![1e4, 1e5, 1e6, 1e7].includes(value))
    throw new InvalidArgumentError('10000, 100000, 1000000 or 10000000');
  return value;
}
