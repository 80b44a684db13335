/** Exported zones, read back by longest match as rbldnsd does: slowly, and by code of its own. */
import { type Address, type Family, parseAddress } from '../../lib/net/address.ts';
import { slowOf, widthOf } from './address-slow.ts';
import { mustAddress } from './must-address.ts';

interface Entry {
  readonly family: Family;
  readonly bits: bigint;
  readonly length: number;
  /** The last octet of the A record; 0 for an exclusion. */
  readonly code: number;
  readonly text: string;
}

export class Zone {
  readonly entries: readonly Entry[];

  constructor(lines: readonly string[]) {
    this.entries = lines.filter((line) => /^[!:0-9a-f]/.test(line)).map(entryOf);
  }

  /** The entry that answers for an address; null when none does. */
  at(address: Address): Entry | null {
    const size = widthOf(address.family);
    const bits = slowOf(address).bits;
    let best: Entry | null = null;
    for (const entry of this.entries) {
      const away = BigInt(size - entry.length);
      if (entry.family !== address.family || bits >> away !== entry.bits >> away) continue;
      if (best === null || entry.length > best.length) best = entry;
    }
    return best;
  }

  codeAt(address: Address): number {
    return this.at(address)?.code ?? 0;
  }
}

function entryOf(line: string): Entry {
  const [, not, text = '', length, code = '0', why = ''] =
    /^(!?)([0-9a-f.:]+)\/(\d+)(?: :(\d+):(.*))?$/.exec(line) ?? [];
  if (!parseAddress(text).ok || (not === '') === (code === '0')) throw new Error(`no entry: ${line}`);
  const address = mustAddress(text);
  return {
    family: address.family,
    bits: slowOf(address).bits,
    length: Number(length),
    code: Number(code),
    text: why,
  };
}
