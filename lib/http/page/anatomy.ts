/**
 * The anatomy of an address: which of its bits say what. Runs of bits with one meaning, in order, without gaps.
 */
import type { Network } from '../../allocation/network.ts';
import { type Address, bitsOf, formatAddress } from '../../net/address.ts';
import { classify } from '../../net/kind.ts';
import { formatPrefix } from '../../net/prefix.ts';
import { registryBlockOf } from '../../net/registry-blocks.ts';
import { blockOf } from '../../net/special.ts';
import { bitsAt, nibblesOf } from './bits.ts';
import { interfaceHint } from './interface-hint.ts';

/** What bits are, and how they are coloured. */
export type Role =
  | 'marker'
  | 'registry'
  | 'allocation'
  | 'site'
  | 'subnet'
  | 'interface'
  | 'ipv4'
  | 'port'
  | 'filler';

/** A run of bits with one meaning, from bit `from` up to but without bit `to`. */
export interface Segment {
  readonly role: Role;
  readonly from: number;
  readonly to: number;
  readonly name: string;
  /** The bits as a reader knows them: hex digits, a dotted quad, a port. */
  readonly value: string;
  readonly meaning: string;
}

/** A run before its start is known: it begins where the one before ends. */
type Cut = readonly [to: number, role: Role, name: string, meaning: string, value?: string];

/** The segments of the address of a network. */
export function anatomyOf(network: Network): readonly Segment[] {
  const { address } = network;
  const segments: Segment[] = [];
  let from = 0;
  for (const [to, role, name, meaning, value] of [...cutsOf(network), restOf(network)]) {
    if (to <= from) continue;
    segments.push({ role, from, to, name, meaning, value: value ?? digitsOf(address, from, to) });
    from = to;
  }
  return segments;
}

function cutsOf(network: Network): readonly Cut[] {
  if (network.address.family === 4) return network.kind === 'special' ? inSpecial(network) : inIpv4(network);
  switch (network.kind) {
    case '6to4':
      return [
        [16, 'marker', '6to4', 'The block of 6to4 routers (RFC 3056).'],
        innerHost(network, 48),
        SUBNETS,
      ];
    case 'teredo':
      return inTeredo(network);
    case 'nat64':
      return inNat64(network);
    case '6rd':
      return inSixRd(network);
    case 'isatap':
      return [...inIpv6(network), ISATAP_MARK, innerHost(network, 128)];
    case 'ipv4-mapped':
    case 'ipv4-translated':
    case 'ipv4-compatible':
      return [[96, 'marker', 'Notation', 'Says that an IPv4 address follows.'], innerHost(network, 128)];
    case 'special':
      return inSpecial(network);
    default:
      return inIpv6(network);
  }
}

const SUBNETS: Cut = [64, 'subnet', 'Subnet', 'Which network inside the end site; the site chooses it.'];
const ISATAP_MARK: Cut = [
  96,
  'marker',
  'ISATAP',
  'Says that the host made its identifier from an IPv4 address (RFC 5214).',
];

function inIpv6(network: Network): readonly Cut[] {
  const { address, prefix, allocation } = network;
  const registry = registryBlockOf(address);
  const block = allocation?.prefix.length ?? Math.min(32, prefix.length);
  return [
    registry === undefined
      ? [Math.min(3, block), 'registry', 'Global unicast', 'Addresses of the public Internet (RFC 4291).']
      : [
          Math.min(registry.prefix.length, block),
          'registry',
          'Registry',
          `${registry.registry} hands out addresses of ${formatPrefix(registry.prefix)}.`,
        ],
    allocationCut(network, block, 'No plan is published; a provider usually holds a /32.'),
    siteCut(network),
    SUBNETS,
  ];
}

function inIpv4(network: Network): readonly Cut[] {
  const block = network.allocation?.prefix.length ?? Math.min(24, network.prefix.length);
  return [
    allocationCut(network, block, 'The neighbourhood: a /24 is the smallest block routed on its own.'),
    siteCut(network),
  ];
}

function allocationCut({ allocation }: Network, length: number, unpublished: string): Cut {
  const meaning =
    allocation === null
      ? unpublished
      : `${formatPrefix(allocation.prefix)}, as ${allocation.reference} says.`;
  return [length, 'allocation', 'Allocation', meaning];
}

