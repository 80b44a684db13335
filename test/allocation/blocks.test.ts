/** A table as blocks: what goes in comes out, damage is refused, and a cold function needs the root and one leaf. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Allocation } from '../../lib/allocation/allocation.ts';
import { idOf, seal } from '../../lib/allocation/block.ts';
import { assembleTable, encodeTable } from '../../lib/allocation/blocks.ts';
import { ByteWriter } from '../../lib/allocation/bytes.ts';
import { ColdTable } from '../../lib/allocation/cold-table.ts';
import { decodeLeaf } from '../../lib/allocation/leaf.ts';
import { decodeRoot, encodeRoot, type Root } from '../../lib/allocation/root.ts';
import { AllocationTable } from '../../lib/allocation/table.ts';
import { Address } from '../../lib/net/address.ts';
import { mustAddress } from '../support/must-address.ts';
import { anyAllocation, edgesOf } from './allocation-arbitrary.ts';

const BUILT = 1_790_000_000;

function rootOf(block: Uint8Array): Root {
  const root = decodeRoot(block);
  if (!root.ok) throw new Error(root.error.detail);
  return root.value;
}

function assembled(root: Root, leaves: readonly Uint8Array[]): AllocationTable {
  const table = assembleTable(root, leaves);
  if (!table.ok) throw new Error(table.error.detail);
  return table.value;
}

/** What a table says where; the numbers of its statements are its own. */
function rangesOf(table: AllocationTable): object[] {
  return [...table.stated()].map(({ first, last, statement }) => ({ first, last, statement }));
}

const someAllocations = fc.sample(anyAllocation, { seed: 42, numRuns: 300 });
const someTable = AllocationTable.of(someAllocations);
const encoded = encodeTable(someTable, { built: BUILT, leafBytes: 400 });

describe('a table as a root and leaves', () => {
  it('comes back as it was, whatever the size of a leaf', () => {
    fc.assert(
      fc.property(
        fc.array(anyAllocation, { maxLength: 24 }),
        fc.integer({ min: 1, max: 300 }),
        (allocations, leafBytes) => {
          const table = AllocationTable.of(allocations);
          const { root, leaves } = encodeTable(table, { built: BUILT, leafBytes });
          const back = assembled(
            rootOf(root),
            leaves.map((leaf) => leaf.bytes),
          );
          expect(rangesOf(back)).toEqual(rangesOf(table));
          expect(back.allocations).toBe(allocations.length);
        },
      ),
      { seed: 42, numRuns: 300 },
    );
  });

  it('says when it was built and from how much', () => {
    expect(rootOf(encoded.root)).toMatchObject({ built: BUILT, allocations: 300 });
  });

  it('is the same bytes for the same table', () => {
    expect(encodeTable(AllocationTable.of(someAllocations), { built: BUILT, leafBytes: 400 })).toEqual(
      encoded,
    );
  });

  it('may be empty', () => {
    const { root, leaves } = encodeTable(AllocationTable.empty, { built: BUILT });
    expect(leaves).toEqual([]);
    expect(rootOf(root).leafFor(mustAddress('2a00::'))).toBeUndefined();
    expect(assembled(rootOf(root), []).match(mustAddress('2a00::'))).toBeUndefined();
  });

  it('refuses leaves that are missing, left over, changed or in another order', () => {
    const root = rootOf(encoded.root);
    const bytes = encoded.leaves.map((leaf) => leaf.bytes);
    const detail = (leaves: readonly Uint8Array[]) => assembleTable(root, leaves);
    const refusal = (text: string) => ({ ok: false, error: { kind: 'bad-block', detail: text } });
    expect(bytes.length).toBeGreaterThan(4);
    expect(detail(bytes.slice(1))).toEqual(refusal('a leaf is not the one its root lists'));
    expect(detail(bytes.slice(0, -1))).toEqual(refusal('there are fewer leaves than the root lists'));
    expect(detail([...bytes, new Uint8Array(9)])).toEqual(
      refusal('there are more leaves than the root lists'),
    );
    expect(detail(bytes.toReversed())).toEqual(refusal('a leaf is not the one its root lists'));
  });
});

