/**
 * The operator's records and the audit trail on DynamoDB.
 *
 * A change writes its audit entry first, then the records in order, then the revision: whoever sees the new revision reads
 * the new records. A crash between leaves an audited act half done, which asking again completes.
 */
import { randomBytes } from 'node:crypto';
import type {
  AuditEntry,
  Json,
  Page,
  RecordChange,
  RecordKind,
  RecordStore,
  StoredRecord,
} from '../records.ts';
import { type Item, keyAttributes, numberIn, present, text, textIn } from './item.ts';
import { ItemReader } from './item-reader.ts';
import { AUDIT, recordKey, revisionKey } from './keys.ts';
import { type PlaceInQuery, queryAll, type Table } from './table.ts';

/** Digits of a time in milliseconds, so that the order of text is the order of time until the year 33658. */
const TIME_DIGITS = 15;

export class DynamoRecords implements RecordStore {
  readonly #table: Table;
  readonly #reader: ItemReader;
  /** Keeps entries of one millisecond in the order they were made. */
  #appended = 0;

  constructor(table: Table) {
    this.#table = table;
    this.#reader = new ItemReader(table);
  }

  async getRecord(kind: RecordKind, key: string): Promise<StoredRecord | null> {
    const item = await this.#reader.read(recordKey(kind, key), { consistent: true });
    return item === undefined ? null : { key, value: valueIn(item) };
  }

  async listRecords(
    kind: RecordKind,
    page: { after?: string | undefined; limit: number },
  ): Promise<Page<StoredRecord>> {
    const { items, next } = await this.#page(recordKey(kind, '').pk, page, false);
    return { items: items.map((item) => ({ key: placeOf(item), value: valueIn(item) })), next };
  }

  async changeRecords(changes: readonly RecordChange[], audit: AuditEntry): Promise<void> {
    await this.append(audit);
    for (const change of changes) {
      const key = recordKey(change.kind, change.key);
      if ('remove' in change) await this.#table.delete(key);
      else await this.#table.put({ Item: recordItem(change) });
    }
    for (const kind of new Set(changes.map((change) => change.kind))) await this.#countChange(kind);
  }

  /** The condition decides between those who ask at once; here the audit entry can only come after it. */
  async createRecord(
    record: StoredRecord & { readonly kind: RecordKind },
    audit: AuditEntry,
  ): Promise<StoredRecord> {
    const { kind, key, value } = record;
    const written = await this.#table.put({
      Item: recordItem(record),
      ConditionExpression: 'attribute_not_exists(pk)',
    });
    if (written === 'written') {
      await this.append(audit);
      await this.#countChange(kind);
      return { key, value };
    }
    const found = await this.getRecord(kind, key);
    if (found === null) throw new Error(`the record ${key} was removed while it was made`);
    return found;
  }

  async revision(kind: RecordKind): Promise<number> {
    const item = await this.#reader.read(revisionKey(kind), {});
    return item === undefined ? 0 : (numberIn(item, 'revision') ?? 0);
  }

  async listAudit(page: { after?: string | undefined; limit: number }): Promise<Page<AuditEntry>> {
    const { items, next } = await this.#page(AUDIT, page, true);
    return { items: items.map(auditIn), next };
  }

  /** Adds an entry to the audit trail. */
  async append(entry: AuditEntry): Promise<void> {
    const place = auditPlace(entry.at, Date.now(), this.#appended++, randomBytes(3).toString('hex'));
    await this.#table.put({ Item: auditItem(entry, place) });
  }

  /** All records of a kind, in key order. */
  async *all(kind: RecordKind): AsyncGenerator<StoredRecord> {
    for await (const item of this.#everything(recordKey(kind, '').pk)) {
      yield { key: placeOf(item), value: valueIn(item) };
    }
  }

  async *auditOldestFirst(): AsyncGenerator<AuditEntry> {
    for await (const item of this.#everything(AUDIT)) yield auditIn(item);
  }

  #everything(pk: string): AsyncGenerator<Item> {
    return queryAll(this.#table, {
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': text(pk) },
      ConsistentRead: true,
    });
  }

  async #countChange(kind: RecordKind): Promise<void> {
    await this.#table.update({
      Key: keyAttributes(revisionKey(kind)),
      UpdateExpression: 'ADD #revision :one',
      ExpressionAttributeNames: { '#revision': 'revision' },
      ExpressionAttributeValues: { ':one': { N: '1' } },
    });
  }

  async #page(
    pk: string,
    { after, limit }: { after?: string | undefined; limit: number },
    newestFirst: boolean,
  ): Promise<Page<Item>> {
    const items: Item[] = [];
    let start: PlaceInQuery =
      after === undefined || after === '' ? undefined : keyAttributes({ pk, sk: after });
    do {
      const page = await this.#table.query({
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': text(pk) },
        ConsistentRead: true,
        Limit: limit - items.length,
        ScanIndexForward: !newestFirst,
        ExclusiveStartKey: start,
      });
      items.push(...page.items);
      start = page.next;
    } while (start !== undefined && items.length < limit);
    const last = items.at(-1);
    return { items, next: items.length < limit || last === undefined ? null : placeOf(last) };
  }
}

export function recordItem({ kind, key, value }: { kind: RecordKind; key: string; value: Json }): Item {
  return { ...keyAttributes(recordKey(kind, key)), value: text(JSON.stringify(value)) };
}

/** Entries go by their time, those of one time by when they were added, and by their number. */
export function auditPlace(at: number, addedAt: number, ordinal: number, chance: string): string {
  const order = [at, addedAt].map((time) => String(time).padStart(TIME_DIGITS, '0'));
  return [...order, String(ordinal).padStart(9, '0'), chance].join('.');
}

export function auditItem({ at, detail, ...entry }: AuditEntry, place: string): Item {
  return {
    ...keyAttributes({ pk: AUDIT, sk: place }),
    at: { N: String(at) },
    entry: text(JSON.stringify({ ...entry, detail })),
  };
}

function placeOf(item: Item): string {
  return present(textIn(item, 'sk'), 'sk');
}

function valueIn(item: Item): Json {
  const value: Json = JSON.parse(present(textIn(item, 'value'), 'value'));
  return value;
}

function auditIn(item: Item): AuditEntry {
  const entry: Omit<AuditEntry, 'at'> = JSON.parse(present(textIn(item, 'entry'), 'entry'));
  return { at: present(numberIn(item, 'at'), 'at'), ...entry };
}
