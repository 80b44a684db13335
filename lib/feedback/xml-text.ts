/**
 * Bytes of an XML document into text, a chunk at a time (XML 1.0 section 4.3.3 and appendix F).
 *
 * UTF-8 and UTF-16 by their byte order mark, else what the XML declaration says, else UTF-8. Only encodings in which the
 * declaration reads as ASCII are taken, and bytes that are not legal become U+FFFD: addresses and numbers are ASCII.
 */
import { TextDecoder } from 'node:util';

const DECLARED: ReadonlySet<string> = new Set([
  'utf-8',
  'us-ascii',
  'iso-8859-1',
  'iso-8859-15',
  'windows-1251',
  'windows-1252',
]);

/** Bytes in which a declaration is looked for. */
const DECLARATION = 200;

export class XmlText {
  #decoder: TextDecoder | null = null;

  /** The text of the next bytes; null when the document declares an encoding that is not read. */
  decode(chunk: Uint8Array): string | null {
    if (this.#decoder !== null) return this.#decoder.decode(chunk, { stream: true });
    const encoding = encodingOf(chunk);
    if (encoding === null) return null;
    this.#decoder = new TextDecoder(encoding);
    // Space before the declaration is an error in XML, and common in what is sent.
    return this.#decoder.decode(chunk, { stream: true }).trimStart();
  }
}

function encodingOf(chunk: Uint8Array): string | null {
  if (chunk[0] === 0xff && chunk[1] === 0xfe) return 'utf-16le';
  if (chunk[0] === 0xfe && chunk[1] === 0xff) return 'utf-16be';
  const head = Buffer.from(chunk.subarray(0, DECLARATION)).toString('latin1');
  const declared = /<\?xml[^>]{0,100}?encoding\s*=\s*["']([\w.-]{1,40})["']/i.exec(head)?.[1]?.toLowerCase();
  if (declared === undefined) return 'utf-8';
  return DECLARED.has(declared) ? declared : null;
}
