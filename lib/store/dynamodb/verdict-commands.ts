/**
 * The verdict item, and what may be done to it: written once, marked as taken back. Pure: builds what is sent.
 *
 * | attribute  |   | what                                                                                  |
 * |------------|---|---------------------------------------------------------------------------------------|
 * | `body`     | B | the record (see codec/verdict.ts)                                                     |
 * | `received` | N | epoch milliseconds                                                                    |
 * | `gone`     | N | when it was taken back, epoch milliseconds; only then                                 |
 * | `token`    | S | of the call that wrote it last, so that a retry of that call is known as such         |
 * | `via`      | S | the load that brought it; its stream records then mean no news                        |
 * | `expires`  | N | epoch seconds; DynamoDB removes the item some hours after                             |
 */
import { decodeVerdict, encodeVerdict, receivedAtOf } from '../codec/verdict.ts';
import { VERDICT_RETENTION_MS, type VerdictRecord } from '../port.ts';
import { bytes, bytesIn, expiry, type Item, keyAttributes, number, present, text, textIn } from './item.ts';
import { reporterNameOf, type TableKey, verdictKey } from './keys.ts';
import type { PutInput, UpdateInput } from './table.ts';

/** Clauses of the conditions. An id may be used again when its verdict is past retention, whether removed or not. */
const UNKNOWN = 'attribute_not_exists(pk)';
const KNOWN = 'attribute_exists(pk)';
const PAST_RETENTION = '#received <= :expired';
const WITHIN_RETENTION = '#received > :expired';
const TAKEN_BACK = 'attribute_exists(#gone)';
const STANDING = 'attribute_not_exists(#gone)';
const OUR_OWN_RETRY = '#token = :token';

const NAMES = { '#received': 'received', '#gone': 'gone', '#token': 'token' };

export function putVerdict(record: VerdictRecord, now: number, token: string): PutInput {
  return {
    Item: verdictItem(record, now, token),
    ConditionExpression: [UNKNOWN, PAST_RETENTION, TAKEN_BACK, OUR_OWN_RETRY].join(' OR '),
    ExpressionAttributeNames: NAMES,
    ExpressionAttributeValues: { ':expired': number(now - VERDICT_RETENTION_MS), ':token': text(token) },
  };
}

/** Marks a verdict as taken back rather than deleting it: so the stream tells this apart from an item that expired. */
export function takeBack({ pk, sk }: TableKey, now: number, token: string): UpdateInput {
  return {
    Key: { pk: text(pk), sk: text(sk) },
    UpdateExpression: 'SET #gone = :now, #token = :token REMOVE #via',
    ConditionExpression: `(${[KNOWN, STANDING, WITHIN_RETENTION].join(' AND ')}) OR ${OUR_OWN_RETRY}`,
    ExpressionAttributeNames: { ...NAMES, '#via': 'via' },
    ExpressionAttributeValues: {
      ':now': number(now),
      ':expired': number(now - VERDICT_RETENTION_MS),
      ':token': text(token),
    },
    ReturnValues: 'ALL_OLD',
  };
}

export function verdictItem(record: VerdictRecord, receivedAt: number, token: string): Item {
  const { id, reporter } = record;
  return storedVerdictItem(verdictKey(reporter.id, id), encodeVerdict(record, receivedAt), token);
}

/** The item of a verdict that is encoded already. */
export function storedVerdictItem(key: TableKey, body: Uint8Array, token: string): Item {
  const receivedAt = receivedAtOf(body);
  return {
    ...keyAttributes(key),
    body: bytes(body),
    received: number(receivedAt),
    token: text(token),
    expires: expiry(receivedAt + VERDICT_RETENTION_MS),
  };
}

/**
 * A verdict item read back: the record, with the names that stand for its ids, and when it was received. Throws a RangeError
 * when the item is damaged.
 */
export function verdictIn(item: Item): { readonly record: VerdictRecord; readonly receivedAt: number } {
  const pk = present(textIn(item, 'pk'), 'pk');
  const sk = present(textIn(item, 'sk'), 'sk');
  const body = present(bytesIn(item, 'body'), 'body');
  const { voice, receivedAt, ...verdict } = decodeVerdict(body);
  const reporter = { id: reporterNameOf({ pk, sk }), ...voice };
  return { record: { ...verdict, id: sk, reporter }, receivedAt };
}
