import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { readKeys } from '../../lib/keys/key-records.ts';
import { followKeys, KeyRing } from '../../lib/keys/key-ring.ts';
import { createKey, retractReports, revokeKey, rotateKey } from '../../lib/keys/keys.ts';
import { EmbeddedStore } from '../../lib/store/embedded/store.ts';
import { MemoryStore } from '../../lib/store/memory/store.ts';
import type { Store } from '../../lib/store/port.ts';
import { DAY, HOUR, NOW, recordOf } from '../support/records.ts';
import { act, mustCreate, random, SPEC } from './build.ts';

const ringOf = async (store: Store) => new KeyRing(await readKeys(store.records));
const auditOf = async (store: Store) => (await store.records.listAudit({ limit: 100 })).items;
const never = (error: unknown): void => {
  throw error;
};

const folders: string[] = [];
function embedded(): EmbeddedStore {
  const folder = mkdtempSync(join(tmpdir(), 'keys-'));
  folders.push(folder);
  return new EmbeddedStore(folder);
}
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

describe.each<[string, () => Store]>([
  ['in memory', () => new MemoryStore()],
  ['on LMDB', embedded],
])('keys %s', (_, open) => {
  it('let their holders in, with what was given to them', async () => {
    const store = open();
    const { key, token } = await mustCreate(store.records, { trusted: true });
    const verified = (await ringOf(store)).verify(token, NOW);
    expect(verified).toMatchObject({
      ok: true,
      value: {
        keyId: key.id,
        scopes: new Set(['lookup', 'report']),
        reporter: { id: key.id, trusted: true },
        trustedHosts: { names: ['mx1.example.net'] },
      },
    });
    await store.close();
  });

  it('are stored without their secret, neither in the record nor in the audit', async () => {
    const store = open();
    const { token } = await mustCreate(store.records);
    const secret = token.slice(-43);
    const { items } = await store.records.listRecords('key', { limit: 10 });
    expect(items).toHaveLength(1);
    expect(JSON.stringify([items, await auditOf(store)])).not.toContain(secret);
    await store.close();
  });

  it('are audited, act by act', async () => {
    const store = open();
    const { key } = await mustCreate(store.records);
    await rotateKey(store.records, key.id, 0, act(NOW + 1), random);
    await revokeKey(store.records, key.id, act(NOW + 2, 'stolen'));
    await retractReports(store, key.id, NOW - HOUR, act(NOW + 2, 'stolen'));
    expect((await auditOf(store)).map((entry) => [entry.at, entry.act, entry.target, entry.reason])).toEqual([
      [NOW + 2, 'key.retract', key.id, 'stolen'],
      [NOW + 2, 'key.revoke', key.id, 'stolen'],
      [NOW + 1, 'key.rotate', key.id, null],
      [NOW, 'key.create', key.id, null],
    ]);
    await store.close();
  });
});

