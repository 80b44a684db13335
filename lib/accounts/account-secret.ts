/**
 * The secret under which account names are hashed: the operator's own, or one that the first process makes and all keep.
 *
 * An operator's own secret stays outside the store, so that a stolen copy of the store cannot be searched for a name. When
 * it is changed or lost, what was known of accounts is found no more, and goes as it decays.
 */
import { randomBytes } from 'node:crypto';
import type { Json, RecordStore } from '../store/records.ts';
import { type AccountRung, accountRungs } from './account-names.ts';

const RECORD = { kind: 'secret', key: 'account-names' } as const;
const SECRET_BYTES = 32;

/**
 * Account names under the operator's secret, or under the store's own where there is none (null). `now` is epoch
 * milliseconds. Rejects when the store cannot be read, or its secret not be understood.
 */
export async function openAccountNames(
  records: Pick<RecordStore, 'getRecord' | 'createRecord'>,
  ownSecret: string | null,
  now: number,
): Promise<AccountRung> {
  return accountRungs(ownSecret ?? (await storedSecret(records, now)));
}

async function storedSecret(
  records: Pick<RecordStore, 'getRecord' | 'createRecord'>,
  now: number,
): Promise<string> {
  const found = await records.getRecord(RECORD.kind, RECORD.key);
  if (found !== null) return secretIn(found.value);
  const value = randomBytes(SECRET_BYTES).toString('base64url');
  const act = { at: now, actor: 'service', act: 'secret.create', target: RECORD.key };
  const kept = await records.createRecord({ ...RECORD, value }, { ...act, reason: null, detail: null });
  return secretIn(kept.value);
}

function secretIn(value: Json): string {
  if (typeof value === 'string' && value !== '') return value;
  throw new Error('the stored secret of account names is not as this version writes it');
}
