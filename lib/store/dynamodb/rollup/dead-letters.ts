/**
 * Dead letters: stream records that cannot be applied, kept whole in the table, so that one damaged item never holds up a
 * shard and nothing is lost before somebody has looked.
 */

import { bytes, bytesIn, expiry, type Item, keyAttributes, keyIn, present, text, textIn } from '../item.ts';
import { DEAD_LETTERS, type TableKey } from '../keys.ts';
import { queryAll, type Table } from '../table.ts';
import type { Place } from './marks.ts';

export interface DeadLetter {
  readonly key: TableKey;
  readonly record: unknown;
  readonly reason: string;
  /** The cascade's key of the one tally that does not have the change; undefined when none has. */
  readonly only: string | undefined;
}

/** A record, where it stood in the stream and about when (epoch milliseconds; 0 when it does not tell). */
export interface Buried {
  readonly record: unknown;
  readonly place: Place;
  readonly at: number;
  /** The one tally it could not be applied to, by the cascade's key; left out when none has it. */
  readonly only?: string | undefined;
}

/** Long enough for a holiday. */
const KEPT_MS = 90 * 24 * 3_600_000;
const TIME_DIGITS = 15;

/** Keeps a record that cannot be applied; the same record buried again is the same letter. `now` is epoch milliseconds. */
export async function bury(
  table: Table,
  { record, place, at, only }: Buried,
  reason: unknown,
  now: number,
): Promise<void> {
  const shard = Buffer.from(place.shard, 'latin1').toString('hex');
  const tally = only === undefined ? [] : [Buffer.from(only, 'latin1').toString('hex')];
  const sk = [String(at).padStart(TIME_DIGITS, '0'), shard, place.sequence, ...tally].join('.');
  await table.put({
    Item: {
      ...keyAttributes({ pk: DEAD_LETTERS, sk }),
      record: text(JSON.stringify(record, base64Bytes)),
      ...(only === undefined ? {} : { only: bytes(Buffer.from(only, 'latin1')) }),
      reason: text(reason instanceof Error ? reason.message : String(reason)),
      expires: expiry(now + KEPT_MS),
    },
  });
}

/** All dead letters, oldest first. */
export async function* deadLetters(table: Table): AsyncGenerator<DeadLetter> {
  for await (const item of queryAll(table, {
    KeyConditionExpression: 'pk = :pk',
    ExpressionAttributeValues: { ':pk': text(DEAD_LETTERS) },
    ConsistentRead: true,
  })) {
    yield letterIn(item);
  }
}

function letterIn(item: Item): DeadLetter {
  const record: unknown = JSON.parse(present(textIn(item, 'record'), 'record'));
  const only = bytesIn(item, 'only');
  return {
    key: keyIn(item),
    record,
    reason: textIn(item, 'reason') ?? '',
    only: only && Buffer.from(only).toString('latin1'),
  };
}

/** Binary attributes as Lambda writes them. */
function base64Bytes(this: unknown, name: string, value: unknown): unknown {
  const own: unknown = typeof this === 'object' && this !== null ? Reflect.get(this, name) : value;
  return own instanceof Uint8Array ? Buffer.from(own).toString('base64') : value;
}
