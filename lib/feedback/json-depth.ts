/**
 * How deep JSON text is nested, before anything is built from it: a megabyte of brackets costs hundreds when parsed.
 */
const QUOTE = 34;
const BACKSLASH = 92;

/** Levels of arrays and objects inside one another; strings are skipped. Exact for JSON, an upper bound for what is none. */
export function jsonDepth(bytes: Uint8Array): number {
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
    else if (byte === 91 || byte === 123) deepest = Math.max(deepest, ++depth);
    else if (byte === 93 || byte === 125) depth--;
  }
  return deepest;
}
