import { describe, expect, it } from 'vitest';
import {
  putVerdict,
  takeBack,
  verdictIn,
  verdictItem,
} from '../../../lib/store/dynamodb/verdict-commands.ts';
import { impulsesOf, plainId } from '../../../lib/store/impulse.ts';
import { DAY, NOW, recordOf } from '../../support/records.ts';

const HOST = '2a00:1450:8319:fe42::1';

describe('the commands on verdicts', () => {
  it('writes a verdict once: when unknown, past retention, taken back, or by the very same call', () => {
    const { Item, ...condition } = putVerdict(recordOf(HOST, { id: 'a' }), NOW, 'tok');
    expect(condition).toEqual({
      ConditionExpression:
        'attribute_not_exists(pk) OR #received <= :expired OR attribute_exists(#gone) OR #token = :token',
      ExpressionAttributeNames: { '#received': 'received', '#gone': 'gone', '#token': 'token' },
      ExpressionAttributeValues: { ':expired': { N: String(NOW - 30 * DAY) }, ':token': { S: 'tok' } },
    });
    expect(Item).toMatchObject({
      pk: { S: expect.stringMatching(/^vlocal\.[0-9a-f]$/) },
      sk: { S: 'a' },
      received: { N: String(NOW) },
      expires: { N: String((NOW + 30 * DAY) / 1000) },
    });
  });

  it('takes back a verdict that stands and is within retention, and leaves it as a mark', () => {
    const command = takeBack({ pk: 'vlocal.0', sk: 'a' }, NOW, 'tok');
    expect(command.UpdateExpression).toBe('SET #gone = :now, #token = :token REMOVE #via');
    expect(command.ConditionExpression).toBe(
      '(attribute_exists(pk) AND attribute_not_exists(#gone) AND #received > :expired) OR #token = :token',
    );
  });

  it.each(['a', 'x'.repeat(200), 'nul\u0000l'])('reads back what it writes, with an id like %j', (id) => {
    const record = recordOf(HOST, { id, reporter: { id: `${id} reporter`, trusted: false }, count: 7 });
    const named = { id: plainId(id), reporter: { id: plainId(`${id} reporter`), trusted: false } };
    expect(verdictIn(verdictItem(record, NOW, 'tok'))).toEqual({
      record: { ...record, ...named },
      receivedAt: NOW,
    });
    expect(impulsesOf({ ...record, ...named })).toEqual(impulsesOf(record));
  });

  it('fits a verdict into a write of one unit, however long its id', () => {
    const item = verdictItem(
      recordOf(HOST, { id: '🜁'.repeat(100), reporter: { id: 'ä'.repeat(64), trusted: true } }),
      NOW,
      'token',
    );
    const size = Object.entries(item).reduce(
      (sum, [name, { S, N, B }]) => sum + name.length + Buffer.byteLength(S ?? N ?? '') + (B?.length ?? 0),
      0,
    );
    expect(size).toBeLessThan(1024);
  });
});