describe('a key', () => {
  it('is refused with every fault of its spec, and then nothing is stored', async () => {
    const store = new MemoryStore();
    const refused = await createKey(store.records, { ...SPEC, label: '', scopes: [] }, act(), random);
    expect(refused.ok || refused.error.map(({ field }) => field)).toEqual([
      'label',
      'scopes',
      'trustedHosts',
    ]);
    expect(await auditOf(store)).toEqual([]);
  });

  it('rotates: the new token at once, the old one as long as it was given, the reporter the same', async () => {
    const store = new MemoryStore();
    const { key, token: old } = await mustCreate(store.records);
    const rotated = await rotateKey(store.records, key.id, HOUR, act(), random);
    if (!rotated.ok) throw new Error(rotated.error);
    const ring = await ringOf(store);
    expect(rotated.value.token).not.toBe(old);
    expect(ring.verify(rotated.value.token, NOW)).toMatchObject({
      ok: true,
      value: { reporter: { id: key.id } },
    });
    expect(ring.verify(old, NOW + HOUR - 1).ok).toBe(true);
    expect(ring.verify(old, NOW + HOUR)).toEqual({ ok: false, error: 'wrong' });
  });

  it('rotates without grace when none is given, and a second rotation ends the first grace', async () => {
    const store = new MemoryStore();
    const { key, token: first } = await mustCreate(store.records);
    const second = await rotateKey(store.records, key.id, HOUR, act(), random);
    await rotateKey(store.records, key.id, 0, act(), random);
    const ring = await ringOf(store);
    expect(ring.verify(first, NOW)).toEqual({ ok: false, error: 'wrong' });
    expect(second.ok && ring.verify(second.value.token, NOW)).toEqual({ ok: false, error: 'wrong' });
  });

  it('that is unknown, revoked or expired is not rotated', async () => {
    const store = new MemoryStore();
    const { key } = await mustCreate(store.records, { expiresAt: NOW + HOUR });
    const rotate = (id: string, at: number) => rotateKey(store.records, id, 0, act(at), random);
    expect(await rotate('0'.repeat(16), NOW)).toEqual({ ok: false, error: 'unknown' });
    expect(await rotate(key.id, NOW + HOUR)).toEqual({ ok: false, error: 'expired' });
    await revokeKey(store.records, key.id, act());
    expect(await rotate(key.id, NOW)).toEqual({ ok: false, error: 'revoked' });
  });

  it('stays revoked when a rotation that read it before writes after', async () => {
    const store = new MemoryStore();
    const { key, token } = await mustCreate(store.records);
    const { getRecord } = store.records;
    const before = await store.records.getRecord('key', key.id);
    await revokeKey(store.records, key.id, act());
    store.records.getRecord = (_, name) => Promise.resolve(name === key.id ? before : null);
    const rotated = await rotateKey(store.records, key.id, HOUR, act(), random);
    store.records.getRecord = getRecord.bind(store.records);
    const ring = await ringOf(store);
    expect(rotated.ok && ring.verify(rotated.value.token, NOW)).toEqual({ ok: false, error: 'revoked' });
    expect(ring.verify(token, NOW)).toEqual({ ok: false, error: 'revoked' });
  });

  it('is revoked once; doing it again changes and records nothing', async () => {
    const store = new MemoryStore();
    const { key } = await mustCreate(store.records);
    await revokeKey(store.records, key.id, act(NOW + 1));
    const again = await revokeKey(store.records, key.id, act(NOW + 2));
    expect(again).toMatchObject({ ok: true, value: { revokedAt: NOW + 1 } });
    expect(await auditOf(store)).toHaveLength(2);
    expect(await revokeKey(store.records, '0'.repeat(16), act())).toEqual({ ok: false, error: 'unknown' });
  });

  it('takes with it what a thief reported since, and leaves the rest', async () => {
    const store = new MemoryStore();
    const { key } = await mustCreate(store.records);
    const said = (id: string, address: string) =>
      recordOf(address, { id, reporter: { id: key.id, trusted: false } });
    await store.recordVerdicts([said('old', '2a00:1450:1::1')], NOW - DAY);
    await store.recordVerdicts([said('a', '2a00:1450:2::1'), said('b', '2a00:1450:3::1')], NOW);
    await revokeKey(store.records, key.id, act());
    expect(await retractReports(store, key.id, NOW - HOUR, act())).toBe(2);
    expect((await auditOf(store))[0]).toMatchObject({
      act: 'key.retract',
      detail: { since: NOW - HOUR, retracted: 2 },
    });
    expect(await store.retractVerdict(key.id, 'old', NOW)).toBe(true);
  });
});

describe('a process', () => {
  it('knows of a key and of its end after the next refresh, whoever changed it', async () => {
    const store = new MemoryStore();
    const followed = await followKeys(store.records, never);
    const { key, token } = await mustCreate(store.records);
    expect(followed.current.verify(token, NOW)).toEqual({ ok: false, error: 'unknown' });
    await followed.refresh();
    expect(followed.current.verify(token, NOW).ok).toBe(true);
    await revokeKey(store.records, key.id, act());
    await followed.refresh();
    expect(followed.current.verify(token, NOW)).toEqual({ ok: false, error: 'revoked' });
  });

  it('lists keys oldest first, without number', async () => {
    const store = new MemoryStore();
    for (let i = 0; i < 600; i++) await mustCreate(store.records, { label: `key ${i}` }, NOW + i);
    const keys = await readKeys(store.records);
    expect(keys.map(({ label }) => label)).toEqual(Array.from({ length: 600 }, (_, i) => `key ${i}`));
  });

  it('does not start on records it cannot understand', async () => {
    const store = new MemoryStore();
    const audit = { at: NOW, actor: 'x', act: 'x', target: 'x', reason: null, detail: null };
    await store.records.changeRecords([{ kind: 'key', key: 'x', value: { of: 'another version' } }], audit);
    await expect(followKeys(store.records, never)).rejects.toThrow();
  });
});
