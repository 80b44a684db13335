/**
 * Making, rotating and revoking keys: each act one durable change with its audit entry. A token is shown once, by the act
 * that makes it; what is stored cannot be turned back into it.
 */
import { fail, ok, type Result } from '../result.ts';
import type { Store } from '../store/port.ts';
import type { AuditEntry, Json, RecordStore } from '../store/records.ts';
import { checkKeySpec, isUsable, type Key, type KeyFault, type KeySpec } from './key.ts';
import { getKey, keyChange, revocationChange } from './key-records.ts';
import { formatToken, hashSecret, newKeyId, newSecret, type Randomness } from './token.ts';

/** Who acts, when (epoch milliseconds), and why. */
export interface KeyAct {
  readonly actor: string;
  readonly at: number;
  readonly reason: string | null;
}

/** A key with its token, which nobody will ever see again. */
export interface IssuedKey {
  readonly key: Key;
  readonly token: string;
}

/** Why an act on an existing key was not done. */
export type KeyActFailure = 'unknown' | 'revoked' | 'expired';

/** Makes a key; durable when it resolves. */
export async function createKey(
  records: RecordStore,
  wanted: KeySpec,
  act: KeyAct,
  random: Randomness,
): Promise<Result<IssuedKey, readonly KeyFault[]>> {
  const spec = checkKeySpec(wanted, act.at);
  if (!spec.ok) return spec;
  const { label, scopes, trusted, trustedHosts, expiresAt } = spec.value;
  const id = newKeyId(random);
  const secret = newSecret(random);
  const key: Key = {
    id,
    label,
    scopes,
    trusted,
    trustedHosts,
    expiresAt,
    createdAt: act.at,
    rotatedAt: act.at,
    revokedAt: null,
    hash: hashSecret(secret),
    previous: null,
  };
  const detail = { label, scopes: [...scopes], trusted, trustedHosts: [...trustedHosts], expiresAt };
  await records.changeRecords([keyChange(key)], auditOf(id, 'create', act, detail));
  return ok({ key, token: formatToken({ id, secret }) });
}

/**
 * Gives a key a new secret; everything else of it stays, its verdicts' reporter too. The secret before is good for another
 * `graceMs` milliseconds (0: from now on it is not), so that clients can be changed over one by one.
 */
export async function rotateKey(
  records: RecordStore,
  id: string,
  graceMs: number,
  act: KeyAct,
  random: Randomness,
): Promise<Result<IssuedKey, KeyActFailure>> {
  const before = await getKey(records, id);
  if (before === null) return fail('unknown');
  if (!isUsable(before, act.at)) return fail(before.revokedAt === null ? 'expired' : 'revoked');
  const secret = newSecret(random);
  const key: Key = {
    ...before,
    hash: hashSecret(secret),
    rotatedAt: act.at,
    previous: graceMs > 0 ? { hash: before.hash, until: act.at + graceMs } : null,
  };
  await records.changeRecords([keyChange(key)], auditOf(id, 'rotate', act, { graceMs }));
  return ok({ key, token: formatToken({ id, secret }) });
}

/** Ends a key for good; a key that is revoked already stays as it is. Every process knows within five seconds. */
export async function revokeKey(
  records: RecordStore,
  id: string,
  act: KeyAct,
): Promise<Result<Key, 'unknown'>> {
  const before = await getKey(records, id);
  if (before === null) return fail('unknown');
  if (before.revokedAt !== null) return ok(before);
  await records.changeRecords([revocationChange(id, act.at)], auditOf(id, 'revoke', act, null));
  return ok({ ...before, revokedAt: act.at });
}

/**
 * Takes back everything a key reported since a time (epoch milliseconds), for a stolen one; resolves to how many verdicts.
 * To be done once nobody is let in with it any more, or more may come behind.
 */
export async function retractReports(
  store: Pick<Store, 'records' | 'retractSince'>,
  id: string,
  since: number,
  act: KeyAct,
): Promise<number> {
  const retracted = await store.retractSince(id, since, act.at);
  await store.records.changeRecords([], auditOf(id, 'retract', act, { since, retracted }));
  return retracted;
}

function auditOf(target: string, act: string, { actor, at, reason }: KeyAct, detail: Json): AuditEntry {
  return { at, actor, act: `key.${act}`, target, reason, detail };
}
