/** Reports made to hurt: each is small to send and must be refused, or read, quickly and in bounded memory. */
import { deflateRawSync, gzipSync } from 'node:zlib';
import { arf, dmarc, dmarcRow, MAIL, zip } from './build.ts';

export interface Hostile {
  readonly name: string;
  readonly type: string;
  readonly bytes: Uint8Array;
  /** How it must end; null when it may be read. */
  readonly kind: string | null;
}

const XML = 'application/xml';
const MIB = 1024 * 1024;
const spaces = (size: number): Buffer => Buffer.alloc(size, 32);
const mail = (text: string): Buffer => Buffer.from(text, 'latin1');

const tenMegabytes = spaces(10_000_000);

/** A gigabyte in gzip: members of ten megabytes one after the other (RFC 1952 section 2.2). */
function gzipBomb(member: Uint8Array): Buffer {
  return Buffer.concat(Array(100).fill(gzipSync(member)));
}

/** Ten kilobytes that unpack to a gigabyte: a hundred entries for the same deflated ten megabytes. */
function overlappingBomb(entries: number): Buffer {
  return zip(
    Array.from({ length: entries }, (_, i) => ({ name: `${i}.xml`, content: tenMegabytes })),
    true,
  );
}

const billionLaughs = `<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lol">${Array.from(
  { length: 9 },
  (_, i) => `<!ENTITY lol${i + 1} "${`&lol${i === 0 ? '' : i};`.repeat(10)}">`,
).join('')}]><feedback><report_metadata><org_name>&lol9;</org_name></report_metadata></feedback>`;

const rows = (count: number): string => dmarc(Array.from({ length: count }, () => dmarcRow()));

