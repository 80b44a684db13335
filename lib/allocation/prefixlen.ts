/**
 * Reader of prefixlen files (RFC 9977 section 3): `prefix,end-site length,end sites sharing one`, a line at a time.
 *
 * Lenient where writers differ: LF or CRLF, a header as first row, spaces and quotes around fields, missing or extra
 * empty fields, a byte order mark, comments (`#` to the end of the line) anywhere, no limit on a pure comment.
 * Strict where a lie could gain: host bits, lengths and counts that are not plain whole numbers, everything in
 * plausible.ts, space outside the registry object that points to the file. A refused line costs that line alone.
 *
 * An empty end-site length with a count says that the block as a whole is shared by that many sites (carrier-grade NAT)
 * and nothing about size. The default size is kept, IPv4 /32 or IPv6 /64, and the count as an upper bound: it marks each of
 * them shared, without making one subject of a whole pool. With neither length nor count a row says nothing: refused.
 *
 * A signature (section 6) is read as the comment it is and never trusted: `signature` then says `unverified`.
 */
import { type Prefix, parsePrefix } from '../net/prefix.ts';
import { fail, ok, type Result } from '../result.ts';
import type { Allocation } from './allocation.ts';
import { implausibleBlock, implausibleEndSite, MAX_PREFIXLEN_ROWS, RowCap } from './plausible.ts';
import { type PublishedRow, refuseRow } from './published.ts';

export interface PrefixlenOptions {
  /** URL or name of the file, for the provenance of its rows. */
  readonly reference: string;
  /** When it was fetched or last modified: epoch seconds. */
  readonly date: number;
  /** Whether the file may speak for the block (`PointerMap.speaksFor`); rows elsewhere are refused. Default: everywhere. */
  readonly within?: (block: Prefix) => boolean;
}

const MAX_LINE = 512;
const DEFAULT_LENGTH = { 4: 32, 6: 64 } as const;

export class PrefixlenReader {
  private readonly options: PrefixlenOptions;
  private readonly cap = new RowCap(MAX_PREFIXLEN_ROWS);
  private lines = 0;
  private sawRow = false;
  private signed = false;

  constructor(options: PrefixlenOptions) {
    this.options = options;
  }

  /** Whether the file carries a signature, which is not checked. Known once the whole file was read. */
  get signature(): 'none' | 'unverified' {
    return this.signed ? 'unverified' : 'none';
  }

  /** Reads the next line, without its line end. Undefined for a line that says nothing: blank, a comment, the header. */
  line(text: string): PublishedRow | undefined {
    this.lines++;
    const data = this.dataOf(text);
    if (data === '') return undefined;
    if (text.length > MAX_LINE) return this.refuse(`a line has at most ${MAX_LINE} characters`, text);
    const fields = data.split(',').map(bare);
    const isHeader = !this.sawRow && /^[a-z][\w -]*$/i.test(fields[0] ?? '');
    this.sawRow = true;
    if (isHeader) return undefined;
    const row = this.read(fields);
    return row.ok ? row : this.refuse(row.error, text);
  }

  private dataOf(text: string): string {
    const line = this.lines === 1 && text.startsWith('\uFEFF') ? text.slice(1) : text;
    const hash = line.indexOf('#');
    if (hash >= 0 && /^\s*RPKI Signature:/i.test(line.slice(hash + 1, hash + 80))) this.signed = true;
    return (hash < 0 ? line : line.slice(0, hash)).trim();
  }

  private read(fields: readonly string[]): Result<Allocation, string> {
    const [blockText = '', lengthText = '', sitesText = '', ...more] = fields;
    if (more.some((field) => field !== '')) return fail('a row has three fields');
    const block = parsePrefix(blockText);
    if (!block.ok) return fail(block.error.detail);
    const length = wholeNumber(lengthText);
    const sites = wholeNumber(sitesText);
    if (Number.isNaN(length)) return fail(`"${lengthText}" is no end-site length`);
    if (Number.isNaN(sites)) return fail(`"${sitesText}" is no number of end sites`);
    if (length === undefined && sites === undefined)
      return fail('a row says neither length nor number of end sites');
    return this.believe(block.value, length ?? defaultLength(block.value), sites ?? 1);
  }

  private believe(block: Prefix, endSiteLength: number, endSites: number): Result<Allocation, string> {
    const { within, date, reference } = this.options;
    const limit = block.family === 4 ? 32 : 128;
    if (endSiteLength > limit) return fail(`an end-site length is at most ${limit}`);
    const doubt = implausibleBlock(block) ?? implausibleEndSite(block, endSiteLength, endSites);
    if (doubt !== undefined) return fail(doubt);
    if (within?.(block) === false) return fail('no registry object lets this file speak for this space');
    const excess = this.cap.exceededBy(block);
    if (excess !== undefined) return fail(excess);
    const native = { mechanism: 'native', ipv4MaskLength: 0, ipv4Prefix: null } as const;
    return ok({ prefix: block, origin: 'prefixlen', endSiteLength, endSites, ...native, date, reference });
  }

  private refuse(reason: string, text: string): PublishedRow {
    return refuseRow(this.lines, reason, text);
  }
}

function defaultLength(block: Prefix): number {
  return Math.max(block.length, DEFAULT_LENGTH[block.family]);
}

/** Undefined for an empty text, NaN for one that is no plain whole number. */
function wholeNumber(text: string): number | undefined {
  if (text === '') return undefined;
  return /^(0|[1-9]\d{0,9})$/.test(text) ? Number(text) : Number.NaN;
}

/** A field without the space and the quotes around it. */
function bare(field: string): string {
  const text = field.trim();
  const quoted = /^"([^"]*)"$/.exec(text);
  return quoted === null ? text : (quoted[1] ?? '').trim();
}
