/** The least that a function of ours could be: Hono, its Lambda adapter, and the same client with the same commands. */
import {
  BatchGetItemCommand,
  DeleteItemCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { Hono } from 'hono';
import { handle } from 'hono/aws-lambda';

const { DYNAMODB_ENDPOINT: endpoint = '' } = process.env;
const client = new DynamoDBClient({ accountIdEndpointMode: 'disabled', endpoint });
const key = { TableName: 'cold', Key: { pk: { S: 'a' }, sk: { S: 'b' } } };
const app = new Hono();
app.get('/', async (c) => c.json(await client.send(new GetItemCommand(key))));
app.delete('/', async (c) => c.json(await client.send(new DeleteItemCommand(key))));
app.patch('/', async (c) => c.json(await client.send(new UpdateItemCommand(key))));
app.put('/', async (c) =>
  c.json(await client.send(new PutItemCommand({ TableName: 'cold', Item: key.Key }))),
);
app.get('/many', async (c) =>
  c.json(await client.send(new BatchGetItemCommand({ RequestItems: { cold: { Keys: [key.Key] } } }))),
);
app.get('/all', async (c) => c.json(await client.send(new QueryCommand({ TableName: 'cold' }))));

export const handler = handle(app);
