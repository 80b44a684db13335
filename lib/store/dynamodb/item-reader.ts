/**
 * Reads single items; those that are asked for in one turn are read in one call. What a process starts with, and whether
 * anything of it changed since, are a dozen small items, and a call costs more than they do.
 */
import { setImmediate } from 'node:timers/promises';
import { type Item, keyIn } from './item.ts';
import type { TableKey } from './keys.ts';
import type { GetOptions, Table } from './table.ts';

/** The most keys of one BatchGetItem. */
const MAX_KEYS = 100;

type Items = ReadonlyMap<string, Item>;

/** What one turn asks for. */
interface Turn {
  readonly keys: Map<string, TableKey>;
  /** Whether somebody asked for a consistent read: all of a call are, or none is. */
  consistent: boolean;
  readonly items: Promise<Items>;
}

export class ItemReader {
  readonly #table: Pick<Table, 'get' | 'batchGet'>;
  #turn: Turn | null = null;

  constructor(table: Pick<Table, 'get' | 'batchGet'>) {
    this.#table = table;
  }

  /** The item; undefined when there is none. */
  async read(key: TableKey, { consistent = false }: GetOptions): Promise<Item | undefined> {
    this.#turn ??= { keys: new Map(), consistent: false, items: setImmediate().then(() => this.#readTurn()) };
    const turn = this.#turn;
    turn.keys.set(nameOf(key), key);
    turn.consistent ||= consistent;
    return (await turn.items).get(nameOf(key));
  }

  async #readTurn(): Promise<Items> {
    const turn = this.#turn;
    this.#turn = null;
    if (turn === null) return new Map();
    const { consistent } = turn;
    const keys = [...turn.keys.values()];
    const batches: TableKey[][] = [];
    for (let from = 0; from < keys.length; from += MAX_KEYS) batches.push(keys.slice(from, from + MAX_KEYS));
    const items = await Promise.all(batches.map((batch) => this.#readBatch(batch, { consistent })));
    return new Map(items.flat().map((item) => [nameOf(keyIn(item)), item]));
  }

  async #readBatch(keys: readonly TableKey[], options: GetOptions): Promise<readonly Item[]> {
    const { items, unprocessed } =
      keys.length === 1 ? { items: [], unprocessed: keys } : await this.#table.batchGet(keys, options);
    const single = await Promise.all(unprocessed.map((key) => this.#table.get(key, options)));
    return [...items, ...single.filter((item) => item !== undefined)];
  }
}

function nameOf({ pk, sk }: TableKey): string {
  return `${pk}\0${sk}`;
}
