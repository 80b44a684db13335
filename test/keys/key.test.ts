import { describe, expect, it } from 'vitest';
import { checkKeySpec, type KeySpec } from '../../lib/keys/key.ts';
import { NOW } from '../support/records.ts';
import { SPEC } from './build.ts';

describe('what an administrator may ask of a key', () => {
  it('a reporter with its hosts, a reader, an administrator', () => {
    const reader: KeySpec = { ...SPEC, scopes: ['lookup'], trustedHosts: [] };
    for (const spec of [
      SPEC,
      reader,
      { ...reader, scopes: ['admin'] } satisfies KeySpec,
      { ...SPEC, trusted: true, expiresAt: NOW + 1 },
    ]) {
      expect(checkKeySpec(spec, NOW)).toEqual({ ok: true, value: spec });
    }
  });

  it.each<[string, Partial<KeySpec>, string]>([
    ['no label', { label: '' }, 'label'],
    ['a label of two lines', { label: 'a\nb' }, 'label'],
    ['an endless label', { label: 'x'.repeat(101) }, 'label'],
    ['no scope', { scopes: [], trustedHosts: [] }, 'scopes'],
    ['a scope twice', { scopes: ['report', 'report'] }, 'scopes'],
    ['trust without the right to report', { scopes: ['lookup'], trusted: true, trustedHosts: [] }, 'trusted'],
    ['hosts without the right to report', { scopes: ['lookup'] }, 'trustedHosts'],
    ['hosts that are none', { trustedHosts: ['not a host'] }, 'trustedHosts'],
    ['an end in the past', { expiresAt: NOW }, 'expiresAt'],
    ['an end that is no number', { expiresAt: Number.NaN }, 'expiresAt'],
  ])('not %s', (_, changes, field) => {
    const checked = checkKeySpec({ ...SPEC, ...changes }, NOW);
    expect(checked.ok || checked.error.map((fault) => fault.field)).toEqual([field]);
  });
});
