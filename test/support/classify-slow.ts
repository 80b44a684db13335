/**
 * The slow, obvious twin of lib/net/kind.ts: every mechanism written as its RFC draws it, on bit strings and octet lists.
 */
import type { Translation } from '../../lib/net/kind.ts';
import { type SlowAddress, slowBlockOf, slowPrefix } from './address-slow.ts';

export interface SlowClassification {
  readonly kind: string;
  readonly ipv4: bigint | null;
  readonly special: string | null;
  /** First address and length of the delegated prefix. */
  readonly delegated: readonly [bigint, number] | null;
  readonly teredo: readonly [server: bigint, port: number, flags: number] | null;
}

export function slowClassify(address: SlowAddress, translation?: Translation): SlowClassification {
  const plain = { ipv4: null, special: null, delegated: null, teredo: null };
  const block = slowBlockOf(address);
  const bits = address.bits.toString(2).padStart(128, '0');
  const host = (ipv4: bigint) => ({
    ...plain,
    ipv4,
    special: slowBlockOf({ family: 4, bits: ipv4 })?.name ?? null,
  });
  switch (block?.decodedAs) {
    case '6to4':
      return { kind: '6to4', ...host(field(bits, 16, 32)), delegated: covering(bits, 48) };
    case 'teredo': {
      const flip = (text: string) => [...text].map((bit) => (bit === '0' ? '1' : '0')).join('');
      const port = Number(field(flip(bits), 80, 16));
      const flags = Number(field(bits, 64, 16));
      return {
        kind: 'teredo',
        ...host(field(flip(bits), 96, 32)),
        teredo: [field(bits, 32, 32), port, flags],
      };
    }
    case 'nat64':
    case 'ipv4-mapped':
    case 'ipv4-translated':
    case 'ipv4-compatible':
      return { kind: block.decodedAs, ...host(field(bits, 96, 32)) };
  }
  const declared =
    address.family === 6 && translation !== undefined ? declaredAs(address, translation) : null;
  if (declared?.kind === 'nat64') return { kind: 'nat64', ...host(declared.ipv4) };
  if (declared?.kind === '6rd') {
    return { ...plain, kind: '6rd', ipv4: declared.ipv4, delegated: covering(bits, declared.length) };
  }
  if (block !== undefined) return { ...plain, kind: 'special', special: block.name };
  if (address.family === 4) return { ...plain, kind: 'ipv4' };
  return /^000000..000000000101111011111110/.test(bits.slice(64))
    ? { ...plain, kind: 'isatap', ipv4: field(bits, 96, 32) }
    : { ...plain, kind: 'ipv6' };
}

type Declared = { kind: 'nat64'; ipv4: bigint } | { kind: '6rd'; ipv4: bigint; length: number };

function declaredAs(address: SlowAddress, translation: Translation): Declared | null {
  const { family, first, last } = slowPrefix(translation.prefix);
  if (family !== address.family || address.bits < first || address.bits > last) return null;
  if (translation.mechanism === 'nat64') {
    const ipv4 = nat64Extract(address.bits, translation.prefix.length);
    return ipv4 === null ? null : { kind: 'nat64', ipv4 };
  }
  const own = 32 - translation.ipv4MaskLength;
  const length = translation.prefix.length + own;
  if (length > 128) return null;
  const bits = address.bits.toString(2).padStart(128, '0');
  const common = (translation.ipv4Prefix?.w0 ?? 0).toString(2).padStart(32, '0');
  const text = common.slice(0, translation.ipv4MaskLength) + bits.slice(translation.prefix.length, length);
  return { kind: '6rd', ipv4: BigInt(`0b${text}`), length };
}

/** RFC 6052 section 2.3: take the last four octets of a /96; else drop octet 8 and take the four after the prefix. */
function nat64Extract(bits: bigint, length: number): bigint | null {
  if (![32, 40, 48, 56, 64, 96].includes(length)) return null;
  const octets = octetsOf(bits, 16);
  if (octets[8] !== 0n) return null;
  if (length === 96) return fromOctets(octets.slice(12));
  octets.splice(8, 1);
  return fromOctets(octets.slice(length / 8, length / 8 + 4));
}

/** RFC 6052 section 2.2: the octets of the prefix, those of the IPv4 address, a zero put in as octet 8, zeros after. */
export function nat64Embed(prefix: bigint, length: number, ipv4: bigint, suffix = 0n): bigint {
  if (length === 96) return prefix | ipv4;
  const octets = [...octetsOf(prefix, 16).slice(0, length / 8), ...octetsOf(ipv4, 4)];
  octets.push(...octetsOf(suffix, 16).slice(octets.length + 1));
  octets.splice(8, 0, 0n);
  return fromOctets(octets);
}

/** RFC 5969 section 4: the prefix, then the low bits of the customer edge's IPv4 address. */
export function sixRdDelegate(
  prefix: bigint,
  length: number,
  ipv4MaskLength: number,
  ipv4: bigint,
): readonly [first: bigint, length: number] {
  const own = 32 - ipv4MaskLength;
  const low = ipv4 % (1n << BigInt(own));
  return [prefix | (low << BigInt(128 - length - own)), length + own];
}

function octetsOf(bits: bigint, count: number): bigint[] {
  return Array.from({ length: count }, (_, i) => (bits >> BigInt(8 * (count - 1 - i))) & 255n);
}

function fromOctets(octets: readonly bigint[]): bigint {
  return octets.reduce((bits, octet) => bits * 256n + octet, 0n);
}

function field(bits: string, start: number, length: number): bigint {
  return BigInt(`0b${bits.slice(start, start + length)}`);
}

function covering(bits: string, length: number): readonly [bigint, number] {
  return [BigInt(`0b${bits.slice(0, length).padEnd(128, '0')}`), length];
}