export function hostileReports(): Hostile[] {
  const report = (name: string, type: string, bytes: Uint8Array | string, kind: string | null): Hostile => ({
    name,
    type,
    bytes: typeof bytes === 'string' ? Buffer.from(bytes) : bytes,
    kind,
  });
  return [
    report('a zip of 15 kB that unpacks to 1 GB', 'application/zip', overlappingBomb(100), 'too-large'),
    report(
      'a zip of 10 kB that unpacks to 1 GB, in two steps',
      'application/zip',
      zip([{ name: 'a.xml', content: gzipBomb(tenMegabytes) }]),
      'malformed',
    ),
    report(
      'a zip whose files share their bytes',
      'application/zip',
      zip(
        Array.from({ length: 9 }, (_, i) => ({ name: `${i}.xml`, content: Buffer.from(rows(2)) })),
        true,
      ),
      'malformed',
    ),
    report('a zip of 10 kB that unpacks to 160 MB', 'application/zip', overlappingBomb(16), 'too-large'),
    report(
      'a zip that says it unpacks to 1 GB',
      'application/zip',
      zip([{ name: 'a.xml', content: tenMegabytes, claimedSize: 1_000_000_000 }]),
      'too-large',
    ),
    report(
      'a zip that says it is small',
      'application/zip',
      zip([{ name: 'a.xml', content: tenMegabytes, claimedSize: 1000 }]),
      'malformed',
    ),
    report(
      'a zip in a zip',
      'application/zip',
      zip([{ name: 'a.xml', content: overlappingBomb(100) }]),
      'malformed',
    ),
    report(
      'a zip of many files',
      'application/zip',
      zip(Array.from({ length: 10_000 }, (_, i) => ({ name: `${i}.txt`, content: spaces(1) }))),
      'too-large',
    ),
    report('gzip of space', 'application/gzip', gzipBomb(tenMegabytes), 'too-large'),
    report(
      'gzip of an endless value',
      'application/gzip',
      Buffer.concat([
        gzipSync('<feedback><report_metadata><org_name>'),
        gzipBomb(Buffer.alloc(10_000_000, 97)),
      ]),
      'too-large',
    ),
    report('gzip of records without end', 'application/gzip', gzipSync(rows(26_000)), 'too-large'),
    report('deflate without a frame', 'application/zip', deflateRawSync(spaces(MIB)), 'malformed'),
    report('a billion laughs', XML, billionLaughs, 'malformed'),
    report('a billion laughs in gzip', 'application/gzip', gzipSync(billionLaughs), 'malformed'),
    report(
      'an external entity',
      XML,
      '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><feedback><report_metadata><org_name>&x;</org_name></report_metadata></feedback>',
      'malformed',
    ),
    report('a document type without end', XML, `<!DOCTYPE a [${' '.repeat(7 * MIB)}`, 'malformed'),
    report('elements in elements', XML, `<feedback>${'<a>'.repeat(2 * MIB)}`, 'too-large'),
    report(
      'an element of attributes',
      XML,
      `<feedback ${Array.from({ length: 500_000 }, (_, i) => `a${i}="1"`).join(' ')}>`,
      'too-large',
    ),
    report('an attribute without end', XML, `<feedback a="${'x'.repeat(7 * MIB)}`, 'malformed'),
    report('a name without end', XML, `<${'a'.repeat(7 * MIB)}`, 'malformed'),
    report(
      'character references',
      XML,
      `<feedback><report_metadata><org_name>${'&#97;'.repeat(1_400_000)}`,
      'too-large',
    ),
    report('faults without end', XML, `<feedback>${'&x;'.repeat(2 * MIB)}`, 'malformed'),
    report('comments', XML, `<feedback>${'<!---->'.repeat(MIB)}`, 'too-large'),
    report('empty records', XML, `<feedback>${'<record/>'.repeat(800_000)}`, 'too-large'),
    report('carriage returns', XML, `<feedback>${'\r'.repeat(7 * MIB)}`, 'too-large'),
    report('as many records as are taken', 'application/gzip', gzipSync(rows(25_000)), null),
    report('brackets', 'application/json', Buffer.alloc(4 * MIB, 91), 'too-large'),
    report('objects', 'application/json', `[${'{},'.repeat(1_300_000)}{}]`, 'malformed'),
    report(
      'members',
      'application/json',
      `{${Array.from({ length: 300_000 }, (_, i) => `"k${i}":1`).join()}}`,
      'incomplete',
    ),
    report('too much JSON', 'application/json', Buffer.alloc(5 * MIB, 32), 'too-large'),
    report('too much of anything', MAIL, Buffer.alloc(8 * MIB + 1, 97), 'too-large'),
    report('empty lines', MAIL, Buffer.alloc(8 * MIB, 10), 'too-large'),
    report('as many lines as are taken', MAIL, mail(`A: b\n\n${'\n'.repeat(59_000)}`), 'incomplete'),
    report('one long line', MAIL, mail(`A: b\n\n${'x'.repeat(7 * MIB)}`), 'incomplete'),
    report(
      'parts',
      MAIL,
      mail(`Content-Type: multipart/mixed; boundary=b\n\n${'--b\n'.repeat(20_000)}`),
      'too-large',
    ),
    report(
      'as many parts as are taken',
      MAIL,
      mail(`Content-Type: multipart/mixed; boundary=b\n\n${'--b\n\nx\n'.repeat(4990)}`),
      'incomplete',
    ),
    report(
      'parts in parts',
      MAIL,
      mail(
        Array.from(
          { length: 1000 },
          (_, i) => `Content-Type: multipart/mixed; boundary=b${i}\n\n--b${i}\n`,
        ).join(''),
      ),
      'too-large',
    ),
    report('headers', MAIL, mail(`${'To: a@b\n'.repeat(20_000)}\n`), 'too-large'),
    report('a group in a group', MAIL, mail(`To: ${'a:'.repeat(60_000)}\n\n`), 'incomplete'),
    report('a comment in a comment', MAIL, mail(`Content-Type: ${'('.repeat(120_000)}\n\n`), 'incomplete'),
    report(
      'continued parameters',
      MAIL,
      mail(
        `Content-Type: text/plain; ${Array.from({ length: 10_000 }, (_, i) => `a*${i}*=x`).join(';')}\n\n`,
      ),
      'incomplete',
    ),
    report(
      'a long boundary',
      MAIL,
      mail(
        `Content-Type: multipart/mixed; boundary=${'-'.repeat(100_000)}\n\n${`${'-'.repeat(1500)}\n`.repeat(4990)}`,
      ),
      'incomplete',
    ),
    report(
      'hypertext',
      MAIL,
      mail(`Content-Type: text/html\n\n${'<div>&amp;<!--'.repeat(500_000)}`),
      'incomplete',
    ),
    report(
      'flowed text',
      MAIL,
      mail(`Content-Type: text/plain; format=flowed\n\n${`${'x'.repeat(50)} \n`.repeat(59_000)}`),
      'incomplete',
    ),
    report('encoded words', MAIL, mail(`Subject: ${'=?utf-8?Q?a?= '.repeat(9000)}\n\n`), 'incomplete'),
    report(
      'a trace of parentheses',
      MAIL,
      arf({ message: [`Received: from ${'('.repeat(100_000)}`] }),
      'incomplete',
    ),
    report(
      'a source of parentheses',
      MAIL,
      arf({ fields: ['Feedback-Type: abuse', `Source-IP: ${'('.repeat(100_000)}`] }),
      'incomplete',
    ),
    report(
      'sources',
      MAIL,
      arf({ fields: ['Feedback-Type: abuse', ...Array(9000).fill('Source-IP: 1')] }),
      'incomplete',
    ),
    report(
      'an attached bomb',
      MAIL,
      mail(
        `Content-Type: application/zip\nContent-Transfer-Encoding: base64\n\n${overlappingBomb(16).toString('base64')}`,
      ),
      'too-large',
    ),
  ];
}
