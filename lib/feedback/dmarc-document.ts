/**
 * A DMARC aggregate report as a stream of XML (RFC 7489 appendix C, RFC 9990, and the drafts before them): its metadata
 * and its records, in plain text yet.
 *
 * Names decide, namespaces do not, and unknown elements are passed over. No document type declaration is accepted and no
 * entity is ever defined, so there is nothing to expand: saxes reads none, and the first `<!DOCTYPE` ends the reading. At the
 * first fault of well-formedness reading ends as well (XML 1.0 section 1.2); what was complete before it stands.
 */
import { SaxesParser } from 'saxes';
import type { FeedbackFailure } from './failure.ts';
import { MAX_RECORDS, MAX_XML_ATTRIBUTES, MAX_XML_DEPTH, MAX_XML_ODDITIES, MAX_XML_VALUE } from './limits.ts';
import { XmlText } from './xml-text.ts';

/** A record as sent; a value that is missing is the empty text. */
export interface DmarcRecord {
  sourceIp: string;
  count: string;
  dkim: string;
  spf: string;
  readonly reasons: { readonly type: string; readonly comment: string }[];
  /** Whether any DKIM signature or the SPF check passed, aligned or not. */
  authenticated: boolean;
}

export interface DmarcDocument {
  readonly orgName: string;
  readonly email: string;
  readonly reportId: string;
  readonly begin: string;
  readonly end: string;
  readonly records: readonly DmarcRecord[];
  /** Line from which on the document is not well-formed; null when it is. Records before it are complete. */
  readonly brokenAt: number | null;
}

/** Characters given to the parser at a time: after a fault it reads no further than that. */
const SLICE = 16_384;

const METADATA = {
  'report_metadata/org_name': 'orgName',
  'report_metadata/email': 'email',
  'report_metadata/report_id': 'reportId',
  'report_metadata/date_range/begin': 'begin',
  'report_metadata/date_range/end': 'end',
} as const;

const RECORD = {
  'record/row/source_ip': 'sourceIp',
  'record/row/count': 'count',
  'record/row/policy_evaluated/dkim': 'dkim',
  'record/row/policy_evaluated/spf': 'spf',
} as const;

const OTHERS: ReadonlySet<string> = new Set([
  'record/row/policy_evaluated/reason/type',
  'record/row/policy_evaluated/reason/comment',
  'record/auth_results/dkim/result',
  'record/auth_results/spf/result',
]);

export class DmarcReader {
  readonly #parser = new SaxesParser({ fileName: '' });
  readonly #text = new XmlText();
  /** Element names from the root on. */
  readonly #open: string[] = [];
  /** How many of them stand before the report's own elements; -1 while no `feedback` was seen. */
  #outside = -1;
  #path = '';
  #value: string | null = null;
  #attributes = 0;
  #oddities = 0;
  #record = emptyRecord();
  #reason = { type: '', comment: '' };
  readonly #metadata = { orgName: '', email: '', reportId: '', begin: '', end: '' };
  readonly #records: DmarcRecord[] = [];
  #brokenAt: number | null = null;
  #failure: FeedbackFailure | null = null;

