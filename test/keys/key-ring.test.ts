import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readKeys } from '../../lib/keys/key-records.ts';
import { KeyRing } from '../../lib/keys/key-ring.ts';
import { revokeKey } from '../../lib/keys/keys.ts';
import { formatToken, newSecret } from '../../lib/keys/token.ts';
import { MemoryStore } from '../../lib/store/memory/store.ts';
import { HOUR, NOW } from '../support/records.ts';
import { act, mustCreate, random, seededRandomness } from './build.ts';

describe('who is let in', () => {
  it('tells apart for us what it does not tell the client', async () => {
    const store = new MemoryStore();
    const good = await mustCreate(store.records);
    const expired = await mustCreate(store.records, { expiresAt: NOW + HOUR });
    const revoked = await mustCreate(store.records);
    await revokeKey(store.records, revoked.key.id, act());
    const ring = new KeyRing(await readKeys(store.records));
    const later = NOW + HOUR;
    const wrong = formatToken({ id: good.key.id, secret: newSecret(random) });
    const wrongRevoked = formatToken({ id: revoked.key.id, secret: newSecret(random) });
    const unknown = formatToken({ id: 'f'.repeat(16), secret: newSecret(random) });
    expect(ring.verify(good.token, later).ok).toBe(true);
    expect(ring.verify(expired.token, later - 1).ok).toBe(true);
    const errors = [expired.token, revoked.token, wrong, wrongRevoked, unknown, 'pw_guess', ''].map(
      (token) => {
        const verified = ring.verify(token, later);
        return verified.ok || verified.error;
      },
    );
    expect(errors).toEqual(['expired', 'revoked', 'wrong', 'wrong', 'unknown', 'malformed', 'malformed']);
  });

  it('lets in nobody whose token differs in one place', async () => {
    const store = new MemoryStore();
    const { token } = await mustCreate(store.records);
    await mustCreate(store.records);
    const ring = new KeyRing(await readKeys(store.records));
    const characters = [...'0123456789abcdefABCZ_-'];
    fc.assert(
      fc.property(fc.nat(token.length - 1), fc.constantFrom(...characters), (at, character) => {
        const forged = token.slice(0, at) + character + token.slice(at + 1);
        expect(ring.verify(forged, NOW).ok).toBe(forged === token);
      }),
      { seed: 42, numRuns: 2000 },
    );
  });

  it('lets in nobody who mixes the parts of two tokens', async () => {
    const store = new MemoryStore();
    const [a, b] = [await mustCreate(store.records), await mustCreate(store.records)];
    const ring = new KeyRing(await readKeys(store.records));
    expect(ring.verify(a.token.slice(0, 20) + b.token.slice(20), NOW)).toEqual({ ok: false, error: 'wrong' });
  });

  it('never takes a stored hash for a secret', async () => {
    const store = new MemoryStore();
    const { key } = await mustCreate(store.records);
    const ring = new KeyRing(await readKeys(store.records));
    expect(ring.verify(formatToken({ id: key.id, secret: key.hash }), NOW)).toEqual({
      ok: false,
      error: 'wrong',
    });
  });
});

describe('whether there are keys', () => {
  it('a ring without any is open to be told so', () => {
    const ring = new KeyRing([]);
    expect([ring.hasAnyKey(), ring.hasUsableKey(NOW)]).toEqual([false, false]);
    const token = formatToken({ id: '0'.repeat(16), secret: newSecret(seededRandomness('none')) });
    expect(ring.verify(token, NOW)).toEqual({ ok: false, error: 'unknown' });
  });

  it('a ring whose keys have all ended is not open', async () => {
    const store = new MemoryStore();
    const { key } = await mustCreate(store.records, { expiresAt: NOW + HOUR });
    const ring = new KeyRing(await readKeys(store.records));
    expect([ring.hasAnyKey(), ring.hasUsableKey(NOW), ring.hasUsableKey(NOW + HOUR)]).toEqual([
      true,
      true,
      false,
    ]);
    await revokeKey(store.records, key.id, act());
    const revoked = new KeyRing(await readKeys(store.records));
    expect([revoked.hasAnyKey(), revoked.hasUsableKey(NOW)]).toEqual([true, false]);
  });
});
