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

/**
 * Ends a key for good; a key that is revoked already stays as it is. Every process knows within five seconds.
 *
 * With `since` (epoch milliseconds) everything it reported from then on is taken back: `retracted` says how many verdicts.
 * What another process took in during those five seconds is not among them, so for a stolen key ask again after them.
 */
export async function revokeKey(
  store: Pick<Store, 'records' | 'retractSince'>,
  id: string,
  since: number | null,
  act: KeyAct,
): Promise<Result<{ readonly key: Key; readonly retracted: number }, 'unknown'>> {
  const before = await getKey(store.records, id);
  if (before === null) return fail('unknown');
  const revokedAt = before.revokedAt ?? act.at;
  if (before.revokedAt === null) {
    await store.records.changeRecords([revocationChange(id, revokedAt)], auditOf(id, 'revoke', act, null));
  }
  const key = { ...before, revokedAt };
  if (since === null) return ok({ key, retracted: 0 });
  const retracted = await store.retractSince(id, since, act.at);
  await store.records.changeRecords([], auditOf(id, 'retract', act, { since, retracted }));
  return ok({ key, retracted });
}

function auditOf(target: string, act: string, { actor, at, reason }: KeyAct, detail: Json): AuditEntry {
  return { at, actor, act: `key.${act}`, target, reason, detail };
}
