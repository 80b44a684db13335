/**
 * The least that a function of ours could be: Hono, its Lambda adapter, and the same client with the same commands. `/` asks the
 * table once; `/as-often` as often, and in the same way, as a first lookup does.
 */
import {
  BatchGetItemCommand,
  DeleteItemCommand,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { Hono } from 'hono';
import { handle } from 'hono/aws-lambda';
import { dynamoClient } from '../../lib/store/dynamodb/dynamo-table.ts';

const { DYNAMODB_ENDPOINT: endpoint } = process.env;
const TableName = 'cold';
const client = dynamoClient({ endpoint });
const key = { pk: { S: 'a' }, sk: { S: 'b' } };
const app = new Hono();
app.get('/', async (c) => c.json(await client.send(new GetItemCommand({ TableName, Key: key }))));
app.get('/as-often', async (c) => {
  await client.send(batchOf(6));
  await client.send(
    new QueryCommand({
      TableName,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': { S: 'ckey' } },
    }),
  );
  return c.json(await client.send(batchOf(22)));
});
app.delete('/', async (c) => c.json(await client.send(new DeleteItemCommand({ TableName, Key: key }))));
app.patch('/', async (c) => c.json(await client.send(new UpdateItemCommand({ TableName, Key: key }))));
app.put('/', async (c) => c.json(await client.send(new PutItemCommand({ TableName, Item: key }))));
app.get('/all', async (c) => c.json(await client.send(new ScanCommand({ TableName }))));

function batchOf(keys: number): BatchGetItemCommand {
  const Keys = Array.from({ length: keys }, (_, i) => ({ ...key, sk: { S: String(i) } }));
  return new BatchGetItemCommand({ RequestItems: { [TableName]: { Keys } } });
}

export const handler = handle(app);
