import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  bearerToken,
  formatToken,
  hashSecret,
  isKeyId,
  newKeyId,
  newSecret,
  parseToken,
} from '../../lib/keys/token.ts';
import { seededRandomness } from './build.ts';

describe('a token', () => {
  it('is read back as it was written, underscores in the secret and all', () => {
    fc.assert(
      fc.property(fc.string(), (seed) => {
        const random = seededRandomness(seed);
        const token = { id: newKeyId(random), secret: newSecret(random) };
        expect(parseToken(formatToken(token))).toEqual(token);
        expect(isKeyId(token.id)).toBe(true);
      }),
      { seed: 42, numRuns: 500 },
    );
  });

  it('is nothing else', () => {
    const good = formatToken({ id: '0'.repeat(16), secret: 'A'.repeat(43) });
    expect(parseToken(good)).not.toBeNull();
    for (const bad of [
      '',
      'pw_',
      `${good} `,
      ` ${good}`,
      `${good}A`,
      good.slice(0, -1),
      good.replace('pw', 'PW'),
      good.replace('0', 'G'),
      `${good}\n`,
    ]) {
      expect(parseToken(bad)).toBeNull();
    }
  });

  it('is not in its hash', () => {
    const secret = newSecret(seededRandomness('x'));
    expect(hashSecret(secret)).not.toContain(secret.slice(0, 8));
    expect(hashSecret(secret)).toHaveLength(43);
  });
});

describe('the Authorization header', () => {
  it.each([
    ['Bearer pw_x', 'pw_x'],
    ['bearer pw_x', 'pw_x'],
    ['BEARER   pw_x ', 'pw_x'],
    ['Bearer', null],
    ['Bearer ', null],
    ['Bearer a b', null],
    ['Basic dXNlcjpwYXNz', null],
    ['pw_x', null],
    ['', null],
    [`Bearer ${'x'.repeat(1000)}`, null],
  ])('%j bears %j', (header, token) => {
    expect(bearerToken(header)).toBe(token);
  });

  it('may be missing', () => {
    expect(bearerToken(undefined)).toBeNull();
  });
});
