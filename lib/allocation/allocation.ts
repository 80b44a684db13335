/**
 * An allocation: a statement of how a block is cut into end sites, by the network that holds it or by our operator.
 */
import type { Address } from '../net/address.ts';
import type { Prefix } from '../net/prefix.ts';

/**
 * Who says so, best first: the operator, a prefixlen file (RFC 9977), RPSL `assignment-size` (RIPE AGGREGATED-BY-LIR),
 * an RPSL ASSIGNED object, which is one end site itself.
 */
export const ALLOCATION_ORIGINS = ['operator', 'prefixlen', 'assignment-size', 'assigned'] as const;
export type AllocationOrigin = (typeof ALLOCATION_ORIGINS)[number];

/** How addresses of the block carry a customer: as they stand, or through a translation the operator declared. */
export type Mechanism = 'native' | '6rd' | 'nat64';

export interface Allocation {
  /** The block the statement is about. */
  readonly prefix: Prefix;
  readonly origin: AllocationOrigin;
  /** Length of the prefix one end site holds; at least the block's own length, at most 32 or 128. */
  readonly endSiteLength: number;
  /** How many sites share one end-site prefix (CGN, proxies: RFC 9977 section 3.2); 1 when not shared. */
  readonly endSites: number;
  readonly mechanism: Mechanism;
  /** 6rd (RFC 5969 section 4): high IPv4 bits common to the whole domain, 0 to 32; 0 otherwise. */
  readonly ipv4MaskLength: number;
  /** 6rd: those common bits as a prefix; null when `ipv4MaskLength` is 0. */
  readonly ipv4Prefix: Prefix | null;
  /** When the statement was made or read: epoch seconds. */
  readonly date: number;
  /** The URL, file or registry object it was read from, or the operator's note. */
  readonly reference: string;
}

/** What a lookup needs of the published data: the best statement about one address. */
export interface Allocations {
  /**
   * The allocation that holds for the address: best origin first, then longest match; undefined when none covers it, or
   * when it would have to be read first.
   */
  match(address: Address): Allocation | undefined;
  /** The state of the moment, to be asked through `askedOf`. Left out by who has everything in memory. */
  readonly parts?: () => AllocationParts;
}

/** One state of allocations that are read where they are asked about. */
export interface AllocationParts extends Allocations {
  /**
   * Reads what `match` could not answer from since the last call; null when that was nothing, and its answers hold. Rejects
   * when it cannot be read.
   */
  readLacking(): Promise<void> | null;
}

/**
 * What `ask` finds in the allocations, all of it from one state of them: at once where everything is at hand, else once the
 * parts it asks about are read. Rejects when they cannot be.
 */
export function askedOf<T>(allocations: Allocations, ask: (allocations: Allocations) => T): T | Promise<T> {
  return allocations.parts === undefined ? ask(allocations) : askedOfParts(allocations.parts(), ask);
}

function askedOfParts<T>(parts: AllocationParts, ask: (allocations: Allocations) => T): T | Promise<T> {
  const found = ask(parts);
  const reading = parts.readLacking();
  return reading === null ? found : reading.then(() => askedOfParts(parts, ask));
}
