/**
 * The state of a table on its way out: the operator's records by their own queries, the evidence by one scan.
 *
 * A scan is of no one moment: each item is as it is when its page is read. So a dump is exact when nobody reports, takes back
 * or forgets meanwhile and the roll-up has caught up; when somebody did, that is found and said. What a moving table gives is
 * usable all the same (a tally may hold a verdict whose record is missing, or the reverse), but not the same state.
 */
import { isEmpty } from '../../../reputation/tally.ts';
import { decodeTally } from '../../codec/tally.ts';
import { FORGOTTEN_KEPT_MS, VERDICT_RETENTION_MS } from '../../port.ts';
import { RECORD_KINDS } from '../../records.ts';
import type { StateEntry, StateExport } from '../../state.ts';
import { bytesIn, type Item, keyIn, numberIn, present } from '../item.ts';
import { cascadeKey, reporterNameOf, subjectOf } from '../keys.ts';
import type { Table } from '../table.ts';
import type { StateParts } from './dynamo-state.ts';

/** Changes older than this when the dump begins are taken to be rolled up: milliseconds. */
const SETTLED_MS = 60_000;

/**
 * The first letters of items that a scan passes over: read by queries of their own (audit, blobs with their parts, records),
 * following from others (notes of groups, roots), or not kept across stores (counters, the mark of a load).
 */
const PASSED_OVER: ReadonlySet<string> = new Set(['a', 'b', 'p', 'c', 'g', 'o', 'q', 'l']);

export class DynamoOutlet implements StateExport {
  readonly total = null;
  readonly entries: AsyncIterable<StateEntry>;
  readonly #parts: StateParts;
  readonly #now: number;
  #newest = 0;
  #deadLetters = 0;

  constructor(parts: StateParts, now: number) {
    this.#parts = parts;
    this.#now = now;
    this.entries = this.#all();
  }

  remarks(): readonly string[] {
    const remarks: string[] = [];
    if (this.#newest > this.#now - SETTLED_MS) {
      remarks.push(
        'the table was written to while it was dumped, or in the minute before: ' +
          'tallies and verdicts may be some seconds apart',
      );
    }
    if (this.#deadLetters > 0) {
      remarks.push(
        `${this.#deadLetters} changes lie in the dead letters of the table: they are in no tally and not in the dump`,
      );
    }
    return remarks;
  }

  async *#all(): AsyncGenerator<StateEntry> {
    const { records, blobs } = this.#parts;
    for (const of of RECORD_KINDS) {
      for await (const { key, value } of records.all(of)) yield { kind: 'record', of, key, value };
    }
    for await (const entry of records.auditOldestFirst()) yield { kind: 'audit', entry };
    for (const key of await blobs.listBlobs('')) {
      const bytes = await blobs.getBlob(key);
      if (bytes !== null) yield { kind: 'blob', key, bytes };
    }
    for await (const item of scanned(this.#parts.table)) yield* this.#entryOf(item);
    for (const of of RECORD_KINDS) {
      const revision = await records.revision(of);
      if (revision > 0) yield { kind: 'revision', of, revision };
    }
  }

  *#entryOf(item: Item): Generator<StateEntry> {
    const { pk } = keyIn(item);
    const letter = pk.charAt(0);
    if (letter === 'v') yield* this.#verdictOf(item);
    else if (letter === 'r' || letter === 's' || letter === 't' || letter === 'n') yield* this.#tallyOf(item);
    else if (letter === 'f') yield* this.#forgottenOf(item);
    else if (letter === 'x') this.#deadLetters++;
    else if (!PASSED_OVER.has(letter) || (letter === 'c' && !isKnownKind(item))) {
      throw new RangeError(`the table has items under ${pk}, which this version cannot dump`);
    }
  }

  *#verdictOf(item: Item): Generator<StateEntry> {
    const key = keyIn(item);
    const received = present(numberIn(item, 'received'), 'received');
    const gone = numberIn(item, 'gone');
    this.#newest = Math.max(this.#newest, gone ?? received);
    if (gone !== undefined || received + VERDICT_RETENTION_MS <= this.#now) return;
    yield {
      kind: 'verdict',
      reporter: reporterNameOf(key),
      id: key.sk,
      body: present(bytesIn(item, 'body'), 'body'),
    };
  }

  *#tallyOf(item: Item): Generator<StateEntry> {
    const key = cascadeKey(keyIn(item));
    const body = present(bytesIn(item, 'tally'), 'tally');
    const forgotten = this.#stillForgotten(numberIn(item, 'forgotten'));
    if (key === null) throw new RangeError('a tally under a key that none has');
    if (forgotten >= 0 || !isEmpty(decodeTally(body))) yield { kind: 'tally', key, body, forgotten };
  }

  *#forgottenOf(item: Item): Generator<StateEntry> {
    const at = this.#stillForgotten(present(numberIn(item, 'at'), 'at'));
    const subject = subjectOf(keyIn(item));
    if (subject === null) throw new RangeError('a marker of forgetting of no subject');
    this.#newest = Math.max(this.#newest, at);
    if (at >= 0) yield { kind: 'forgotten', subject, at };
  }

  #stillForgotten(at = -1): number {
    return at + FORGOTTEN_KEPT_MS <= this.#now ? -1 : at;
  }
}

/** Whether records, or their revision, are of a kind that is dumped. */
function isKnownKind(item: Item): boolean {
  const { pk, sk } = keyIn(item);
  const kind = pk === 'c' ? sk : pk.slice(1);
  return RECORD_KINDS.some((known) => known === kind);
}

/** All items; the next page is asked for while one is being worked on. */
async function* scanned(table: Table): AsyncGenerator<Item> {
  let page = table.scan({});
  for (;;) {
    const { items, next } = await page;
    if (next !== undefined) {
      page = table.scan({ ExclusiveStartKey: next });
      // Who awaits it hears of a failure; nobody does when the reader stops before.
      page.catch(() => undefined);
    }
    yield* items;
    if (next === undefined) return;
  }
}
