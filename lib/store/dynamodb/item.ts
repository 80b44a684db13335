/**
 * Items as DynamoDB's wire format has them, written and read by hand: a marshalling library costs 60 microseconds an item.
 */
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { TableKey } from './keys.ts';

export type Item = Readonly<Record<string, AttributeValue>>;

/** The two attributes of a key. */
export function keyAttributes({ pk, sk }: TableKey): {
  readonly pk: { S: string };
  readonly sk: { S: string };
} {
  return { pk: { S: pk }, sk: { S: sk } };
}

/** The key of an item that was read with both its attributes. */
export function keyIn(item: Item): TableKey {
  return { pk: present(textIn(item, 'pk'), 'pk'), sk: present(textIn(item, 'sk'), 'sk') };
}

export function text(value: string): AttributeValue {
  return { S: value };
}

/** A whole number; DynamoDB keeps 38 digits, JavaScript 15. */
export function number(value: number): AttributeValue {
  if (!Number.isSafeInteger(value)) throw new RangeError(`${value} is no whole number that can be stored`);
  return { N: String(value) };
}

export function bytes(value: Uint8Array): AttributeValue {
  return { B: value };
}

export function textIn(item: Item, name: string): string | undefined {
  return item[name]?.S;
}

export function numberIn(item: Item, name: string): number | undefined {
  const value = item[name]?.N;
  return value === undefined ? undefined : Number(value);
}

export function bytesIn(item: Item, name: string): Uint8Array | undefined {
  return item[name]?.B;
}

/** An attribute that our own items always have: without it the item is damaged, or not ours. Throws a RangeError. */
export function present<T>(value: T | undefined, name: string): T {
  if (value === undefined) throw new RangeError(`a stored item has no ${name}`);
  return value;
}

/** Epoch seconds at which DynamoDB may remove an item, for a time in milliseconds. */
export function expiry(at: number): AttributeValue {
  return number(Math.ceil(at / 1000));
}
