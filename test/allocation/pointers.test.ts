/** Which prefixlen file may speak for which space. */
import { describe, expect, it } from 'vitest';
import { PointerMap } from '../../lib/allocation/pointers.ts';
import { parseRange } from '../../lib/allocation/ranges.ts';
import { mustPrefix } from '../support/must-address.ts';

function pointer(objectKey: string, url: string) {
  const range = parseRange(objectKey);
  if (!range.ok) throw new Error(range.error.detail);
  return { objectKey, url, range: range.value };
}

const map = new PointerMap([
  pointer('2a00::/29', 'https://a.example/'),
  pointer('2a00::/32', 'https://b.example/'),
  pointer('2a00:0:1::/48', 'https://a.example/'),
  pointer('193.0.0.0 - 193.0.0.191', 'https://a.example/'),
]);

describe('a file speaks for a block', () => {
  it.each([
    ['a', '2a00::/29', true, 'the object itself'],
    ['a', '2a01::/32', false, 'outside'],
    ['a', '2a07::/32', false, 'outside'],
    ['a', '2a00:7::/32', true, 'inside'],
    ['b', '2a00:7::/32', false, 'another file speaks for it'],
    ['a', '2a00:0:2::/48', false, 'a more specific object points elsewhere'],
    ['b', '2a00:0:2::/48', true, 'to this file'],
    ['a', '2a00:0:1:2::/64', true, 'and a still more specific one back'],
    ['b', '2a00:0:1:2::/64', false, 'so no longer to this one'],
    ['a', '2a00::/28', false, 'wider than the object'],
    ['a', '193.0.0.128/26', true, 'the end of a range that is no block'],
    ['a', '193.0.0.192/26', false, 'just past it'],
    ['a', '193.0.0.0/24', false, 'sticking out of it'],
  ])('%s for %s: %s, %s', (file, block, speaks) => {
    expect(map.speaksFor(`https://${file}.example/`, mustPrefix(block))).toBe(speaks);
  });

  it('or two files do, when two objects with one key point to them', () => {
    const two = new PointerMap([
      pointer('2a00::/32', 'https://a.example/'),
      pointer('2a00::/32', 'https://b.example/'),
    ]);
    expect(two.speaksFor('https://a.example/', mustPrefix('2a00::/48'))).toBe(true);
    expect(two.speaksFor('https://b.example/', mustPrefix('2a00::/48'))).toBe(true);
  });
});

it('names each file once, in order of first mention', () => {
  expect(map.urls()).toEqual(['https://a.example/', 'https://b.example/']);
});
