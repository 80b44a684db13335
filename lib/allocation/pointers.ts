/**
 * Pointers from registry objects to prefixlen files (RFC 9977 section 4), and which file may speak for which space.
 *
 * For an address the most specific object with a pointer decides, and no other; a file speaks for the space of the
 * objects that point to it and for nothing else (the rules of RFC 9632 sections 3 and 4, which RFC 9977 follows).
 */
import type { Prefix } from '../net/prefix.ts';
import { fail, ok, type Result } from '../result.ts';
import { BlockMap } from './block-map.ts';
import { type AddressRange, cidrsOf } from './ranges.ts';

/** One object's pointer. */
export interface Pointer {
  readonly url: string;
  readonly range: AddressRange;
  /** The object's key as written: `2001:db8::/32`, `192.0.2.0 - 192.0.2.255`. */
  readonly objectKey: string;
}

const MAX_URL = 2_048;

/** The HTTPS URL that a pointer's value is, without its fragment; a sentence when it is none. Credentials are refused. */
export function parsePointer(value: string): Result<string, string> {
  if (value.length > MAX_URL) return fail(`a URL has at most ${MAX_URL} characters`);
  if (/\s/.test(value) || !URL.canParse(value)) return fail('a pointer to a prefixlen file is one URL');
  const url = new URL(value);
  if (url.protocol !== 'https:') return fail('a pointer to a prefixlen file is an https URL');
  if (url.username !== '' || url.password !== '') return fail('a pointer carries no user name or password');
  url.hash = '';
  return ok(url.href);
}

/** All pointers of the dumps at hand. */
export class PointerMap {
  private readonly files = new Set<string>();
  /** Mostly one URL a block; a set of its own for each would take more memory than all the rest. */
  private readonly urlsAt = new BlockMap<string | Set<string>>();

  constructor(pointers: Iterable<Pointer>) {
    for (const { url, range } of pointers) {
      this.files.add(url);
      for (const block of cidrsOf(range)) {
        const known = this.urlsAt.get(block);
        if (known === undefined) this.urlsAt.set(block, url);
        else if (typeof known !== 'string') known.add(url);
        else if (known !== url) this.urlsAt.set(block, new Set([known, url]));
      }
    }
  }

  /** The files to fetch, each once, in order of first mention. */
  urls(): string[] {
    return [...this.files];
  }

  /** Whether the most specific object with a pointer that holds all of the block points to this file. */
  speaksFor(url: string, block: Prefix): boolean {
    const urls = this.urlsAt.longest(block);
    return typeof urls === 'string' ? urls === url : urls?.has(url) === true;
  }
}
