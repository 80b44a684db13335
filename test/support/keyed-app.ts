/**
 * The app of a service with keys: one for each scope and for all of them, and keys that have ended.
 */
import type { AppDeps } from '../../lib/http/deps.ts';
import { SCOPES, type Scope } from '../../lib/keys/key.ts';
import { readKeys } from '../../lib/keys/key-records.ts';
import { KeyRing } from '../../lib/keys/key-ring.ts';
import { type IssuedKey, revokeKey } from '../../lib/keys/keys.ts';
import { MemoryStore } from '../../lib/store/memory/store.ts';
import { act, mustCreate } from '../keys/build.ts';
import { type TestApp, testApp } from './http.ts';
import { HOUR, NOW } from './records.ts';

export interface KeyedApp extends TestApp {
  /** The keys as the app knows them. */
  readonly ring: AppDeps['keys'];
  readonly keys: Readonly<Record<Scope | 'all' | 'expired' | 'revoked', IssuedKey>>;
}

/** `seen` may stand before the store that the app asks. */
export async function keyedApp(
  overrides: Partial<Omit<AppDeps, 'store'>> = {},
  seen: (store: MemoryStore) => AppDeps['store'] = (store) => store,
): Promise<KeyedApp> {
  const store = new MemoryStore();
  const make = (label: string, scopes: readonly Scope[]) =>
    mustCreate(store.records, { label, scopes, trustedHosts: [] });
  const ended = { scopes: SCOPES, expiresAt: NOW - 1 };
  const keys = {
    lookup: await make('lookup', ['lookup']),
    report: await make('report', ['report']),
    admin: await make('admin', ['admin']),
    all: await make('all', SCOPES),
    expired: await mustCreate(store.records, ended, NOW - HOUR),
    revoked: await make('revoked', SCOPES),
  };
  await revokeKey(store.records, keys.revoked.key.id, act());
  const ring = await ringOf(store);
  const { app, deps, log } = testApp({
    keys: ring,
    openWithoutKeys: false,
    ...overrides,
    store: seen(store),
  });
  return { app, deps, log, store, ring, keys };
}

/** Keys as a service follows them, without the clock: read anew after each change of its own. */
export async function ringOf({ records }: MemoryStore): Promise<AppDeps['keys']> {
  let current = new KeyRing(await readKeys(records));
  return {
    get current() {
      return current;
    },
    changed: async () => {
      current = new KeyRing(await readKeys(records));
    },
  };
}

export function bearer(token: string): { readonly authorization: string } {
  return { authorization: `Bearer ${token}` };
}