  constructor() {
    this.#parser.on('opentag', ({ name }) => this.#opened(localName(name)));
    this.#parser.on('closetag', () => this.#closed());
    this.#parser.on('text', (text) => this.#take(text));
    this.#parser.on('cdata', (text) => this.#take(text));
    this.#parser.on('opentagstart', () => {
      this.#attributes = 0;
    });
    this.#parser.on('attribute', () => {
      if (++this.#attributes > MAX_XML_ATTRIBUTES)
        this.#refuse('too-large', 'XML: an element has too many attributes');
    });
    this.#parser.on('doctype', () =>
      this.#refuse('malformed', 'XML: document type declarations are not accepted'),
    );
    this.#parser.on('error', () => {
      this.#brokenAt ??= this.#parser.line;
    });
  }

  /** Reads on; false when there is no use in more. */
  write(chunk: Uint8Array): boolean {
    const text = this.#text.decode(chunk);
    if (text === null) this.#refuse('malformed', 'XML: its encoding is not UTF-8 or one like it');
    for (let i = 0; text !== null && i < text.length && !this.#done(); i += SLICE) {
      this.#feed(text.slice(i, i + SLICE));
    }
    return !this.#done();
  }

  /** What was read, or why it cannot be taken. */
  end(): DmarcDocument | FeedbackFailure {
    if (!this.#done()) this.#parser.close();
    if (this.#failure !== null) return this.#failure;
    const brokenAt = this.#brokenAt;
    if (this.#outside < 0) {
      const detail =
        brokenAt === null ? 'it is no DMARC report' : `it is not well-formed from line ${brokenAt} on`;
      return { kind: 'malformed', detail: `XML: ${detail}` };
    }
    return { ...this.#metadata, records: this.#records, brokenAt };
  }

  #feed(text: string): void {
    this.#oddities += text.match(/&|<!|\r(?!\n)/g)?.length ?? 0;
    if (this.#oddities > MAX_XML_ODDITIES)
      this.#refuse('too-large', 'XML: it has too many references, comments and carriage returns');
    else this.#parser.write(text);
  }

  #done(): boolean {
    return this.#failure !== null || this.#brokenAt !== null;
  }

  #opened(name: string): void {
    // The parser goes on to the end of its slice after a fault; what it says then is no longer the document.
    if (this.#done()) return;
    this.#open.push(name);
    if (this.#open.length > MAX_XML_DEPTH)
      this.#refuse('too-large', `XML: at most ${MAX_XML_DEPTH} levels are taken`);
    // One element around the report is seen in the wild: a schema's opening tag that nobody closes.
    if (this.#outside < 0 && name === 'feedback' && this.#open.length <= 2) this.#outside = this.#open.length;
    this.#path = this.#outside < 0 ? '' : this.#open.slice(this.#outside).join('/');
    if (this.#path === 'record') this.#record = emptyRecord();
    this.#value = this.#path in METADATA || this.#path in RECORD || OTHERS.has(this.#path) ? '' : null;
  }

  #take(text: string): void {
    if (this.#value !== null && this.#value.length < MAX_XML_VALUE) {
      this.#value += text.slice(0, MAX_XML_VALUE);
    }
  }

  #closed(): void {
    if (this.#done()) return;
    const path = this.#path;
    if (this.#value !== null) this.#keep(path, this.#value.trim());
    else if (path === 'record/row/policy_evaluated/reason') this.#record.reasons.push({ ...this.#reason });
    else if (path === 'record') this.#addRecord();
    if (path.endsWith('/reason')) this.#reason = { type: '', comment: '' };
    this.#value = null;
    this.#open.pop();
    this.#path = this.#outside < 0 ? '' : this.#open.slice(this.#outside).join('/');
  }

  #keep(path: string, value: string): void {
    if (isKeyOf(METADATA, path)) this.#metadata[METADATA[path]] ||= value;
    else if (isKeyOf(RECORD, path)) this.#record[RECORD[path]] ||= value;
    else if (path.startsWith('record/auth_results/'))
      this.#record.authenticated ||= value.toLowerCase() === 'pass';
    else if (path.endsWith('/type')) this.#reason.type = value;
    else this.#reason.comment = value;
  }

  #addRecord(): void {
    if (this.#records.length < MAX_RECORDS) this.#records.push(this.#record);
    else this.#refuse('too-large', `XML: at most ${MAX_RECORDS} records are taken`);
  }

  #refuse(kind: FeedbackFailure['kind'], detail: string): void {
    this.#failure ??= { kind, detail };
  }
}

function emptyRecord(): DmarcRecord {
  return { sourceIp: '', count: '', dkim: '', spf: '', reasons: [], authenticated: false };
}

function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}

function isKeyOf<T extends object>(table: T, key: string): key is Extract<keyof T, string> {
  return Object.hasOwn(table, key);
}
