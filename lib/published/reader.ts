/**
 * One file of published allocations, line by line, in whichever of the two formats it turns out to be.
 */
import type { Pointer } from '../allocation/pointers.ts';
import { PrefixlenReader } from '../allocation/prefixlen.ts';
import type { PublishedRow } from '../allocation/published.ts';
import { RpslReader } from '../allocation/rpsl.ts';

/** Prefixlen CSV (RFC 9977), or an RPSL database dump (RFC 2622). */
export const PUBLISHED_FORMATS = ['prefixlen', 'rpsl'] as const;
export type PublishedFormat = (typeof PUBLISHED_FORMATS)[number];

export interface ReaderOptions {
  /** What rows that name no source of their own are said to be from: the file's name. */
  readonly reference: string;
  /** When the file was made: epoch seconds. */
  readonly date: number;
  /** Decided by the first line that is neither blank nor a comment when left out. */
  readonly format?: PublishedFormat | undefined;
}

/** The face that both readers share. */
interface RowReader {
  line(text: string): readonly PublishedRow[];
  end(cutShort: boolean): readonly PublishedRow[];
  takePointers(): readonly Pointer[];
  isSigned(): boolean;
}

/** An attribute of an RPSL object; no prefix has a space after its first colon. */
const RPSL_ATTRIBUTE = /^(?:[a-z][a-z0-9-]*:(?:\s|$)|inet6?num:)/i;
const SAYS_NOTHING = /^\s*(?:[#%]|$)/;
/** Lines of comment looked at before the format is decided without them; dumps begin with a page of terms. */
const HEADER_LINES = 1_000;
const NO_POINTERS: readonly Pointer[] = [];
/** The byte order mark of UTF-8, read as ISO-8859-1. */
const UTF8_MARK = '\u00ef\u00bb\u00bf';

export class PublishedReader {
  readonly #options: ReaderOptions;
  readonly #header: string[] = [];
  #isFirst = true;
  #format: PublishedFormat | null = null;
  #reader: RowReader | null = null;

  constructor(options: ReaderOptions) {
    this.#options = options;
    if (options.format !== undefined) this.#decide(options.format);
  }

  /** Null until a line has decided. */
  get format(): PublishedFormat | null {
    return this.#format;
  }

  /** Whether the file carries a signature (RFC 9977 section 6); nobody checks it. Known at the end. */
  get signed(): boolean {
    return this.#reader?.isSigned() ?? false;
  }

  /** Reads the next line, without its line end; ISO-8859-1 or UTF-8, as what is read of either is ASCII. */
  line(text: string): readonly PublishedRow[] {
    const line = this.#isFirst && text.startsWith(UTF8_MARK) ? text.slice(UTF8_MARK.length) : text;
    this.#isFirst = false;
    if (this.#reader !== null) return this.#reader.line(line);
    this.#header.push(line);
    if (SAYS_NOTHING.test(line) && this.#header.length < HEADER_LINES) return [];
    const reader = this.#decide(RPSL_ATTRIBUTE.test(line) ? 'rpsl' : 'prefixlen');
    return this.#header.splice(0).flatMap((held) => reader.line(held));
  }

  /** The rows of what was being read. Pass `cutShort` when the input broke off: half a line or object is then refused. */
  end(cutShort = false): readonly PublishedRow[] {
    return this.#reader?.end(cutShort) ?? [];
  }

  /** The pointers to prefixlen files found since the last call. */
  takePointers(): readonly Pointer[] {
    return this.#reader?.takePointers() ?? NO_POINTERS;
  }

  #decide(format: PublishedFormat): RowReader {
    const { reference, date } = this.#options;
    this.#format = format;
    this.#reader = format === 'rpsl' ? rpslRows(reference, date) : prefixlenRows(reference, date);
    return this.#reader;
  }
}

function rpslRows(source: string, date: number): RowReader {
  const reader = new RpslReader({ source, date });
  return {
    line: (text) => reader.line(text),
    end: (cutShort) => reader.end(cutShort),
    takePointers: () => (reader.pointers.length === 0 ? NO_POINTERS : reader.pointers.splice(0)),
    isSigned: () => false,
  };
}

function prefixlenRows(reference: string, date: number): RowReader {
  const reader = new PrefixlenReader({ reference, date });
  return {
    line: (text) => {
      const row = reader.line(text);
      return row === undefined ? [] : [row];
    },
    end: () => [],
    takePointers: () => NO_POINTERS,
    isSigned: () => reader.signature === 'unverified',
  };
}
