/** Names as keyed hashes: recognised under one secret, told apart by organisation, and nowhere to be read. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { accountRungs } from '../../lib/accounts/account-names.ts';
import { openAccountNames } from '../../lib/accounts/account-secret.ts';
import { aboveNamed, namedKindOf } from '../../lib/reputation/rung.ts';
import { EmbeddedStore } from '../../lib/store/embedded/store.ts';
import { MemoryStore } from '../../lib/store/memory/store.ts';
import { SEED } from '../support/arbitraries.ts';
import { NOW, recordOf } from '../support/records.ts';

const rung = accountRungs('a secret');
const name = fc.string({ minLength: 1, maxLength: 12 });
const identity = fc.record({
  account: fc.option(name, { nil: undefined }),
  org: fc.option(name, { nil: undefined }),
});

describe('the rung of an account', () => {
  it('is the same for the same pair of names and no other, and nothing for none', () => {
    fc.assert(
      fc.property(identity, identity, (a, b) => {
        const same = a.account === b.account && a.org === b.org;
        return (rung(a) === rung(b)) === same && rung({ ...a }) === rung(a);
      }),
      { seed: SEED, numRuns: 3000 },
    );
    expect(rung({})).toBeUndefined();
  });

  it('belongs to its organisation, and to none when it names none', () => {
    const anna = rung({ account: 'anna', org: 'example' }) ?? '';
    const whole = rung({ org: 'example' }) ?? '';
    expect([namedKindOf(anna), namedKindOf(whole)]).toEqual(['member', 'member']);
    expect(aboveNamed(anna)).toBe(aboveNamed(whole));
    expect(anna).not.toBe(whole);
    expect(aboveNamed(rung({ account: 'anna' }) ?? '')).toBeNull();
  });

  it('is another one under another secret', () => {
    const other = accountRungs('another secret');
    expect(other({ account: 'anna' })).not.toBe(rung({ account: 'anna' }));
    expect(aboveNamed(other({ org: 'example' }) ?? '')).not.toBe(aboveNamed(rung({ org: 'example' }) ?? ''));
  });
});

describe('the secret', () => {
  it('is made once by whoever comes first, and audited without being told', async () => {
    const { records } = new MemoryStore();
    const all = await Promise.all([1, 2, 3].map((i) => openAccountNames(records, null, NOW + i)));
    const rungs = all.map((of) => of({ account: 'anna' }));
    expect(new Set(rungs).size).toBe(1);
    expect((await openAccountNames(records, null, NOW + 9))({ account: 'anna' })).toBe(rungs[0]);
    const { items } = await records.listAudit({ limit: 9 });
    expect(items).toMatchObject([{ act: 'secret.create', target: 'account-names', detail: null }]);
  });

  it('is the operator’s own where one is given, and then never in the store', async () => {
    const { records } = new MemoryStore();
    const own = await openAccountNames(records, 'from the environment of it all', NOW);
    expect(own({ account: 'anna' })).toBe(
      accountRungs('from the environment of it all')({ account: 'anna' }),
    );
    expect((await records.listRecords('secret', { limit: 9 })).items).toEqual([]);
  });
});

describe('a store on disk', () => {
  it('holds no name of an account or an organisation', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'prefixwise-names-'));
    const store = new EmbeddedStore(folder);
    const names = await openAccountNames(store.records, null, NOW);
    const account = names({ account: 'anna.mailbox', org: 'acme.organisation' });
    await store.recordVerdicts([recordOf('2a00:1450:1:1::1', { id: 'findable-id', account })], NOW);
    await store.close();
    const bytes = readdirSync(folder)
      .map((file) => readFileSync(join(folder, file), 'latin1'))
      .join('');
    expect(bytes).toContain('findable-id');
    expect(bytes).not.toMatch(/anna|acme/);
    rmSync(folder, { recursive: true });
  });
});
