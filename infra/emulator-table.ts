/**
 * The table's definition in `dynamodb.yml`, as a request that creates it on an emulator.
 */
import { readFileSync } from 'node:fs';
import type { CreateTableCommandInput } from '@aws-sdk/client-dynamodb';
import { parse } from 'yaml';

/** What of the definition an emulator understands; the rest (expiry, backups, encryption) is DynamoDB's own business. */
interface TableProperties {
  readonly BillingMode: 'PAY_PER_REQUEST';
  readonly AttributeDefinitions: CreateTableCommandInput['AttributeDefinitions'];
  readonly KeySchema: CreateTableCommandInput['KeySchema'];
  readonly StreamSpecification: { readonly StreamViewType: 'NEW_AND_OLD_IMAGES' };
}

/** `withStream`: for emulators that have streams. */
export function emulatorTable(TableName: string, withStream = false): CreateTableCommandInput {
  const { BillingMode, AttributeDefinitions, KeySchema, StreamSpecification } = tableProperties();
  return {
    TableName,
    BillingMode,
    AttributeDefinitions,
    KeySchema,
    ...(withStream ? { StreamSpecification: { StreamEnabled: true, ...StreamSpecification } } : {}),
  };
}

function tableProperties(): TableProperties {
  const definition: { Resources: { Table: { Properties: TableProperties } } } = parse(
    readFileSync(new URL('dynamodb.yml', import.meta.url), 'utf8'),
  );
  return definition.Resources.Table.Properties;
}
