/**
 * A key on a table, for all that can be done: what `prefixwise keys create` makes.
 */
import { randomBytes } from 'node:crypto';
import { SCOPES } from '../../lib/keys/key.ts';
import { createKey } from '../../lib/keys/keys.ts';
import { openDynamoStore } from '../../lib/store/dynamodb/store.ts';

/** Resolves to its token. */
export async function firstKey(tableName: string, endpoint: string, trusted = true): Promise<string> {
  const store = openDynamoStore({ tableName, endpoint });
  const act = { actor: 'cli', at: Date.now(), reason: null };
  const spec = { label: 'first', scopes: SCOPES, trusted, trustedHosts: [], expiresAt: null };
  const made = await createKey(store.records, spec, act, randomBytes);
  await store.close();
  if (!made.ok) throw new Error(JSON.stringify(made.error));
  return made.value.token;
}
