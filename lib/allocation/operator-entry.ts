/**
 * An operator's statement about a block, as entered through the API: checked field by field, and kept as JSON.
 */
import * as z from 'zod/mini';
import { bitsOf } from '../net/address.ts';
import { isNat64Prefix } from '../net/nat64.ts';
import { formatPrefix, type Prefix, parsePrefix } from '../net/prefix.ts';
import { isSixRdDomain } from '../net/sixrd.ts';
import { fail, ok, type Result } from '../result.ts';
import type { Allocation } from './allocation.ts';

/** The most sites one shared end-site prefix can be said to hold: all of IPv4 behind one address is surely a slip. */
const MAX_END_SITES = 10_000_000;

const whole = (least: number, most: number, description: string) => {
  const message = `a whole number from ${least} to ${most} is expected`;
  return z.int(message).check(z.minimum(least, message), z.maximum(most, message), z.meta({ description }));
};
const text = (most: number, description: string) =>
  z
    .string('a text is expected')
    .check(z.maxLength(most, `at most ${most} characters are expected`), z.meta({ description }));

/** The body of `PUT /v1/allocations/{prefix}`. */
export const operatorEntrySchema = z.strictObject(
  {
    endSiteLength: whole(
      0,
      128,
      'Length of the prefix one end site holds: not shorter than the block itself.',
    ),
    endSites: z.optional(
      whole(
        1,
        MAX_END_SITES,
        'How many sites share one end-site prefix (CGN, MAP); such a prefix is never refused for good. Default: 1.',
      ),
    ),
    mechanism: z.optional(
      z.enum(['native', '6rd', 'nat64'], 'native, 6rd or nat64 is expected').check(
        z.meta({
          description:
            'How addresses of the block carry a customer: as they stand, or with the IPv4 address inside that 6rd ' +
            '(RFC 5969) or NAT64 (RFC 6052) put there. Default: native.',
        }),
      ),
    ),
    ipv4MaskLength: z.optional(
      whole(
        0,
        32,
        '6rd only: how many high IPv4 bits all customers of the domain have in common. Default: 0.',
      ),
    ),
    ipv4Prefix: z.optional(text(50, '6rd only: those common bits as an IPv4 prefix of that length.')),
    note: z.optional(text(500, 'Why, or who says so; shown with every answer that rests on the entry.')),
  },
  'a JSON object is expected',
);
export type OperatorEntry = z.infer<typeof operatorEntrySchema>;

/** What is wrong with an entry, by field. */
export interface EntryFault {
  readonly field: keyof OperatorEntry | 'prefix';
  readonly detail: string;
}

/** The allocation an entry states, `date` in epoch seconds; or what is wrong with it, field by field. */
export function allocationOf(
  prefix: Prefix,
  entry: OperatorEntry,
  date: number,
): Result<Allocation, readonly EntryFault[]> {
  const { endSiteLength, endSites = 1, mechanism = 'native', ipv4MaskLength = 0, note = '' } = entry;
  const ipv4Prefix = entry.ipv4Prefix === undefined ? null : parsePrefix(entry.ipv4Prefix);
  if (ipv4Prefix !== null && !ipv4Prefix.ok) {
    return fail([{ field: 'ipv4Prefix', detail: ipv4Prefix.error.detail }]);
  }
  const allocation: Allocation = {
    prefix,
    origin: 'operator',
    endSiteLength,
    endSites,
    mechanism,
    ipv4MaskLength,
    ipv4Prefix: ipv4Prefix === null ? null : ipv4Prefix.value,
    date,
    reference: note,
  };
  const faults = [...lengthFaults(allocation), ...translationFaults(allocation)];
  return faults.length === 0 ? ok(allocation) : fail(faults);
}

/** The entry as the API shows it: every field it was given, in canonical form. */
export function entryOf(allocation: Allocation): OperatorEntry {
  const { endSiteLength, endSites, mechanism, ipv4MaskLength, ipv4Prefix, reference } = allocation;
  return {
    endSiteLength,
    endSites,
    mechanism,
    ...(mechanism === '6rd' ? { ipv4MaskLength } : {}),
    ...(ipv4Prefix === null ? {} : { ipv4Prefix: formatPrefix(ipv4Prefix) }),
    note: reference,
  };
}

function lengthFaults({ prefix, endSiteLength }: Allocation): EntryFault[] {
  const most = bitsOf(prefix.family);
  if (endSiteLength > most) {
    return [{ field: 'endSiteLength', detail: `at most ${most} bits are in an IPv${prefix.family} address` }];
  }
  if (endSiteLength < prefix.length) {
    const detail = `an end site of /${endSiteLength} is wider than the block ${formatPrefix(prefix)}`;
    return [{ field: 'endSiteLength', detail }];
  }
  return [];
}

function translationFaults(allocation: Allocation): EntryFault[] {
  const { prefix, mechanism, ipv4MaskLength, ipv4Prefix } = allocation;
  if (mechanism === 'nat64') return isNat64Prefix(prefix) ? [] : [NAT64_FAULT];
  if (mechanism === '6rd') {
    return isSixRdDomain({ prefix, ipv4MaskLength, ipv4Prefix }) ? [] : [SIXRD_FAULT];
  }
  const faults: EntryFault[] = [];
  if (ipv4MaskLength !== 0) faults.push({ field: 'ipv4MaskLength', detail: 'only a 6rd domain has one' });
  if (ipv4Prefix !== null) faults.push({ field: 'ipv4Prefix', detail: 'only a 6rd domain has one' });
  return faults;
}

const NAT64_FAULT: EntryFault = {
  field: 'mechanism',
  detail:
    'a NAT64 prefix is IPv6, /32, /40, /48, /56, /64 or /96, with bits 64 to 71 zero (RFC 6052 section 2.2)',
};
const SIXRD_FAULT: EntryFault = {
  field: 'ipv4MaskLength',
  detail:
    'a 6rd domain is an IPv6 prefix that leaves room for the IPv4 bits after the mask, and ipv4Prefix names exactly those ' +
    'ipv4MaskLength common bits (RFC 5969 section 4)',
};
