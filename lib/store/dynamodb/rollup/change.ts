/**
 * One change of the table, as its stream tells it: what an item was, and what it became.
 */
import { fail, ok, type Result } from '../../../result.ts';
import { type Item, textIn } from '../item.ts';
import type { TableKey } from '../keys.ts';
import type { Place } from './marks.ts';

export interface Change {
  readonly key: TableKey;
  /** The item before; null when it was new. */
  readonly before: Item | null;
  /** The item after; null when it was removed. */
  readonly after: Item | null;
  readonly place: Place;
  /** Whether DynamoDB removed it because its time had come. */
  readonly expired: boolean;
  /** About when it happened: epoch milliseconds. */
  readonly at: number;
  /** The record as it came, for a dead letter. */
  readonly record: unknown;
  /** Of a dead letter: the one tally that does not have the change yet; else left out, for all that it touches. */
  readonly only?: string | undefined;
}

/**
 * Reads a record of a DynamoDB stream, as Lambda delivers it or as GetRecords answers it: binary attributes are base64
 * text there and bytes here. Only attributes of the types our items use are read.
 */
export function parseChange(record: unknown, shard: string): Result<Change, string> {
  const told = field(record, 'dynamodb');
  const sequence = field(told, 'SequenceNumber');
  if (typeof sequence !== 'string' || !/^\d{1,40}$/.test(sequence)) return fail('no sequence number');
  const keys = parseItem(field(told, 'Keys'));
  const pk = keys && textIn(keys, 'pk');
  const sk = keys && textIn(keys, 'sk');
  if (!pk || !sk) return fail('no key of ours');
  const before = parseItem(field(told, 'OldImage'));
  const after = parseItem(field(told, 'NewImage'));
  if (before === undefined || after === undefined) return fail('an image that cannot be read');
  if (before === null && after === null) return fail('no image: the stream must show old and new ones');
  const expired = field(field(record, 'userIdentity'), 'principalId') === 'dynamodb.amazonaws.com';
  const at = timeOf(field(told, 'ApproximateCreationDateTime'));
  return ok({ key: { pk, sk }, before, after, place: { shard, sequence }, expired, at, record });
}

/** The sequence number of a record that may be damaged elsewhere. */
export function sequenceOf(record: unknown): string | null {
  const sequence = field(field(record, 'dynamodb'), 'SequenceNumber');
  return typeof sequence === 'string' ? sequence : null;
}

/** Null when there is no image, undefined when it cannot be read. */
function parseItem(image: unknown): Item | null | undefined {
  if (image === undefined || image === null) return null;
  if (typeof image !== 'object') return undefined;
  const item: Record<string, Item[string]> = {};
  for (const [name, value] of Object.entries(image)) {
    const attribute = parseAttribute(value);
    if (attribute === undefined) return undefined;
    item[name] = attribute;
  }
  return item;
}

function parseAttribute(value: unknown): Item[string] | undefined {
  const text = field(value, 'S');
  if (typeof text === 'string') return { S: text };
  const digits = field(value, 'N');
  if (typeof digits === 'string') return { N: digits };
  const bytes = field(value, 'B');
  if (bytes instanceof Uint8Array) return { B: bytes };
  return typeof bytes === 'string' ? { B: Buffer.from(bytes, 'base64') } : undefined;
}

/** Lambda tells epoch seconds, GetRecords a date. */
function timeOf(value: unknown): number {
  if (value instanceof Date) return value.getTime();
  return typeof value === 'number' ? value * 1000 : 0;
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}
