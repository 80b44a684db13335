/**
 * The keys a process knows, in memory, and the one question asked of them at every request: whose token is this?
 */
import { NO_TRUSTED_HOSTS, parseTrustedHosts, type TrustedHosts } from '../feedback/trusted-hosts.ts';
import { fail, ok, type Result } from '../result.ts';
import { Followed } from '../store/followed.ts';
import type { Reporter } from '../store/port.ts';
import type { RecordStore } from '../store/records.ts';
import { isUsable, type Key, type Scope } from './key.ts';
import { readKeys } from './key-records.ts';
import { digestOf, equalDigest, hashSecret, parseToken, storedDigest } from './token.ts';

/** Whom a token belongs to. */
export interface KeyHolder {
  readonly keyId: string;
  readonly scopes: ReadonlySet<Scope>;
  readonly reporter: Reporter;
  readonly trustedHosts: TrustedHosts;
}

/**
 * Why a token was not accepted: for our own counters and log. The client is told no more than that it was not: which of
 * these it is would tell whether a guess was warm.
 */
export type TokenRefusal = 'malformed' | 'unknown' | 'wrong' | 'revoked' | 'expired';

interface Entry {
  readonly key: Key;
  readonly holder: KeyHolder;
  /** The digests of the secret in force and of the one before. */
  readonly current: Uint8Array;
  readonly former: Uint8Array;
}

/** A digest that no secret has, so that an unknown id takes as long as a known one. */
const NO_DIGEST = storedDigest(hashSecret(''));

export class KeyRing {
  readonly #entries: ReadonlyMap<string, Entry>;

  constructor(keys: readonly Key[]) {
    this.#entries = new Map(keys.map((key) => [key.id, entryOf(key)]));
  }

  /** Whose token it is, at time `now` (epoch milliseconds). A wrong secret is told before anything else of the key. */
  verify(text: string, now: number): Result<KeyHolder, TokenRefusal> {
    const token = parseToken(text);
    if (token === null) return fail('malformed');
    const entry = this.#entries.get(token.id);
    const digest = digestOf(token.secret);
    const current = equalDigest(digest, entry?.current ?? NO_DIGEST);
    const former = equalDigest(digest, entry?.former ?? NO_DIGEST);
    if (entry === undefined) return fail('unknown');
    const { previous } = entry.key;
    if (!current && !(former && previous !== null && now < previous.until)) return fail('wrong');
    if (isUsable(entry.key, now)) return ok(entry.holder);
    return fail(entry.key.revokedAt === null ? 'expired' : 'revoked');
  }

  /** Whether a key is in force at time `now` (epoch milliseconds): what a long request asks again before it writes. */
  isInForce(keyId: string, now: number): boolean {
    const entry = this.#entries.get(keyId);
    return entry !== undefined && isUsable(entry.key, now);
  }

  /**
   * Whether a key was ever made. Only a service without any may be open: one whose last key expired or was revoked stays
   * closed, or else letting a key lapse would let everybody in.
   */
  hasAnyKey(): boolean {
    return this.#entries.size > 0;
  }

  /** Whether somebody could get in at time `now` (epoch milliseconds): what a service bound to a network needs to start. */
  hasUsableKey(now: number): boolean {
    return this.keys().some((key) => isUsable(key, now));
  }

  /** All keys ever made, oldest first. */
  keys(): readonly Key[] {
    return [...this.#entries.values()].map(({ key }) => key);
  }
}

/**
 * The ring of a store, read now; it follows the store once it is told to. Rejects when the keys cannot be read: a service
 * that cannot tell who calls must not start.
 */
export function followKeys(
  records: RecordStore,
  onError: (error: unknown) => void,
): Promise<Followed<KeyRing>> {
  return Followed.open({
    records,
    kinds: ['key'],
    none: () => new KeyRing([]),
    load: async () => new KeyRing(await readKeys(records)),
    onError,
  });
}

function entryOf(key: Key): Entry {
  const { hash, previous } = key;
  const former = previous === null ? NO_DIGEST : storedDigest(previous.hash);
  return { key, holder: holderOf(key), current: storedDigest(hash), former };
}

function holderOf({ id, scopes, trusted, trustedHosts }: Key): KeyHolder {
  const hosts = parseTrustedHosts(trustedHosts);
  return {
    keyId: id,
    scopes: new Set(scopes),
    reporter: { id, trusted },
    trustedHosts: hosts.ok ? hosts.value : NO_TRUSTED_HOSTS,
  };
}
