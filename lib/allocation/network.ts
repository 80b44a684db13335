/**
 * From an address to the network it stands for: its kind, the prefix one end site holds, and the subject that evidence
 * is kept under. Lookups and verdicts both name the subject with this one function, so the two can never drift apart.
 */
import type { Address } from '../net/address.ts';
import { classify, type Kind, type Translation } from '../net/kind.ts';
import { hostPrefix, Prefix } from '../net/prefix.ts';
import { isGlobalUnicastV4 } from '../net/special.ts';
import { type Allocation, type Allocations, askedOf } from './allocation.ts';

/** Where the prefix comes from; `published` is a network's own word, `operator` ours. */
export type NetworkSource = 'default' | 'published' | 'operator';

export interface Network {
  readonly address: Address;
  readonly kind: Kind;
  /** What one end site holds; an answer about the address holds for all of it. */
  readonly prefix: Prefix;
  /** The identity evidence is kept under; null when the address is not rateable. */
  readonly subject: Prefix | null;
  readonly source: NetworkSource;
  /** The statement that decided the prefix or the subject; null for the default. */
  readonly allocation: Allocation | null;
  /** The IPv4 host inside a translated or tunnelled address, or of an ISATAP identifier. */
  readonly ipv4: Address | null;
  /** The special-purpose block the address (or its embedded IPv4) is in. */
  readonly special: string | null;
  /** Whether several sites share the end-site prefix (CGN, RFC 9977 section 3.2). */
  readonly shared: boolean;
}

/** Default end site of IPv6: one subnet, the narrowest that one host fills (RFC 7934 section 3, RFC 6177 section 2). */
const DEFAULT_V6_LENGTH = 64;
const DEFAULT_V4_LENGTH = 32;

/** An end site with the statement that made it so. */
interface EndSite {
  readonly prefix: Prefix;
  readonly allocation: Allocation | null;
}

/** Classifies the address and folds it to its prefix and subject, as the contract's table of kinds says. */
export function networkOf(address: Address, allocations: Allocations): Network {
  const allocation = allocations.match(address) ?? null;
  const translation = translationOf(allocation);
  const { kind, ipv4, special, delegated } = classify(address, translation);
  const base = { address, kind, ipv4, special };
  switch (kind) {
    case 'ipv4':
    case 'ipv6':
    case 'isatap':
      return rated(base, endSiteOf(address, allocation));
    case 'ipv4-mapped': {
      const site = ipv4 && rateableV4(ipv4, allocations);
      return site ? rated(base, site) : unrated(base, hostPrefix(ipv4 ?? address));
    }
    case '6to4':
    case 'teredo':
    case 'nat64': {
      const site = ipv4 && rateableV4(ipv4, allocations);
      // Whoever publishes 2002::/16 or 64:ff9b::/96 has no say in these; an operator who declared the translation has.
      const declared = translation === undefined ? null : allocation;
      if (!site) return unrated(base, hostPrefix(address), declared);
      return folded(base, delegated ?? hostPrefix(address), site, declared);
    }
    case '6rd': {
      const prefix = delegated ?? hostPrefix(address);
      const site = ipv4 && rateableV4(ipv4, allocations);
      return site ? folded(base, prefix, site, allocation) : rated(base, { prefix, allocation });
    }
    case 'special':
      return allocation?.origin === 'operator'
        ? rated(base, endSiteOf(address, allocation))
        : unrated(base, hostPrefix(address));
    case 'ipv4-translated':
    case 'ipv4-compatible':
      return unrated(base, hostPrefix(address));
  }
}

/** As `networkOf`, of allocations that may have to be read first; rejects when they cannot be. */
export function networkRead(address: Address, allocations: Allocations): Network | Promise<Network> {
  if (allocations.parts === undefined) return networkOf(address, allocations);
  return askedOf(allocations, (state) => networkOf(address, state));
}

/** The machine the subject's evidence is about: the embedded IPv4 host where the subject is IPv4, else the address. */
export function hostOf({ address, ipv4, subject }: Network): Address {
  return subject?.family === 4 && ipv4 !== null ? ipv4 : address;
}

type Base = Pick<Network, 'address' | 'kind' | 'ipv4' | 'special'>;

/** The translation an operator declared for the block; only an operator can, a publisher's word decodes nothing. */
function translationOf(allocation: Allocation | null): Translation | undefined {
  if (allocation?.origin !== 'operator') return undefined;
  const { mechanism, prefix, ipv4MaskLength, ipv4Prefix } = allocation;
  if (mechanism === 'nat64') return { mechanism, prefix };
  if (mechanism === '6rd') return { mechanism, prefix, ipv4MaskLength, ipv4Prefix };
  return undefined;
}

function endSiteOf(address: Address, allocation: Allocation | null): EndSite {
  const length = allocation?.endSiteLength ?? (address.family === 4 ? DEFAULT_V4_LENGTH : DEFAULT_V6_LENGTH);
  return { prefix: Prefix.covering(address, length), allocation };
}

/** The end site of an embedded IPv4 host, or null when that host cannot be on the public Internet nor is our own. */
function rateableV4(ipv4: Address, allocations: Allocations): EndSite | null {
  const allocation = allocations.match(ipv4) ?? null;
  if (!isGlobalUnicastV4(ipv4) && allocation?.origin !== 'operator') return null;
  return endSiteOf(ipv4, allocation);
}

function rated(base: Base, { prefix, allocation }: EndSite): Network {
  return assembled(base, prefix, prefix, allocation, isShared(allocation));
}

/** Evidence belongs to the IPv4 host behind the address, so that one sender has one reputation and not five. */
function folded(base: Base, prefix: Prefix, site: EndSite, allocation: Allocation | null): Network {
  const shared = isShared(site.allocation) || isShared(allocation);
  return assembled(base, prefix, site.prefix, allocation ?? site.allocation, shared);
}

function unrated(base: Base, prefix: Prefix, allocation: Allocation | null = null): Network {
  return assembled(base, prefix, null, allocation, false);
}

/** Field by field: V8 takes a microsecond for every field that follows a spread, and each lookup comes through here. */
function assembled(
  { address, kind, ipv4, special }: Base,
  prefix: Prefix,
  subject: Prefix | null,
  allocation: Allocation | null,
  shared: boolean,
): Network {
  const source = sourceOf(allocation);
  return { address, kind, prefix, subject, source, allocation, ipv4, special, shared };
}

function sourceOf(allocation: Allocation | null): NetworkSource {
  if (!allocation) return 'default';
  return allocation.origin === 'operator' ? 'operator' : 'published';
}

function isShared(allocation: Allocation | null): boolean {
  return (allocation?.endSites ?? 1) > 1;
}
