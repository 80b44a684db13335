/**
 * Every limit on what a caller may send, in one place. The OpenAPI document quotes them.
 */
const KIB = 1024;
const MIB = 1024 * KIB;

/** Addresses in one bulk lookup. */
export const MAX_BULK_ADDRESSES = 1000;
/** Body of a bulk lookup: 1,000 addresses of 45 characters, generously indented. */
export const MAX_LOOKUP_BODY = 256 * KIB;

/** Body of an event of an SMTP session. */
export const MAX_ADMISSION_BODY = 8 * KIB;
/** Characters of a session's name, */
export const MAX_SESSION = 200;
/** and how many messages, recipients or errors one event may stand for. */
export const MAX_EVENT_COUNT = 100_000;

/** Verdicts in one JSON body. */
export const MAX_BATCH_VERDICTS = 10_000;
/** A JSON body of verdicts; it is held in memory while it is read. */
export const MAX_VERDICTS_BODY = 8 * MIB;

/** A whole NDJSON stream; only one chunk of it is in memory at a time. */
export const MAX_STREAM_BODY = 1024 * MIB;
/** One line of it. */
export const MAX_LINE = 16 * KIB;
/** Verdicts made durable together while a stream is read. */
export const STREAM_CHUNK = 1000;
/** Refused items that an answer names; the rest are counted in `rejectedBeyond`. */
export const MAX_NAMED_REJECTIONS = 10_000;

/** Arrays and objects inside one another. A verdict batch needs three. */
export const MAX_JSON_DEPTH = 16;

/** Characters of a verdict's id; an Idempotency-Key leaves room for `#` and the position. */
export const MAX_ID = 200;
export const MAX_IDEMPOTENCY_KEY = 180;
/** Characters of `account` and `org`: the longest mailbox name (RFC 5321 section 4.5.3.1) is 64 + 1 + 255. */
export const MAX_NAME = 320;
/** The largest `count` of a verdict; it weighs no more than the cap of the reputation. */
export const MAX_VERDICT_COUNT = 1_000_000_000;

/** The body of an operator entry. */
export const MAX_ENTRY_BODY = 16 * KIB;
/** The body of a request about a key: it may name many hosts. */
export const MAX_KEY_BODY = 32 * KIB;
/** Operator entries in one part of their list, when none or too many are asked for. */
export const DEFAULT_ENTRIES = 100;
export const MAX_ENTRIES = 1000;

/** Body of a page's own form: an address, a few words, and a reason of which each letter may be a dozen characters. */
export const MAX_FORM_BODY = 8 * KIB;

/** Children of a block in one part of their list, when none or too many are asked for. */
export const DEFAULT_CHILDREN = 100;
export const MAX_CHILDREN = 256;

/** Days of history that are kept. */
export const MAX_HISTORY_DAYS = 30;

/** Bytes of request line and headers together. */
export const MAX_HEADER_BYTES = 8 * KIB;
