/**
 * The first call to a table, so that a setting that is missing or wrong is named at start and not by the first verdict.
 */
import type { TableOptions } from './dynamo-table.ts';
import type { DynamoStore } from './store.ts';

/** What stands between us and the table. */
export interface ContactFault {
  /** The environment variable to look at. */
  readonly variable: string;
  readonly detail: string;
}

const REFUSED_CREDENTIALS: ReadonlySet<string> = new Set([
  'ExpiredTokenException',
  'IncompleteSignatureException',
  'InvalidClientTokenId',
  'InvalidSignatureException',
  'MissingAuthenticationTokenException',
  'UnrecognizedClientException',
]);

/** Reads one item; null when the table answers as ours does. */
export async function firstContact(
  store: Pick<DynamoStore, 'records'>,
  table: TableOptions,
): Promise<ContactFault | null> {
  try {
    await store.records.revision('allocation');
    return null;
  } catch (error) {
    return faultOf(error, table);
  }
}

function faultOf(error: unknown, { tableName, endpoint, region }: TableOptions): ContactFault {
  const { name, message } = named(error);
  const place = endpoint ?? `DynamoDB${region === undefined ? '' : ` in ${region}`}`;
  if (name === 'ResourceNotFoundException') {
    return { variable: 'TABLE_NAME', detail: `there is no table ${tableName} on ${place}` };
  }
  if (name === 'ValidationException') {
    return { variable: 'TABLE_NAME', detail: `the table ${tableName} has other keys than ours: ${message}` };
  }
  if (name === 'AccessDeniedException') {
    return {
      variable: 'AWS_ACCESS_KEY_ID',
      detail: `its owner may not use the table ${tableName}: ${message}`,
    };
  }
  if (REFUSED_CREDENTIALS.has(name)) {
    return { variable: 'AWS_ACCESS_KEY_ID', detail: `${place} does not take the credentials: ${message}` };
  }
  if (name === 'CredentialsProviderError') {
    return { variable: 'AWS_ACCESS_KEY_ID', detail: `credentials for DynamoDB are needed: ${message}` };
  }
  if (/^Region is missing/.test(message)) {
    return { variable: 'AWS_REGION', detail: 'the region of the table is needed, such as eu-central-1' };
  }
  const variable = endpoint === undefined ? 'AWS_REGION' : 'DYNAMODB_ENDPOINT';
  return { variable, detail: `${place} does not answer: ${message}` };
}

function named(error: unknown): { readonly name: string; readonly message: string } {
  if (error instanceof AggregateError && error.errors.length > 0) return named(error.errors[0]);
  if (!(error instanceof Error)) return { name: '', message: String(error) };
  return { name: error.name, message: error.message || error.name };
}
