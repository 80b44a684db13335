/**
 * Reader of RPSL database dumps (RFC 2622 section 2), as RIPE, APNIC and AFRINIC ship them: `inetnum` and `inet6num`.
 *
 * A line at a time and one object in memory, so that a dump of any size can be read. Lines of other classes are skipped
 * unread. A line that starts with a space, a TAB or `+` continues the value before; `#` starts a comment, `%` a server
 * remark; a blank line ends an object; names are case-insensitive, and no space needs to follow the colon.
 */

import { MAX_REGISTRY_ROWS, RowCap } from './plausible.ts';
import type { Pointer } from './pointers.ts';
import { type PublishedRow, refuseRow } from './published.ts';
import { type Fallback, interpret, type NumberObject } from './rpsl-object.ts';

/** Longest value kept, continuation lines included; what we read is far shorter. */
const MAX_VALUE = 4_096;
const NO_ROWS: readonly PublishedRow[] = [];
/** Attributes that mean something here; the rest is skipped. */
const READ = new Set([
  'status',
  'assignment-size',
  'prefixlen',
  'remarks',
  'created',
  'last-modified',
  'source',
]);

export class RpslReader {
  /** Pointers found so far. */
  readonly pointers: Pointer[] = [];
  private readonly fallback: Fallback;
  private readonly cap = new RowCap(MAX_REGISTRY_ROWS);
  private lines = 0;
  /** Null between objects; `skipping` inside one of another class. */
  private object: NumberObject | 'skipping' | null = null;
  private attribute = '';
  private value = '';

  constructor(fallback: Fallback) {
    this.fallback = fallback;
  }

  /** Reads the next line, without its line end. Gives the rows of the object that it ends, mostly none. */
  line(text: string): readonly PublishedRow[] {
    this.lines++;
    switch (text.charCodeAt(0)) {
      case 0x23: // "#"
      case 0x25: // "%"
        return NO_ROWS;
      case 0x20:
      case 0x09:
        return text.trim() === '' ? this.endObject() : this.continueValue(text);
      case 0x2b: // "+"
        return this.continueValue(text);
      default:
        return text === '' ? this.endObject() : this.startAttribute(text);
    }
  }

  /**
   * The rows of the last object. Pass `cutShort` when the input broke off: the object that it broke off in is refused,
   * because half an object could say something else than the whole.
   */
  end(cutShort = false): readonly PublishedRow[] {
    this.keep();
    if (!cutShort || this.object === null || this.object === 'skipping') return this.endObject();
    const { line, key } = this.object;
    this.object = null;
    return [refuseRow(line, 'the input broke off inside this object', key)];
  }

  private startAttribute(text: string): readonly PublishedRow[] {
    if (this.object === 'skipping') return NO_ROWS;
    this.keep();
    const colon = text.indexOf(':');
    const name = colon < 0 ? '' : text.slice(0, colon).trim().toLowerCase();
    const isKey = name === 'inetnum' || name === 'inet6num';
    // A key inside an object: the blank line between two objects is missing.
    const ended = isKey && this.object !== null ? this.endObject() : NO_ROWS;
    if (isKey) this.object = { line: this.lines, name, key: '', attributes: new Map() };
    else this.object ??= 'skipping';
    if (isKey || READ.has(name)) {
      this.attribute = name;
      this.value = bare(text.slice(colon + 1));
    }
    return ended;
  }

  private continueValue(text: string): readonly PublishedRow[] {
    if (this.attribute !== '' && this.value.length < MAX_VALUE)
      this.value = `${this.value} ${bare(text.slice(1))}`.trim();
    return NO_ROWS;
  }

  /** Puts the attribute that was being read into the object: of several the first, of remarks the first that points. */
  private keep(): void {
    const { object, attribute, value } = this;
    this.attribute = '';
    if (object === null || object === 'skipping' || attribute === '') return;
    if (attribute === object.name) object.key = value;
    else if (attribute === 'remarks') {
      const pointer = /^prefixlen\s+(.*)$/i.exec(value)?.[1];
      if (pointer !== undefined && !object.attributes.has('remarks'))
        object.attributes.set('remarks', pointer);
    } else if (!object.attributes.has(attribute)) object.attributes.set(attribute, value);
  }

  private endObject(): readonly PublishedRow[] {
    this.keep();
    const object = this.object;
    this.object = null;
    if (object === null || object === 'skipping') return NO_ROWS;
    const { rows, pointer } = interpret(object, this.fallback);
    if (pointer !== undefined) this.pointers.push(pointer);
    return rows.map((row) => {
      const excess = row.ok ? this.cap.exceededBy(row.value.prefix) : undefined;
      return excess === undefined ? row : refuseRow(object.line, excess, object.key);
    });
  }
}

/** A value without the space around it and the comment after it. */
function bare(text: string): string {
  const hash = text.indexOf('#');
  return (hash < 0 ? text : text.slice(0, hash)).trim();
}
