/**
 * The operator's list of files to refresh published allocations from: `NAME=URL`, or a URL alone, separated by space.
 */
import { parsePointer } from '../../allocation/pointers.ts';
import { fail, ok, type Result } from '../../result.ts';

export interface RefreshSource {
  /** The source's name, as `import` gives it. */
  readonly name: string;
  /** An https URL; `.gz` is unpacked. */
  readonly url: string;
}

const NAME = /^[\w.-]{1,100}$/;

/** Reads the list; the sentence says which entry cannot be used. An empty text is an empty list. */
export function parseSourceList(text: string): Result<readonly RefreshSource[], string> {
  const sources = new Map<string, RefreshSource>();
  for (const entry of text.split(/\s+/).filter((part) => part !== '')) {
    const named = /^([^=/:?]+)=(.*)$/s.exec(entry);
    const url = parsePointer(named?.[2] ?? entry);
    if (!url.ok) return fail(`${JSON.stringify(entry.slice(0, 200))} is no https URL, nor NAME=URL`);
    const name = named?.[1] ?? nameOf(url.value);
    if (!NAME.test(name))
      return fail(`${JSON.stringify(name)}: 1 to 100 letters, digits, - . _ are expected`);
    if (sources.has(name)) return fail(`two files would be source ${name}; write NAME=URL`);
    sources.set(name, { name, url: url.value });
  }
  return ok([...sources.values()]);
}

/** The file's name, without `.gz`. */
function nameOf(url: string): string {
  const last = new URL(url).pathname.split('/').at(-1) ?? '';
  return last
    .replace(/\.gz$/, '')
    .replace(/[^\w.-]+/g, '-')
    .slice(0, 100);
}
