/**
 * A table in memory that writes down, second by second, what is asked of each of its items.
 */
import { type Item, keyIn } from '../../lib/store/dynamodb/item.ts';
import type { TableKey } from '../../lib/store/dynamodb/keys.ts';
import type {
  BatchGetOptions,
  PlaceInQuery,
  PutInput,
  QueryInput,
  ScanInput,
  Swap,
  Table,
  UpdateInput,
  Written,
} from '../../lib/store/dynamodb/table.ts';
import { MemoryTable } from '../../test/support/memory-table.ts';
import type { StreamLog } from '../../test/support/stream-log.ts';
import { readUnits, sizeOf, writeUnits } from './units.ts';

/** Units that one item was asked for in one second. */
export interface Usage {
  reads: number;
  writes: number;
  /** Writes that another had overtaken: in `writes`, too. */
  refused: number;
}

export class MeteredTable implements Table {
  readonly #inner: MemoryTable;
  readonly #sizes = new Map<string, number>();
  /** Of every second, what each item was asked for, by `pk sk`. */
  readonly seconds: Map<string, Usage>[] = [new Map()];

  constructor(log: StreamLog) {
    this.#inner = new MemoryTable(log);
  }

  /** From now on calls belong to the next second. */
  nextSecond(): void {
    this.seconds.push(new Map());
  }

  /** Bytes of the item by its `pk sk`. */
  sizeAt(name: string): number {
    return this.#sizes.get(name) ?? 0;
  }

  /** What a lookup asks for. */
  countLookup(keys: readonly TableKey[]): void {
    for (const key of keys) this.#usage(key).reads += readUnits(this.#size(key), false);
  }

  async get(key: TableKey): Promise<Item | undefined> {
    this.#usage(key).reads += readUnits(this.#size(key), true);
    return this.#inner.get(key);
  }

  batchGet(
    keys: readonly TableKey[],
    options: BatchGetOptions,
  ): Promise<{ readonly items: readonly Item[]; readonly unprocessed: readonly TableKey[] }> {
    for (const key of keys) {
      this.#usage(key).reads += readUnits(this.#size(key), options.consistent === true);
    }
    return this.#inner.batchGet(keys, options);
  }

  async put(input: PutInput): Promise<Written> {
    const { Item: item = {} } = input;
    const key = keyIn(item);
    const written = await this.#inner.put(input);
    const usage = this.#usage(key);
    const before = this.#size(key);
    if (written === 'written') {
      const after = sizeOf(item);
      usage.writes += writeUnits(before, after);
      this.#sizes.set(nameOf(key), after);
    } else {
      usage.writes += writeUnits(before, 0);
      usage.refused++;
    }
    return written;
  }

  update(input: UpdateInput): Promise<Item | 'refused'> {
    return this.#inner.update(input);
  }

  swap(input: UpdateInput): Promise<Swap> {
    return this.#inner.swap(input);
  }

  delete(key: TableKey): Promise<void> {
    return this.#inner.delete(key);
  }

  query(input: QueryInput): Promise<{ readonly items: readonly Item[]; readonly next: PlaceInQuery }> {
    return this.#inner.query(input);
  }

  scan(input: ScanInput): Promise<{ readonly items: readonly Item[]; readonly next: PlaceInQuery }> {
    return this.#inner.scan(input);
  }

  close(): void {}

  #size(key: TableKey): number {
    return this.#sizes.get(nameOf(key)) ?? 0;
  }

  #usage(key: TableKey): Usage {
    const second = this.seconds.at(-1);
    if (second === undefined) throw new RangeError('no second has begun');
    const name = nameOf(key);
    const known = second.get(name);
    if (known !== undefined) return known;
    const usage = { reads: 0, writes: 0, refused: 0 };
    second.set(name, usage);
    return usage;
  }
}

function nameOf({ pk, sk }: TableKey): string {
  return `${pk} ${sk}`;
}
