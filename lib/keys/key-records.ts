/**
 * Keys as records of kind `key`. A revocation is a record of its own beside the key, so that a rotation that runs at the same
 * moment cannot write the key back to life.
 */
import { RecordFields } from '../store/record-fields.ts';
import type { Json, RecordChange, RecordStore, StoredRecord } from '../store/records.ts';
import { type Key, SCOPES } from './key.ts';

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
  const fields = new RecordFields(value);
  const revoked = new RecordFields(revocation?.value);
  const given = fields.texts('scopes');
  const key = {
    id,
    label: fields.text('label'),
    scopes: SCOPES.filter((scope) => given.includes(scope)),
    trusted: fields.flag('trusted'),
    trustedHosts: fields.texts('trustedHosts'),
    expiresAt: fields.nullable('expiresAt', timeIn),
    createdAt: fields.number('createdAt'),
    rotatedAt: fields.number('rotatedAt'),
    hash: fields.text('hash'),
    previous: fields.nullable('previous', (at, name) => at.object(name, previousIn)),
    revokedAt: revocation === null ? null : revoked.number('revokedAt'),
  };
  const known = key.scopes.length === given.length;
  if (!fields.sound || !revoked.sound || !known)
    throw new Error(`the record of key ${id} is not as this version writes them`);
  return key;
}

function previousIn(fields: RecordFields): { readonly hash: string; readonly until: number } {
  return { hash: fields.text('hash'), until: fields.number('until') };
}

function timeIn(fields: RecordFields, name: string): number {
  return fields.number(name);
}
