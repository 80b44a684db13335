/**
 * Both lists in memory, and the one question of a lookup: which entry holds for this network?
 *
 * The longest entry in force wins; of two for the same block the allow entry. Families never meet, but an address that shows
 * an IPv4 host (IPv4-mapped, 6to4, Teredo, NAT64, 6rd) is also asked about as that host, exactly when the host is whose
 * reputation counts: an allow entry for 10.0.0.0/8 never covers a 6to4 address that claims to be from there.
 *
 * Lengths of the two families compare by what they leave open of the address's own network: an entry for the IPv4 host
 * itself says as much as one for the whole prefix of the end site, and each bit shorter says one bit less. So for
 * 2002:cb00:7107::/48 an entry for 203.0.113.7 counts as /48, one for 203.0.113.0/24 as /40; an entry for 2002::/16 is
 * outdone by both, one for a subnet /64 of that site outdoes them.
 *
 * Blocks are either apart or one in the other, so they are kept sorted, each with the next wider one around it: a binary
 * search finds the innermost, and expired entries are passed over outwards.
 */
import type { Network } from '../allocation/network.ts';
import { type Address, compareAddress } from '../net/address.ts';
import {
  comparePrefix,
  contains,
  covers,
  equalPrefix,
  firstAddress,
  formatPrefix,
  type Prefix,
} from '../net/prefix.ts';
import type { Listing } from '../policy/decide.ts';
import type { RecordStore } from '../store/records.ts';
import { isInForce, type ListEntry } from './list-entry.ts';
import { readLists } from './list-records.ts';

interface Block {
  readonly prefix: Prefix;
  readonly first: Address;
  /** The next wider block around it; null when there is none. */
  readonly around: Block | null;
  /** Best first: allow before block, by hand before imported. */
  readonly entries: readonly ListEntry[];
}

/** An entry with the length it counts as. */
interface Candidate {
  readonly entry: ListEntry;
  readonly length: number;
}

export class ListIndex {
  /** In order of first address, a block before the blocks in it. */
  readonly #blocks: readonly Block[];

  constructor(entries: readonly ListEntry[]) {
    this.#blocks = blocksOf(entries);
  }

  /** The entry that holds for the network's address at time `now` (epoch milliseconds). */
  listingOf(network: Network, now: number): Listing | null {
    const { address, kind, ipv4, prefix } = network;
    if (this.#blocks.length === 0) return null;
    const own = this.#longest(kind === 'ipv4-mapped' && ipv4 !== null ? ipv4 : address, now);
    const host = hiddenHost(network);
    const hidden = host === null ? null : this.#longest(host, now);
    const folded = hidden && { entry: hidden.entry, length: prefix.length - 32 + hidden.length };
    const best = better(own, folded);
    if (best === null) return null;
    const { list, reason, expires } = best.entry;
    return { list, prefix: formatPrefix(best.entry.prefix), reason, expires };
  }

  /**
   * Whether an entry in force covers a part of the network's prefix only: then an answer about one of its addresses does not
   * hold for the others, and must not be cached by prefix.
   */
  divides({ prefix }: Network, now: number): boolean {
    const start = this.#countWhile((block) => comparePrefix(block.prefix, prefix) <= 0);
    for (const block of this.#from(start)) {
      if (!contains(prefix, block.first)) return false;
      if (inForce(block, now) !== undefined) return true;
    }
    return false;
  }

  /** The innermost entry in force around an address. */
  #longest(address: Address, now: number): Candidate | null {
    const before = this.#countWhile((candidate) => compareAddress(candidate.first, address) <= 0);
    let block: Block | null = this.#blocks[before - 1] ?? null;
    for (; block !== null; block = block.around) {
      if (!contains(block.prefix, address)) continue;
      const entry = inForce(block, now);
      if (entry !== undefined) return { entry, length: block.prefix.length };
    }
    return null;
  }

  /** How many blocks there are before the first one of which `holds` is false; from there on it must stay false. */
  #countWhile(holds: (block: Block) => boolean): number {
    let low = 0;
    let high = this.#blocks.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const block = this.#blocks[middle];
      if (block !== undefined && holds(block)) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  *#from(start: number): Generator<Block> {
    for (let i = start; i < this.#blocks.length; i++) {
      const block = this.#blocks[i];
      if (block !== undefined) yield block;
    }
  }
}

/**
 * The lists of a store as they are now. Rejects when they cannot be read. `onError` is told of entries that this version
 * cannot understand; they are left out.
 */
export async function readListIndex(
  records: RecordStore,
  onError: (error: unknown) => void,
): Promise<ListIndex> {
  return new ListIndex(await readLists(records, onError));
}

/** The IPv4 host behind an IPv6 address, when its reputation is that host's. */
function hiddenHost({ address, kind, ipv4, subject }: Network): Address | null {
  return address.family === 6 && kind !== 'ipv4-mapped' && subject?.family === 4 ? ipv4 : null;
}

/** The longer one; of equals the one that allows, then the one that names the address as it is. */
function better(own: Candidate | null, hidden: Candidate | null): Candidate | null {
  if (own === null || hidden === null) return own ?? hidden;
  if (own.length !== hidden.length) return own.length > hidden.length ? own : hidden;
  return own.entry.list === 'allow' || hidden.entry.list === 'block' ? own : hidden;
}

function inForce({ entries }: Block, now: number): ListEntry | undefined {
  return entries.find((entry) => isInForce(entry, now));
}

function blocksOf(entries: readonly ListEntry[]): readonly Block[] {
  const blocks: Block[] = [];
  let around: Block | null = null;
  for (const group of grouped([...entries].sort(compareEntries))) {
    const [{ prefix }] = group;
    while (around !== null && !covers(around.prefix, prefix)) around = around.around;
    around = { prefix, first: firstAddress(prefix), around, entries: group };
    blocks.push(around);
  }
  return blocks;
}

/** Runs of entries for the same block. */
function* grouped(entries: readonly ListEntry[]): Generator<readonly [ListEntry, ...ListEntry[]]> {
  let group: [ListEntry, ...ListEntry[]] | null = null;
  for (const entry of entries) {
    if (group !== null && equalPrefix(group[0].prefix, entry.prefix)) group.push(entry);
    else {
      if (group !== null) yield group;
      group = [entry];
    }
  }
  if (group !== null) yield group;
}

function compareEntries(a: ListEntry, b: ListEntry): number {
  return comparePrefix(a.prefix, b.prefix) || preference(a) - preference(b);
}

function preference({ list, source }: ListEntry): number {
  return (list === 'allow' ? 0 : 2) + (source === null ? 0 : 1);
}
