/**
 * Keys as records of kind `key`. A revocation is a record of its own beside the key, so that a rotation that runs at the same
 * moment cannot write the key back to life.
 */
import * as z from 'zod/mini';
import type { Json, RecordChange, RecordStore, StoredRecord } from '../store/records.ts';
import { type Key, SCOPES } from './key.ts';

const time = z.number();

const keySchema = z.object({
  label: z.string(),
  scopes: z.array(z.enum(SCOPES)),
  trusted: z.boolean(),
  trustedHosts: z.array(z.string()),
  expiresAt: z.nullable(time),
  createdAt: time,
  rotatedAt: time,
  hash: z.string(),
  previous: z.nullable(z.object({ hash: z.string(), until: time })),
});

const revocationSchema = z.object({ revokedAt: time });

const REVOKED = ' revoked';
/** Records read at a time. */
const PAGE = 500;

/** The key of an id; null when there is none. Throws when what is stored cannot be understood. */
export async function getKey(records: RecordStore, id: string): Promise<Key | null> {
  const [key, revocation] = await Promise.all([
    records.getRecord('key', id),
    records.getRecord('key', id + REVOKED),
  ]);
  return key === null ? null : keyOf(key, revocation);
}

/** All keys ever made, oldest first. Throws when what is stored cannot be understood. */
export async function readKeys(records: RecordStore): Promise<readonly Key[]> {
  const keys: Key[] = [];
  const all = await readRecords(records);
  for (const stored of all.values()) {
    if (!stored.key.endsWith(REVOKED)) keys.push(keyOf(stored, all.get(stored.key + REVOKED) ?? null));
  }
  return keys.sort((a, b) => a.createdAt - b.createdAt);
}

export function keyChange(key: Key): RecordChange {
  const { id, revokedAt: _, scopes, trustedHosts, previous, ...rest } = key;
  const value: Json = {
    ...rest,
    scopes: [...scopes],
    trustedHosts: [...trustedHosts],
    previous: previous === null ? null : { ...previous },
  };
  return { kind: 'key', key: id, value };
}

export function revocationChange(id: string, revokedAt: number): RecordChange {
  return { kind: 'key', key: id + REVOKED, value: { revokedAt } };
}

async function readRecords(records: RecordStore): Promise<ReadonlyMap<string, StoredRecord>> {
  const all = new Map<string, StoredRecord>();
  let after: string | undefined;
  do {
    const page = await records.listRecords('key', { limit: PAGE, after });
    for (const stored of page.items) all.set(stored.key, stored);
    after = page.next ?? undefined;
  } while (after !== undefined);
  return all;
}

function keyOf({ key: id, value }: StoredRecord, revocation: StoredRecord | null): Key {
  const revokedAt = revocation === null ? null : z.parse(revocationSchema, revocation.value).revokedAt;
  return { id, ...z.parse(keySchema, value), revokedAt };
}
