import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DynamoTable } from '../../../lib/store/dynamodb/dynamo-table.ts';

/** A DynamoDB that answers with these statuses in turn, the last one from then on. */
let statuses: number[];
let server: Server;
let endpoint: string;
beforeEach(async () => {
  server = createServer((request, response) => {
    request.resume();
    const status = (statuses.length > 1 ? statuses.shift() : statuses[0]) ?? 200;
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' }).end('{}');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no TCP port');
  endpoint = `http://127.0.0.1:${address.port}`;
});
afterEach(async () => {
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
});

describe('calls of the table', () => {
  async function retriesOf(answers: readonly number[]): Promise<{ retries: number[]; failed: boolean }> {
    statuses = [...answers];
    const retries: number[] = [];
    const table = new DynamoTable({
      tableName: 'retried',
      endpoint,
      onRetried: (count) => retries.push(count),
    });
    const failed = await table.get({ pk: 'a', sk: 'b' }).then(
      () => false,
      () => true,
    );
    table.close();
    return { retries, failed };
  }

  it.each([
    ['that are answered at once say nothing', [200], [], false],
    ['sent again say how often', [500, 503, 200], [2], false],
    ['given up say so too', [500], [3], true],
  ] as const)('%s', async (_what, answers, retries, failed) => {
    expect(await retriesOf(answers)).toEqual({ retries, failed });
  });
});
