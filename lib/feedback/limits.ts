/**
 * Every limit on a feedback report, in one place. A report is held in memory as it came, at most `MAX_REPORT_BYTES`; what
 * is packed in it is unpacked and read as a stream.
 */
const KIB = 1024;
const MIB = 1024 * KIB;

/** A whole report as sent: mail, JSON, XML or archive. Mailboxes that take reports seldom take more than this. */
export const MAX_REPORT_BYTES = 8 * MIB;

/** Lines of a mail; the MIME library keeps something for each of them. As base64 they are 3 MiB, of other text more. */
export const MAX_MAIL_LINES = 60_000;
/** Lines of a mail that start with two hyphens: each of them could open a MIME part, and a part costs a kilobyte. */
export const MAX_MAIL_BOUNDARIES = 5_000;
/** Bytes of all headers of a mail and its parts together; mail servers take some 100 KiB (Postfix: 102,400). */
export const MAX_HEADER_BYTES = 128 * KIB;
/** MIME parts inside one another. A report needs two. */
export const MAX_MAIL_DEPTH = 16;
/** `Received` lines that are walked. RFC 5321 section 6.3 takes 100 for a loop. */
export const MAX_HOPS = 100;

/** A JSON report: parsed in one go, so it may hold the service up for no longer than a part of a second. */
export const MAX_JSON_BYTES = 4 * MIB;
/** Arrays and objects of a JSON report inside one another. XARF needs four. */
export const MAX_JSON_DEPTH = 32;

/** What one report may unpack to, all its documents together. */
export const MAX_UNPACKED_BYTES = 16 * MIB;
/** What may be unpacked whatever the ratio: small repetitive documents pack very well. */
export const UNPACKED_BYTES_FREE = MIB;
/** Unpacked bytes for one packed byte beyond that. XML of this kind packs to a tenth or a thirtieth; deflate can do 1,032. */
export const MAX_RATIO = 200;
/** Files in a zip archive. */
export const MAX_ZIP_ENTRIES = 16;
/** Documents attached to one mail. */
export const MAX_ATTACHED_DOCUMENTS = 16;

/** Elements of an XML document inside one another. DMARC needs six. */
export const MAX_XML_DEPTH = 24;
/**
 * References (`&`), comments, sections and declarations (`<!`) and lone carriage returns of a document: a report has a
 * handful, and the parser takes ten times as long for each as for other characters.
 */
export const MAX_XML_ODDITIES = 10_000;
/** Attributes of one element. */
export const MAX_XML_ATTRIBUTES = 32;
/** Characters of a value that are kept. */
export const MAX_XML_VALUE = KIB;
/** Records of one document; with identifiers and all that is 16 MiB. */
export const MAX_RECORDS = 25_000;

/** The largest count of a claim; it weighs no more than the cap of the reputation. */
export const MAX_CLAIM_COUNT = 1_000_000_000;
