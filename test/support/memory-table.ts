/**
 * A table in plain memory: fast enough for thousands of delivery schedules, with faults and delays at will. The contract
 * suite runs on it too, so that it cannot drift from what the emulator does.
 */
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { type Item, keyAttributes, keyIn, numberIn, textIn } from '../../lib/store/dynamodb/item.ts';
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
import { type Bindings, meets, nameIn, valueIn } from './expression.ts';
import { type StreamLog, wireItem } from './stream-log.ts';

/** What happens at every call, before the table is touched and after: throw to make it fail, wait to let others in. */
export interface Weather {
  before(operation: string): Promise<void>;
  after(operation: string): Promise<void>;
}

/** Items of one page of a scan: few, so that tests have several pages. */
const SCANNED_AT_ONCE = 7;

const FAIR: Weather = { before: () => Promise.resolve(), after: () => Promise.resolve() };

export class MemoryTable implements Table {
  readonly #items = new Map<string, Item>();
  readonly #log: StreamLog;
  weather: Weather = FAIR;

  constructor(log: StreamLog) {
    this.#log = log;
  }

  get(key: TableKey): Promise<Item | undefined> {
    return this.#call('get', () => this.#items.get(nameOf(key)));
  }

  batchGet(
    keys: readonly TableKey[],
    { attributes }: BatchGetOptions,
  ): Promise<{ readonly items: readonly Item[]; readonly unprocessed: readonly TableKey[] }> {
    return this.#call('batchGet', () => {
      const items = keys.map((key) => this.#items.get(nameOf(key))).filter((item) => item !== undefined);
      return { items: items.map((item) => projected(item, attributes)), unprocessed: [] };
    });
  }

  put({ Item: item = {}, ...input }: PutInput): Promise<Written> {
    return this.#call('put', () => {
      const name = nameOf(keyIn(item));
      const before = this.#items.get(name);
      if (!meets(input.ConditionExpression, before, bindingsOf(input))) return 'refused';
      this.#set(name, before, { ...item });
      return 'written';
    });
  }

  update({ Key: key = {}, ...input }: UpdateInput): Promise<Item | 'refused'> {
    return this.#call('update', () => {
      const name = nameOf(keyIn(key));
      const before = this.#items.get(name);
      const bindings = bindingsOf(input);
      if (!meets(input.ConditionExpression, before, bindings)) return 'refused';
      this.#set(name, before, updated({ ...key, ...before }, input.UpdateExpression ?? '', bindings));
      return input.ReturnValues === 'ALL_OLD' ? (before ?? {}) : {};
    });
  }

  async swap(input: UpdateInput): Promise<Swap> {
    const done = await this.update(input);
    if (done !== 'refused') return { written: true };
    return { written: false, item: this.#items.get(nameOf(keyIn(input.Key ?? {}))) };
  }

  delete(key: TableKey): Promise<void> {
    return this.#call('delete', () => this.#set(nameOf(key), this.#items.get(nameOf(key)), undefined));
  }

  query(input: QueryInput): Promise<{ readonly items: readonly Item[]; readonly next: PlaceInQuery }> {
    return this.#call('query', () => {
      const bindings = bindingsOf(input);
      const direction = input.ScanIndexForward === false ? -1 : 1;
      const start = input.ExclusiveStartKey && textIn(input.ExclusiveStartKey, 'sk');
      const rows = [...this.#items.values()]
        .filter((item) => meets(input.KeyConditionExpression, item, bindings))
        .sort((a, b) => direction * order(keyIn(a).sk, keyIn(b).sk))
        .filter((item) => start === undefined || direction * order(keyIn(item).sk, start) > 0);
      const page = rows.slice(0, input.Limit ?? rows.length);
      const last = page.at(-1);
      return {
        items: page.filter((item) => meets(input.FilterExpression, item, bindings)),
        next:
          last === undefined || page.length === rows.length
            ? undefined
            : { pk: at(last, 'pk'), sk: at(last, 'sk') },
      };
    });
  }

  scan({
    ExclusiveStartKey,
    Limit,
  }: ScanInput): Promise<{ readonly items: readonly Item[]; readonly next: PlaceInQuery }> {
    return this.#call('scan', () => {
      const names = [...this.#items.keys()].sort();
      const start = ExclusiveStartKey && nameOf(keyIn(ExclusiveStartKey));
      const rest = start === undefined ? names : names.filter((name) => name > start);
      const items = rest
        .slice(0, Limit ?? SCANNED_AT_ONCE)
        .map((name) => this.#items.get(name))
        .filter((item) => item !== undefined);
      const last = items.at(-1);
      return {
        items,
        next: last === undefined || items.length === rest.length ? undefined : keyAttributes(keyIn(last)),
      };
    });
  }

  close(): void {}

  /** Removes items whose time has come, as DynamoDB does by itself, if late. */
  expire(now: number): void {
    for (const [name, item] of [...this.#items]) {
      if ((numberIn(item, 'expires') ?? Number.POSITIVE_INFINITY) * 1000 > now) continue;
      this.#items.delete(name);
      this.#log.append(wireItem(item), null, true);
    }
  }

  #set(name: string, before: Item | undefined, after: Item | undefined): void {
    if (after === undefined) this.#items.delete(name);
    else this.#items.set(name, after);
    this.#log.append(
      before === undefined ? null : wireItem(before),
      after === undefined ? null : wireItem(after),
    );
  }

  async #call<T>(operation: string, work: () => T): Promise<T> {
    await this.weather.before(operation);
    const result = work();
    await this.weather.after(operation);
    return result;
  }
}

/** The item after `SET a = :b, c = :d`, `REMOVE e` or `ADD f :g`. */
function updated(item: Item, expression: string, bindings: Bindings): Item {
  const after: Record<string, AttributeValue> = { ...item };
  for (const [, verb, terms = ''] of expression.matchAll(
    /(SET|REMOVE|ADD)\s+(.*?)(?=\s+(?:SET|REMOVE|ADD)\s|$)/g,
  )) {
    for (const term of terms.split(',').map((text) => text.trim())) {
      const [name = '', value = ''] = term.split(/\s*=\s*|\s+/);
      const attribute = nameIn(name, bindings);
      if (verb === 'REMOVE') delete after[attribute];
      else if (verb === 'SET') after[attribute] = valueIn(value, bindings);
      else
        after[attribute] = {
          N: String(Number(after[attribute]?.N ?? 0) + Number(valueIn(value, bindings).N)),
        };
    }
  }
  return after;
}

function projected(item: Item, attributes: readonly string[] | undefined): Item {
  if (attributes === undefined) return item;
  return Object.fromEntries(Object.entries(item).filter(([name]) => attributes.includes(name)));
}

function bindingsOf({
  ExpressionAttributeNames: names,
  ExpressionAttributeValues: values,
}: Pick<PutInput, 'ExpressionAttributeNames' | 'ExpressionAttributeValues'>): Bindings {
  return { names, values };
}

function at(item: Item, name: string): AttributeValue {
  const value = item[name];
  if (value === undefined) throw new Error(`an item without ${name}`);
  return value;
}

function order(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

function nameOf({ pk, sk }: TableKey): string {
  return `${pk}\n${sk}`;
}