function siteCut({ prefix, source }: Network): Cut {
  const why =
    source === 'default'
      ? `a /${prefix.length} unless somebody says otherwise`
      : `a /${prefix.length} by that plan`;
  return [prefix.length, 'site', 'End site', `Which customer: ${why}.`];
}

function inSpecial(network: Network): readonly Cut[] {
  const { address, special, allocation } = network;
  const length = blockOf(address)?.prefix.length ?? 0;
  const mark: Cut = [
    length,
    'marker',
    'Special-purpose block',
    `The registry's name for it is ${special ?? 'reserved'}.`,
  ];
  if (allocation === null) return [mark];
  const block = allocationCut(network, allocation.prefix.length, '');
  return address.family === 4 ? [mark, block, siteCut(network)] : [mark, block, siteCut(network), SUBNETS];
}

function inTeredo(network: Network): readonly Cut[] {
  const { teredo } = classify(network.address);
  if (teredo === undefined) return [];
  const { server, port, flags } = teredo;
  return [
    [32, 'marker', 'Teredo', 'The block of Teredo clients (RFC 4380).'],
    [64, 'filler', 'Teredo server', 'The server that told the client its address.', formatAddress(server)],
    [80, 'filler', 'Flags', 'Kind of NAT, and random bits.', `0x${flags.toString(16).padStart(4, '0')}`],
    [96, 'port', 'UDP port', 'Of the client on the outside of its NAT, stored inverted.', String(port)],
    innerHost(network, 128, ', stored inverted'),
  ];
}

/** RFC 6052 section 2.2: the IPv4 address steps over the octet from bit 64. */
function inNat64(network: Network): readonly Cut[] {
  const length = network.allocation?.mechanism === 'nat64' ? network.allocation.prefix.length : 96;
  const mark: Cut = [
    length,
    'marker',
    'NAT64',
    'The prefix of a translator: an IPv4 host follows (RFC 6052).',
  ];
  if (length === 96) return [mark, innerHost(network, 128)];
  const beyond = 32 - (64 - length);
  return [
    mark,
    innerHost(network, 64),
    [72, 'filler', 'Reserved octet', 'Always zero (RFC 6052).'],
    innerHost(network, 72 + beyond),
    [128, 'filler', 'Suffix', 'Not used.'],
  ];
}

function inSixRd(network: Network): readonly Cut[] {
  const { allocation, prefix } = network;
  if (allocation === null) return inIpv6(network);
  return [
    [
      allocation.prefix.length,
      'allocation',
      '6rd domain',
      `${formatPrefix(allocation.prefix)}, as declared by the operator.`,
    ],
    innerHost(network, prefix.length),
    SUBNETS,
  ];
}

function innerHost({ ipv4 }: Network, to: number, how = ''): Cut {
  const host = ipv4 === null ? '' : formatAddress(ipv4);
  return [to, 'ipv4', 'IPv4 address', `The IPv4 host inside${how}.`, host];
}

/** What is left after all else. */
function restOf({ address, kind, prefix, allocation }: Network): Cut {
  const bits = bitsOf(address.family);
  if (kind === 'special' && allocation === null)
    return [bits, 'interface', 'Inside the block', 'Has no meaning outside of it.'];
  if (address.family === 4) return [bits, 'interface', 'Host', 'A machine of the end site.'];
  const inSite = prefix.length > 64 ? 'Host' : 'Interface identifier';
  return [bits, 'interface', inSite, interfaceHint(address)];
}

/** Hex digits of the bits, IPv4 in decimal; a digit that is cut shows on both sides. */
function digitsOf(address: Address, from: number, to: number): string {
  if (address.family === 4) {
    const octets = Array.from({ length: Math.ceil(to / 8) - (from >> 3) }, (_, i) => (from >> 3) + i);
    return octets.map((octet) => bitsAt(address, 8 * octet, 8 * octet + 8)).join('.');
  }
  const digits = nibblesOf(address).slice(from >> 2, Math.ceil(to / 4));
  return digits.map((digit, i) => (i > 0 && ((from >> 2) + i) % 4 === 0 ? `:${digit}` : digit)).join('');
}
