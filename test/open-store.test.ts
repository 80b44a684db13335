import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStore } from '../lib/open-store.ts';
import { readStoreSettings, type StoreSettings } from '../lib/settings.ts';
import { type Emulator, startEmulator } from './support/dynalite.ts';

describe('openStore', () => {
  let folder: string;
  let emulator: Emulator;
  let refusing: Server;
  let refusal = '';
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'prefixwise-open-'));
    emulator = await startEmulator();
    await emulator.createTable('ours');
    refusing = createServer((_request, response) => {
      response.writeHead(400, { 'content-type': 'application/x-amz-json-1.0' });
      response.end(JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${refusal}`, message: 'no' }));
    });
    await new Promise<void>((resolve) => refusing.listen(0, '127.0.0.1', () => resolve()));
  });
  afterAll(async () => {
    await new Promise((resolve) => refusing.close(resolve));
    await emulator.close();
    rmSync(folder, { recursive: true });
  });

  const onTable = (tableName: string, endpoint = emulator.endpoint): StoreSettings => ({
    kind: 'dynamodb',
    tableName,
    endpoint,
    region: 'eu-central-1',
  });
  const faultOf = async (settings: StoreSettings): Promise<string> => {
    const opened = await openStore(settings);
    if (!opened.ok) return opened.error;
    await opened.value.store.close();
    throw new Error('it was opened');
  };

  it('opens the folder that the settings name', async () => {
    const settings = readStoreSettings({ DATA_DIR: join(folder, 'data') });
    if (!settings.ok) throw new Error('refused');
    const opened = await openStore(settings.value);
    if (!opened.ok) throw new Error(opened.error);
    const { store, place, sweeps } = opened.value;
    await store.check();
    expect(place).toBe(`${join(folder, 'data')} (embedded store)`);
    expect(await Promise.all(sweeps.map(({ run }) => run(Date.now())))).toEqual([0, 0, 0]);
    await store.close();
  });

  it('opens the table that the settings name, which forgets by itself', async () => {
    const opened = await openStore(onTable('ours'));
    if (!opened.ok) throw new Error(opened.error);
    await opened.value.store.check();
    expect(opened.value).toMatchObject({ place: 'the table ours (DynamoDB)', sweeps: [] });
    await opened.value.store.close();
  });

  it('opens a store that is half loaded only for who goes on with that', async () => {
    const settings = { kind: 'embedded', dataDir: join(folder, 'half') } as const;
    const opened = await openStore(settings);
    if (!opened.ok) throw new Error(opened.error);
    const mark = { load: 'l', taken: 0, chunks: 0, digest: '', done: false };
    await opened.value.store.state.intake(mark);
    await opened.value.store.close();
    expect(await faultOf(settings)).toBe(
      'DATA_DIR: a load into this store was not finished: prefixwise load --resume goes on with it',
    );
    const again = await openStore(settings, { halfLoaded: true });
    if (!again.ok) throw new Error(again.error);
    await again.value.store.state.intake(mark);
    await again.value.store.close();
  });

  it('says why a folder cannot be used', async () => {
    writeFileSync(join(folder, 'file'), '');
    const fault = await faultOf({ kind: 'embedded', dataDir: join(folder, 'file', 'data') });
    expect(fault).toContain('DATA_DIR: the store in');
  });

  it('says that a table is not there', async () => {
    expect(await faultOf(onTable('theirs'))).toBe(
      `TABLE_NAME: there is no table theirs on ${emulator.endpoint}`,
    );
  });

  it('says that a table is another program’s', async () => {
    const client = new DynamoDBClient({
      endpoint: emulator.endpoint,
      region: 'eu-central-1',
      credentials: { accessKeyId: 'any', secretAccessKey: 'any' },
    });
    await client.send(
      new CreateTableCommand({
        TableName: 'other',
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      }),
    );
    client.destroy();
    expect(await faultOf(onTable('other'))).toMatch(/^TABLE_NAME: the table other has other keys than ours/);
  });

  it.each([
    ['AccessDeniedException', /^AWS_ACCESS_KEY_ID: .* may not use the table ours: no$/],
    ['UnrecognizedClientException', /^AWS_ACCESS_KEY_ID: .* does not take the credentials: no$/],
    ['ExpiredTokenException', /^AWS_ACCESS_KEY_ID: .* does not take the credentials: no$/],
  ])('names the credentials when DynamoDB answers %s', async (name, fault) => {
    refusal = name;
    const address = refusing.address();
    if (address === null || typeof address === 'string') throw new Error('the server does not listen');
    expect(await faultOf(onTable('ours', `http://127.0.0.1:${address.port}`))).toMatch(fault);
  });

  it('names the endpoint when nothing listens there', async () => {
    const nobody = createServer();
    await new Promise<void>((resolve) => nobody.listen(0, '127.0.0.1', () => resolve()));
    const address = nobody.address();
    await new Promise((resolve) => nobody.close(resolve));
    if (address === null || typeof address === 'string') throw new Error('the server does not listen');
    const endpoint = `http://127.0.0.1:${address.port}`;
    expect(await faultOf(onTable('ours', endpoint))).toMatch(
      /^DYNAMODB_ENDPOINT: .* does not answer: .*ECONNREFUSED/,
    );
  });

  it('names region and credentials when there are none', async () => {
    const kept = { ...process.env };
    for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) delete process.env[name];
    Object.assign(process.env, {
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_CONFIG_FILE: join(folder, 'none'),
      AWS_SHARED_CREDENTIALS_FILE: join(folder, 'none'),
    });
    try {
      const table = { kind: 'dynamodb', tableName: 'ours', endpoint: undefined } as const;
      expect(await faultOf({ ...table, region: undefined })).toMatch(
        /^AWS_REGION: the region of the table is needed/,
      );
      expect(await faultOf({ ...table, region: 'eu-central-1' })).toMatch(
        /^AWS_ACCESS_KEY_ID: credentials for DynamoDB are needed/,
      );
    } finally {
      for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) delete process.env[name];
      Object.assign(process.env, kept);
    }
  });
});
