import { gunzipSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ARF_FIELDS, arf, dmarc, dmarcRow, MESSAGE, mailWith, read, sample, zip } from './build.ts';

/** A change to some bytes at a place given as a fraction of their number. */
interface Mutation {
  readonly kind: 'flip' | 'drop' | 'repeat' | 'insert' | 'cut';
  readonly at: number;
  readonly size: number;
  readonly token: string;
}

const TOKENS = [
  '\r\n',
  '\n\n',
  '--',
  ':',
  ';',
  '(',
  ')',
  '"',
  '<',
  '>',
  '&',
  '&amp;',
  ']]>',
  '<!--',
  '<![CDATA[',
  '<!DOCTYPE x [',
  '<?',
  '\0',
  '\u00ff',
  '[',
  ']',
  '{',
  '}',
  ',',
  'null',
  '1e999',
  '-1',
  'Received: from [',
  'Source-IP: ',
  'Content-Type: multipart/mixed; boundary=b',
  'Content-Transfer-Encoding: base64',
  '=?utf-8?Q?=00?=',
  'PK\u0005\u0006',
  '\u001f\u008b',
  'IPv6:',
  '::',
  '</record>',
  '<record>',
];

const mutation: fc.Arbitrary<Mutation> = fc.record({
  kind: fc.constantFrom('flip', 'drop', 'repeat', 'insert', 'cut'),
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  size: fc.nat(400),
  token: fc.constantFrom(...TOKENS),
});

function mutate(bytes: Uint8Array, { kind, at, size, token }: Mutation): Uint8Array {
  const from = Math.floor(at * bytes.length);
  const before = bytes.subarray(0, from);
  const piece = bytes.subarray(from, from + size);
  const after = bytes.subarray(from + size);
  switch (kind) {
    case 'flip':
      return Buffer.concat([before, piece.map((byte) => byte ^ (1 << (size % 8))), after]);
    case 'drop':
      return Buffer.concat([before, after]);
    case 'repeat':
      return Buffer.concat([before, ...Array(1 + (size % 40)).fill(piece), after]);
    case 'insert':
      return Buffer.concat([before, Buffer.from(token, 'latin1'), bytes.subarray(from)]);
    case 'cut':
      return before;
  }
}

const fields = [
  ...ARF_FIELDS,
  'Source-IP: IPv6:2a00:1450:bad::1',
  'Incidents: 3',
  'Arrival-Date: Sat, 21 Nov 2026 10:00:00 +0000',
];
const trace = 'Received: from evil (evil [198.51.100.7]) by mx.example.net; Sat, 21 Nov 2026 11:00:00 +0000';
const xml = dmarc([dmarcRow(), dmarcRow({ dkim: 'pass' }), dmarcRow({ ip: '198.51.100.7' })]);
const archive = zip([
  { name: 'a.xml', content: Buffer.from(xml) },
  { name: 'b.txt', content: Buffer.from('x') },
]);

const SEEDS: Readonly<Record<string, readonly [string, Uint8Array][]>> = {
  'an ARF report': [
    ['message/rfc822', Buffer.from(arf({ fields, message: [trace, ...MESSAGE] }))],
    ['message/rfc822', Buffer.from(arf({ message: [trace, trace, ...MESSAGE] }))],
    ['message/rfc822', sample('arf/arf-16.eml')],
    ['message/rfc822', sample('arf/mac-line-ends-01.eml')],
    ['multipart/report; boundary=frontier', Buffer.from(arf({ fields }))],
  ],
  'a DMARC report': [
    ['application/xml', Buffer.from(xml)],
    ['application/xml', sample('dmarc/invalid_xml.xml')],
    ['application/xml', sample('dmarc/rfc9990-example.net-example.com-1700000000-1700086399.xml')],
    ['application/xml', gunzipSync(sample('dmarc/nice-input.xml.gz'))],
  ],
  'an archive': [
    ['application/zip', archive],
    [
      'application/zip',
      zip(
        Array.from({ length: 5 }, (_, i) => ({ name: `${i}.xml`, content: Buffer.from(xml) })),
        true,
      ),
    ],
    ['application/gzip', gzipSync(xml)],
    ['application/gzip', sample('dmarc/nice-input.xml.gz')],
    ['message/rfc822', Buffer.from(mailWith('application/zip', 'a.zip', archive))],
    ['message/rfc822', sample('dmarc/twilight.eml')],
  ],
  'a JSON report': [
    ['application/json', sample('xarf/samples_v4_messaging-spam.json')],
    ['application/json', sample('xarf/samples_v4_connection-infected-host.json')],
    [
      'message/rfc822',
      Buffer.from(mailWith('application/json', 'x.json', sample('xarf/samples_v4_messaging-spam.json'))),
    ],
  ],
};

/** Of processor time, so that a machine that is busy with other tests as well does not count. */
const MOST_MILLISECONDS = 1000;

describe.each(Object.entries(SEEDS))('%s, mutated', (_, seeds) => {
  it('is read or refused in our own words, soon, and never crashes', async () => {
    let slowest = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...seeds),
        fc.array(mutation, { minLength: 1, maxLength: 6 }),
        async ([type, bytes], mutations) => {
          const report = mutations.reduce(mutate, bytes);
          const started = process.cpuUsage();
          const result = await read(type, report, ['mx.example.net']);
          const { user, system } = process.cpuUsage(started);
          slowest = Math.max(slowest, (user + system) / 1000);
          if (!result.ok) {
            expect(result.error.detail).toMatch(/^[\x20-\x7e]{5,400}$/);
            return;
          }
          expect(result.value.claims.length).toBeGreaterThan(0);
          for (const { claim } of result.value.claims) {
            expect(claim.id).toMatch(/^[\w-]{1,80}$/);
            expect(claim.count).toBeGreaterThanOrEqual(1);
            expect(Number.isSafeInteger(claim.count) && Number.isSafeInteger(claim.at)).toBe(true);
          }
          for (const { detail } of result.value.omissions) expect(detail).toMatch(/^[\x20-\x7e]{5,400}$/);
        },
      ),
      { seed: 42, numRuns: 2000 },
    );
    expect(slowest).toBeLessThan(MOST_MILLISECONDS);
  });
});

describe('bytes of any kind', () => {
  it.each(['message/rfc822', 'application/xml', 'application/zip', 'application/gzip', 'application/json'])(
    'as %s never crash',
    async (type) => {
      const start = fc.constantFrom(
        '',
        'PK\u0003\u0004',
        '\u001f\u008b\u0008',
        '<feedback>',
        '{',
        'Content-Type: ',
      );
      await fc.assert(
        fc.asyncProperty(start, fc.uint8Array({ maxLength: 2000 }), async (head, bytes) => {
          const result = await read(type, Buffer.concat([Buffer.from(head, 'latin1'), bytes]));
          expect(result.ok).toBe(false);
        }),
        { seed: 42, numRuns: 1000 },
      );
    },
  );
});