describe('damage', () => {
  const [leaf] = encoded.leaves;
  const blocks = { root: encoded.root, leaf: leaf?.bytes ?? new Uint8Array(0) };
  const decode = { root: decodeRoot, leaf: decodeLeaf };

  it.each(['root', 'leaf'] as const)('of any one byte of a %s is refused', (kind) => {
    const good = blocks[kind];
    expect(decode[kind](good).ok).toBe(true);
    for (let at = 0; at < good.length; at++) {
      const bad = good.slice();
      bad[at] = (bad[at] ?? 0) ^ 0x10;
      expect(decode[kind](bad)).toMatchObject({ ok: false, error: { kind: 'bad-block' } });
    }
  });

  it.each(['root', 'leaf'] as const)('that cuts a %s short anywhere is refused', (kind) => {
    const good = blocks[kind];
    for (let length = 0; length < good.length; length++)
      expect(decode[kind](good.slice(0, length)).ok).toBe(false);
  });

  it.each(['root', 'leaf'] as const)('under a good checksum is refused or harmless in a %s', (kind) => {
    const content = blocks[kind].slice(3, -4);
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat({ max: content.length - 1 }), fc.nat({ max: 255 })), {
          minLength: 1,
          maxLength: 4,
        }),
        fc.nat({ max: content.length }),
        (changes, length) => {
          const bad = content.slice(0, length % 3 === 0 ? length : content.length);
          for (const [at, byte] of changes) if (at < bad.length) bad[at] = byte;
          const writer = new ByteWriter();
          writer.bytes(bad);
          const result = decode[kind](seal(kind, [writer]));
          if (!result.ok) expect(result.error.kind).toBe('bad-block');
        },
      ),
      { seed: 42, numRuns: 3_000 },
    );
  });

  it('is not what a block of another kind or version is called', () => {
    expect(decodeRoot(blocks.leaf)).toMatchObject({ error: { detail: 'these bytes are not a root' } });
    expect(decodeLeaf(blocks.root)).toMatchObject({ error: { detail: 'these bytes are not a leaf' } });
    const newer = blocks.root.slice();
    newer[2] = 2;
    expect(decodeRoot(newer)).toMatchObject({ error: { detail: 'a root has format version 2, not 1' } });
  });

  it('is a leaf that begins elsewhere than its root says, and leaves out of order', () => {
    const bytes = blocks.leaf;
    const elsewhere = rootOf(
      encodeRoot({ built: 0, allocations: 0 }, [{ id: idOf(bytes), start: Address.v6(1, 2, 3, 4) }]),
    );
    expect(assembleTable(elsewhere, [bytes])).toMatchObject({
      error: { detail: 'a leaf begins elsewhere than its root says' },
    });
    const id = '00'.repeat(16);
    const twice = encodeRoot({ built: 0, allocations: 0 }, [
      { id, start: Address.v4(7) },
      { id, start: Address.v4(7) },
    ]);
    expect(decodeRoot(twice)).toMatchObject({ error: { detail: 'leaves of a root are out of order' } });
  });
});

describe('a cold table', () => {
  const root = rootOf(encoded.root);
  const stored = new Map(encoded.leaves.map((leaf) => [leaf.id, leaf.bytes]));

  it('answers like the warm one once it has the one leaf it asks for', () => {
    for (const address of edgesOf(someAllocations)) {
      const table = new ColdTable(root);
      const missing = table.missing(address);
      if (missing !== undefined) {
        expect(table.match(address)).toBeUndefined();
        expect(table.add(missing, stored.get(missing.id) ?? new Uint8Array(0))).toEqual({
          ok: true,
          value: undefined,
        });
      }
      expect(table.missing(address)).toBeUndefined();
      expect(table.match(address)).toEqual(someTable.match(address));
    }
  });

  it('refuses a leaf of another table, and goes on without it', () => {
    const table = new ColdTable(root);
    const address =
      someAllocations[0]?.prefix === undefined ? mustAddress('::') : edgesOf(someAllocations)[0];
    const missing = address && table.missing(address);
    const other = encoded.leaves.find((leaf) => leaf.id !== missing?.id);
    expect(missing && other && table.add(missing, other.bytes)).toMatchObject({ ok: false });
    expect(address && table.match(address)).toBeUndefined();
  });

  it('keeps so many leaves and no more: the one asked for longest ago is fetched again', () => {
    const table = new ColdTable(root, 2);
    const [a, b, c] = encoded.leaves;
    if (a === undefined || b === undefined || c === undefined)
      throw new Error('too few leaves for this test');
    table.add(a, a.bytes);
    table.add(b, b.bytes);
    table.match(a.start);
    table.add(c, c.bytes);
    expect([a, b, c].map((leaf) => table.missing(leaf.start)?.id)).toEqual([undefined, b.id, undefined]);
  });
});

it('provenance and every other field survive: operator entries with a translation too', () => {
  const entry: Allocation = {
    prefix:
      someAllocations[0]?.prefix ??
      (() => {
        throw new Error('none');
      })(),
    origin: 'operator',
    endSiteLength: someAllocations[0]?.endSiteLength ?? 0,
    endSites: 9_999_999,
    mechanism: '6rd',
    ipv4MaskLength: 8,
    ipv4Prefix: null,
    date: BUILT,
    reference: 'Büro \u{1f4e1}',
  };
  const { root, leaves } = encodeTable(AllocationTable.of([entry]), { built: BUILT });
  const back = assembled(
    rootOf(root),
    leaves.map((leaf) => leaf.bytes),
  );
  const [first] = edgesOf([entry]);
  expect(first && back.match(first)).toEqual(entry);
});
