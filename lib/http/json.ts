/**
 * JSON at the door: UTF-8, bounded in depth, and refused in our own words.
 */
import { fail, ok, type Result } from '../result.ts';
import { MAX_JSON_DEPTH } from './limits.ts';
import type { Failure } from './problem.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Parses JSON text (RFC 8259); refuses bytes that are no UTF-8 and nesting deeper than `MAX_JSON_DEPTH`. */
export function parseJson(bytes: Uint8Array): Result<unknown, Failure> {
  if (nesting(bytes) > MAX_JSON_DEPTH) return refuse(`nested deeper than ${MAX_JSON_DEPTH} levels`);
  let text: string;
  try {
    text = utf8.decode(bytes);
  } catch {
    return refuse('not UTF-8');
  }
  try {
    const value: unknown = JSON.parse(text);
    return ok(value);
  } catch (error) {
    return refuse(text.trim() === '' ? 'empty' : `not JSON${whereOf(error)}`);
  }
}

function refuse(why: string): Result<never, Failure> {
  return fail({ kind: 'bad-json', detail: `body: ${why}` });
}

/** The engine's message may quote the client's text, so no more than its position is passed on. */
function whereOf(error: unknown): string {
  const position = error instanceof Error ? /at position (\d+)/.exec(error.message)?.[1] : undefined;
  return position === undefined ? '' : ` from character ${Number(position) + 1} on`;
}

const QUOTE = 34;
const BACKSLASH = 92;

/** How deep brackets stand inside one another; strings are skipped. Exact for JSON, an upper bound for what is none. */
function nesting(bytes: Uint8Array): number {
  let depth = 0;
  let deepest = 0;
  let quoted = false;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i];
    if (quoted) {
      if (byte === BACKSLASH) i++;
      else if (byte === QUOTE) quoted = false;
    } else if (byte === QUOTE) quoted = true;
    // "[" and "{" differ from "]" and "}" by two; no other byte has these values.
    else if (byte === 91 || byte === 123) {
      depth++;
      if (depth > deepest) deepest = depth;
    } else if (byte === 93 || byte === 125) depth--;
  }
  return deepest;
}
