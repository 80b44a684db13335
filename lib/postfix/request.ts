/**
 * Requests of Postfix's policy delegation protocol: lines `name=value`, ended by an empty one, many over one connection.
 */
import { fail, ok, type Result } from '../result.ts';

/** What one request says; Postfix has added attributes with every release, and the order is free. */
export type Attributes = ReadonlyMap<string, string>;

/** Postfix cuts values long before (`line_length_limit`, 2,048). */
const MAX_LINE_BYTES = 8 * 1024;
/** Postfix 3.12 sends about 35. */
const MAX_ATTRIBUTES = 100;
const LINE_FEED = 10;

/** The one kind of request there is. */
const REQUEST_TYPE = 'smtpd_access_policy';

/** Takes the bytes of one connection in whatever pieces they come, and gives its requests. */
export class RequestReader {
  #line: Buffer = Buffer.alloc(0);
  #attributes = new Map<string, string>();

  /** Whether a request has begun and not ended. */
  get isInside(): boolean {
    return this.#line.length > 0 || this.#attributes.size > 0;
  }

  /** The requests that end in these bytes. A failure says what was wrong; nothing after it can be understood. */
  *read(bytes: Buffer): Generator<Result<Attributes, string>> {
    let rest = Buffer.concat([this.#line, bytes]);
    for (let end = rest.indexOf(LINE_FEED); end >= 0; end = rest.indexOf(LINE_FEED)) {
      const line = rest.subarray(0, end);
      rest = rest.subarray(end + 1);
      if (line.length > 0) {
        const fault = this.#take(line);
        if (fault === null) continue;
        yield fail(fault);
        return;
      }
      const attributes = this.#attributes;
      this.#attributes = new Map();
      this.#line = rest;
      if (attributes.get('request') !== REQUEST_TYPE) {
        yield fail(`request=${REQUEST_TYPE} is expected`);
        return;
      }
      yield ok(attributes);
    }
    this.#line = Buffer.from(rest);
    if (rest.length > MAX_LINE_BYTES) yield fail(`a line has at most ${MAX_LINE_BYTES} bytes`);
  }

  /** Adds a line to the request; what is wrong with it, or null. */
  #take(line: Buffer): string | null {
    if (line.length > MAX_LINE_BYTES) return `a line has at most ${MAX_LINE_BYTES} bytes`;
    const text = line.toString('utf8');
    const split = text.indexOf('=');
    if (split <= 0) return 'a line is expected to be name=value';
    if (text.includes('\0')) return 'a line has no NUL in it';
    const name = text.slice(0, split);
    if (this.#attributes.has(name)) return 'an attribute is given twice';
    if (this.#attributes.size === MAX_ATTRIBUTES) return `a request has at most ${MAX_ATTRIBUTES} attributes`;
    this.#attributes.set(name, text.slice(split + 1));
    return null;
  }
}
