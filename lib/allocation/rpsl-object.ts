/**
 * What an `inetnum` or `inet6num` object says about end sites (RIPE Database documentation; ripe-513).
 *
 * - AGGREGATED-BY-LIR: a pool cut into assignments of one length, its `assignment-size`. For that status only.
 * - ASSIGNED, in the words of every registry: the object itself is one end site, when it is small enough to be one.
 *   IPv6 /44 or longer: sixteen /48 sites of one organisation (RIPE-690 gives a site a /48); wider ones are in practice
 *   a provider's own pool. IPv4: at most eight addresses, a /29, the smallest assignment of ripe-555 and what a business
 *   line gets; an ASSIGNED PA /24 is mostly a hoster's, and one tenant would speak for 255 others.
 * - Everything else says nothing about end sites.
 *
 * A range that is no CIDR block becomes the fewest blocks that make it up, each an end site or a pool of its own.
 */
import { bitsOf } from '../net/address.ts';
import { contains, Prefix } from '../net/prefix.ts';
import { fail, ok, type Result } from '../result.ts';
import type { Allocation } from './allocation.ts';
import { implausibleBlock, implausibleEndSite } from './plausible.ts';
import { type Pointer, parsePointer } from './pointers.ts';
import { type PublishedRow, refuseRow } from './published.ts';
import { type AddressRange, cidrsOf, parseRange } from './ranges.ts';

/** An object as the reader hands it over: values trimmed, comments gone. */
export interface NumberObject {
  /** Line of its first attribute, from 1. */
  readonly line: number;
  readonly name: 'inetnum' | 'inet6num';
  key: string;
  /** First value of each attribute; under `remarks` the pointer of the first remark that holds one. */
  readonly attributes: Map<string, string>;
}

export interface Interpretation {
  readonly rows: readonly PublishedRow[];
  readonly pointer?: Pointer;
}

const ASSIGNED = new Set([
  'ASSIGNED',
  'ASSIGNED PA',
  'ASSIGNED PI',
  'ASSIGNED ANYCAST',
  'ASSIGNED PORTABLE',
  'ASSIGNED NON-PORTABLE',
]);
const SMALLEST_SITE = { 4: 29, 6: 44 } as const;
const DAY = 86_400;

/** What holds for objects that do not say it themselves: the registry's name, and when the dump was made. */
export interface Fallback {
  readonly source: string;
  /** Epoch seconds; no object is dated later. */
  readonly date: number;
}

/** What the object says, or why it is not believed. `source` and `date` stand in where the object has none. */
export function interpret(object: NumberObject, fallback: Fallback): Interpretation {
  const cut = cutOf(object);
  const url = pointerOf(object);
  const refuse = (reason: string) => refuseRow(object.line, reason, object.key);
  if (!cut.ok) return { rows: [refuse(cut.error)] };
  if (cut.value === null && url === null) return { rows: [] };
  const range = rangeOfKey(object);
  if (!range.ok) return { rows: [refuse(range.error)] };
  const stated = cut.value === null ? ok([]) : allocationsOf(object, range.value, cut.value, fallback);
  const rows: PublishedRow[] = stated.ok ? stated.value.map(ok) : [refuse(stated.error)];
  if (url === null) return { rows };
  if (!url.ok) return { rows: [...rows, refuse(url.error)] };
  return { rows, pointer: { url: url.value, range: range.value, objectKey: object.key } };
}

/** How the object is cut into end sites: of one length, not at all, or (null) it does not say. */
function cutOf({ name, attributes }: NumberObject): Result<number | 'whole' | null, string> {
  const status = attributes.get('status')?.toUpperCase().replace(/\s+/g, ' ');
  const size = attributes.get('assignment-size');
  if (status === undefined) return fail('an object has a status');
  if (status !== 'AGGREGATED-BY-LIR') {
    if (size !== undefined)
      return fail(`assignment-size goes with AGGREGATED-BY-LIR, not with ${status.slice(0, 40)}`);
    return ok(ASSIGNED.has(status) ? 'whole' : null);
  }
  if (size === undefined)
    return name === 'inetnum' ? ok(null) : fail('AGGREGATED-BY-LIR has an assignment-size');
  if (!/^[1-9]\d{0,2}$/.test(size)) return fail('an assignment-size is a whole number');
  return ok(Number(size));
}

/** The pointer, from its own attribute or else from a remark; null for none. */
function pointerOf({ attributes }: NumberObject): Result<string, string> | null {
  const value = attributes.get('prefixlen') ?? attributes.get('remarks');
  return value === undefined ? null : parsePointer(value);
}

function rangeOfKey({ name, key }: NumberObject): Result<AddressRange, string> {
  const range = parseRange(key);
  if (!range.ok) return fail(range.error.detail);
  const family = name === 'inetnum' ? 4 : 6;
  return range.value.first.family === family ? range : fail(`${name} with an IPv${10 - family} address`);
}

function allocationsOf(
  object: NumberObject,
  range: AddressRange,
  cut: number | 'whole',
  fallback: Fallback,
): Result<Allocation[], string> {
  if (cut === 'whole' && !isOneSite(range)) return ok([]);
  const blocks = cidrsOf(range);
  const doubt = doubtOf(blocks, cut);
  if (doubt !== undefined) return fail(doubt);
  const facts = {
    origin: cut === 'whole' ? 'assigned' : 'assignment-size',
    endSites: 1,
    mechanism: 'native',
    ipv4MaskLength: 0,
    ipv4Prefix: null,
    date: dateOf(object, fallback.date),
    reference: `${sourceOf(object, fallback.source)} ${object.name}`,
  } as const;
  return ok(
    blocks.map((prefix) => {
      const endSiteLength = cut === 'whole' ? prefix.length : Math.max(cut, prefix.length);
      return { prefix, endSiteLength, ...facts };
    }),
  );
}

function isOneSite({ first, last }: AddressRange): boolean {
  if (first.family === 4) return last.w0 - first.w0 < 2 ** (32 - SMALLEST_SITE[4]);
  return contains(Prefix.covering(first, SMALLEST_SITE[6]), last);
}

/** The widest block decides: the scraps at the ends of a range may be narrower than the pool's end sites. */
function doubtOf(blocks: readonly Prefix[], cut: number | 'whole'): string | undefined {
  const [first] = blocks;
  if (first === undefined) return 'a range has addresses';
  if (typeof cut === 'number' && cut > bitsOf(first.family))
    return `an assignment-size of /${cut} is past the last bit`;
  const widest = blocks.reduce((a, b) => (b.length < a.length ? b : a));
  const space = blocks.map(implausibleBlock).find((doubt) => doubt !== undefined);
  return space ?? (typeof cut === 'number' ? implausibleEndSite(widest, cut, 1) : undefined);
}

/** Day of the last change in epoch seconds: a day is as exact as provenance needs, and statements of a day are kept once. */
function dateOf({ attributes }: NumberObject, fallback: number): number {
  const changed = Date.parse(attributes.get('last-modified') ?? attributes.get('created') ?? '');
  if (!Number.isFinite(changed) || changed < 0) return fallback;
  return Math.min(Math.floor(changed / 1000 / DAY) * DAY, fallback);
}

function sourceOf({ attributes }: NumberObject, fallback: string): string {
  const source = attributes.get('source')?.toUpperCase() ?? '';
  return /^[A-Z][A-Z0-9_-]{0,31}$/.test(source) ? source : fallback;
}
