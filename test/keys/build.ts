/** Keys as tests need them: predictable randomness, a present, a spec to vary. */
import { createHash } from 'node:crypto';
import type { KeySpec } from '../../lib/keys/key.ts';
import { createKey, type IssuedKey, type KeyAct } from '../../lib/keys/keys.ts';
import type { Randomness } from '../../lib/keys/token.ts';
import type { RecordStore } from '../../lib/store/records.ts';
import { NOW } from '../support/records.ts';

/** Bytes that look random and are the same in every run. */
export function seededRandomness(seed: string): Randomness {
  let asked = 0;
  return (size) => {
    asked++;
    return createHash('sha512').update(`${seed}/${asked}`).digest().subarray(0, size);
  };
}

export const random = seededRandomness('keys');

export const SPEC: KeySpec = {
  label: 'mx1',
  scopes: ['lookup', 'report'],
  trusted: false,
  trustedHosts: ['mx1.example.net', '2a00:1450:1::/48'],
  expiresAt: null,
};

export const act = (at = NOW, reason: string | null = null): KeyAct => ({ actor: 'cli', at, reason });

/** A new key of the spec with these changes. */
export async function mustCreate(
  records: RecordStore,
  changes: Partial<KeySpec> = {},
  at = NOW,
): Promise<IssuedKey> {
  const issued = await createKey(records, { ...SPEC, ...changes }, act(at), random);
  if (!issued.ok) throw new Error(JSON.stringify(issued.error));
  return issued.value;
}
