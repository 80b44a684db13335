/**
 * A statement as a leaf writes it; the layout is described in leaf.ts.
 */
import { Address } from '../net/address.ts';
import { Prefix } from '../net/prefix.ts';
import { ALLOCATION_ORIGINS, type Mechanism } from './allocation.ts';
import type { ByteReader, ByteWriter } from './bytes.ts';
import type { Statement } from './statement.ts';

/** A mechanism's place here is its byte in a leaf: append only. */
const MECHANISMS: readonly Mechanism[] = ['native', '6rd', 'nat64'];

export function writeStatement(out: ByteWriter, statement: Statement, referencePlace: number): void {
  out.byte(statement.blockLength);
  out.byte(statement.endSiteLength);
  out.byte(ALLOCATION_ORIGINS.indexOf(statement.origin));
  out.byte(MECHANISMS.indexOf(statement.mechanism));
  out.varint(statement.endSites);
  out.byte(statement.ipv4MaskLength);
  writeIpv4Prefix(out, statement.ipv4Prefix);
  out.varint(statement.date);
  out.varint(referencePlace);
}

/** The next statement, about blocks of a family with `bits` bits; undefined, and the input `broken`, for an impossible one. */
export function readStatement(
  input: ByteReader,
  references: readonly string[],
  bits: number,
): Statement | undefined {
  const blockLength = input.byte();
  const endSiteLength = input.byte();
  const origin = ALLOCATION_ORIGINS[input.byte()];
  const mechanism = MECHANISMS[input.byte()];
  const endSites = input.varint();
  const ipv4MaskLength = input.byte();
  const ipv4Prefix = readIpv4Prefix(input);
  const date = input.varint();
  const reference = references[input.varint()];
  const possible =
    blockLength <= endSiteLength && endSiteLength <= bits && endSites > 0 && ipv4MaskLength <= 32;
  if (!possible || origin === undefined || mechanism === undefined || reference === undefined) {
    input.broken = true;
    return undefined;
  }
  return {
    blockLength,
    endSiteLength,
    origin,
    mechanism,
    endSites,
    ipv4MaskLength,
    ipv4Prefix,
    date,
    reference,
  };
}

function writeIpv4Prefix(out: ByteWriter, prefix: Prefix | null): void {
  if (prefix === null) {
    out.byte(0);
    return;
  }
  out.byte(prefix.length + 1);
  out.word(prefix.w0);
}

function readIpv4Prefix(input: ByteReader): Prefix | null {
  const length = input.byte() - 1;
  if (length < 0) return null;
  const address = Address.v4(input.word());
  if (length <= 32) return Prefix.covering(address, length);
  input.broken = true;
  return null;
}
