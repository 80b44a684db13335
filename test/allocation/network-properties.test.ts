/** What holds for the network of every address, over 100,000 of them. */
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { hostOf, type Network, networkOf } from '../../lib/allocation/network.ts';
import { Address, bitsOf, equalAddress, parseAddress } from '../../lib/net/address.ts';
import { contains, equalPrefix, type Prefix } from '../../lib/net/prefix.ts';
import { anyV4, spelled } from '../support/address-arbitrary.ts';
import { slowContains } from '../support/address-slow.ts';
import { allocationOf, allocationsOf } from '../support/allocations.ts';
import { facesOf, NAT64, NONE, OWN, PRIVATE_SIX_RD, SIX_RD } from '../support/faces.ts';

describe('for every address', () => {
  /** Published end sites of odd lengths, shared ones, and an operator's translations, all over the space. */
  const crowded = allocationsOf(
    NAT64,
    SIX_RD,
    PRIVATE_SIX_RD,
    allocationOf('2000::/4', { origin: 'prefixlen', endSiteLength: 61 }),
    allocationOf('2a00::/12', { origin: 'assignment-size', endSiteLength: 56, endSites: 2 }),
    allocationOf('3000::/5', { origin: 'assigned', endSiteLength: 127 }),
    allocationOf('fc00::/7', { endSiteLength: 64 }),
    allocationOf('0.0.0.0/1', { origin: 'prefixlen', endSiteLength: 29 }),
    allocationOf('10.0.0.0/8', { endSiteLength: 24 }),
  );

  it.each([
    ['with defaults', NONE, 60_000],
    ['with allocations', crowded, 40_000],
  ])(
    'every spelling gives the same network, and the subject holds the host it is about: %s',
    (_, allocations, numRuns) => {
      fc.assert(
        fc.property(spelled, ({ address, text }) => {
          const parsed = parseAddress(text);
          if (!parsed.ok) return false;
          const network = networkOf(parsed.value, allocations);
          return sameNetwork(network, networkOf(address, allocations)) && makesSense(network);
        }),
        { seed: 42, numRuns },
      );
    },
  );

  it('every face of an IPv4 host has the subject of the host itself', () => {
    fc.assert(
      fc.property(anyV4, (host) => {
        const native = networkOf(host, OWN).subject;
        return facesOf(host).every((face) => {
          const { subject, kind } = networkOf(face, OWN);
          // A customer edge that is no host of the Internet still has its delegated prefix.
          return samePrefix(subject, native) || (kind === '6rd' && native === null && subject?.family === 6);
        });
      }),
      { seed: 42, numRuns: 10_000 },
    );
  });

  it('every address of an end site has that end site', () => {
    fc.assert(
      fc.property(spelled, fc.nat(), ({ address }, low) => {
        const { prefix, subject, kind } = networkOf(address, crowded);
        if (prefix.length > bitsOf(prefix.family) - 4 || kind === 'ipv4-mapped') return true;
        const { family, w0, w1, w2, w3 } = address;
        const spare = low & 7;
        const near = family === 4 ? Address.v4(w0 ^ spare) : Address.v6(w0, w1, w2, w3 ^ spare);
        if (!contains(prefix, near)) return true;
        const other = networkOf(near, crowded);
        return (
          other.kind !== kind || (samePrefix(other.prefix, prefix) && samePrefix(other.subject, subject))
        );
      }),
      { seed: 42, numRuns: 10_000 },
    );
  });
});

/** What holds for every network: the prefix holds the address, the subject the host, and families never meet. */
function makesSense(network: Network): boolean {
  const { address, kind, prefix, subject, ipv4, source, allocation } = network;
  const asked = kind === 'ipv4-mapped' && ipv4 !== null ? ipv4 : address;
  return (
    slowContains(prefix, asked) &&
    (subject === null || slowContains(subject, hostOf(network))) &&
    (subject === null || subject.family === prefix.family || (subject.family === 4 && ipv4 !== null)) &&
    (source === 'default') === (allocation === null)
  );
}

function sameNetwork(a: Network, b: Network): boolean {
  return (
    a.kind === b.kind &&
    samePrefix(a.prefix, b.prefix) &&
    samePrefix(a.subject, b.subject) &&
    equalAddress(hostOf(a), hostOf(b)) &&
    a.source === b.source &&
    a.shared === b.shared &&
    a.special === b.special
  );
}

function samePrefix(a: Prefix | null, b: Prefix | null): boolean {
  return a === null || b === null ? a === b : equalPrefix(a, b);
}
