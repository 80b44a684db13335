/**
 * A key: what a caller may do, and whose word its verdicts are. The secret itself is nowhere in here, only its hash.
 */
import { parseTrustedHosts } from '../feedback/trusted-hosts.ts';
import { fail, ok, type Result } from '../result.ts';

/** What a caller may do; each protected route asks for one. */
export const SCOPES = ['lookup', 'report', 'admin'] as const;
export type Scope = (typeof SCOPES)[number];

/** What an administrator says of a new key. */
export interface KeySpec {
  /** Whose it is, for people: 1 to 100 printable characters. */
  readonly label: string;
  /** At least one, each once. */
  readonly scopes: readonly Scope[];
  /** Whether its verdicts are the operator's own word, and so not saturated. Needs the scope `report`. */
  readonly trusted: boolean;
  /** The reporter's mail servers, as `parseTrustedHosts` takes them. Needs the scope `report`. */
  readonly trustedHosts: readonly string[];
  /** Epoch milliseconds; null when it never expires. */
  readonly expiresAt: number | null;
}

export interface Key extends KeySpec {
  /** Public part of the token and the reporter's id; never given to another key. */
  readonly id: string;
  readonly createdAt: number;
  /** When the secret in force was made: epoch milliseconds. */
  readonly rotatedAt: number;
  /** Epoch milliseconds; null while it is in force. */
  readonly revokedAt: number | null;
  /** SHA-256 of the secret in force, base64url. */
  readonly hash: string;
  /** The secret before, still good until a time (epoch milliseconds); null when there is none. */
  readonly previous: { readonly hash: string; readonly until: number } | null;
}

/** What is wrong with a spec, by field. */
export interface KeyFault {
  readonly field: keyof KeySpec;
  readonly detail: string;
}

const MAX_LABEL = 100;
const PRINTABLE = /^[^\p{C}\p{Zl}\p{Zp}]+$/u;

/** Checks a spec at time `now` (epoch milliseconds). */
export function checkKeySpec(spec: KeySpec, now: number): Result<KeySpec, readonly KeyFault[]> {
  const faults: KeyFault[] = [];
  const { label, scopes, trusted, trustedHosts, expiresAt } = spec;
  if (label.length > MAX_LABEL || !PRINTABLE.test(label)) {
    faults.push({ field: 'label', detail: `1 to ${MAX_LABEL} printable characters are expected` });
  }
  if (scopes.length === 0 || new Set(scopes).size < scopes.length) {
    faults.push({ field: 'scopes', detail: `one or more of ${SCOPES.join(', ')} are expected, each once` });
  }
  const reports = scopes.includes('report');
  if (trusted && !reports)
    faults.push({ field: 'trusted', detail: 'only a key that may report can be trusted' });
  if (trustedHosts.length > 0 && !reports) {
    faults.push({ field: 'trustedHosts', detail: 'only a key that may report has trusted hosts' });
  }
  const hosts = parseTrustedHosts(trustedHosts);
  if (!hosts.ok) faults.push({ field: 'trustedHosts', detail: hosts.error });
  if (expiresAt !== null && !(expiresAt > now)) {
    faults.push({ field: 'expiresAt', detail: 'a time in the future is expected' });
  }
  return faults.length === 0 ? ok(spec) : fail(faults);
}

/** Whether the key may be used at a time (epoch milliseconds). */
export function isUsable({ revokedAt, expiresAt }: Key, now: number): boolean {
  return revokedAt === null && (expiresAt === null || now < expiresAt);
}
